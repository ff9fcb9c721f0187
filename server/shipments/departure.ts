import type { ShipmentAdvice } from '../../models/contracts/shipment.ts';
import { arrivalVerdict } from '../../models/shelf-life/arrivalVerdict.ts';
import { msPerHour } from '../../models/units.ts';
import type { BatchLives } from '../shelf-life/batchLives.ts';
import type { Shipment } from '../store/metadata/shipments.ts';
import type { Freight } from './freight.ts';
import {
  type Journey,
  type JourneyContext,
  journeyFrom,
  journeyOf,
  piecesOf,
  warmestJourney,
} from './journey.ts';
import { latestSafe } from './latestSafe.ts';
import { arrivalOn } from './lineArrival.ts';

/** Further ahead nobody plans, and no tahu keeps. */
const horizonMs = 31 * 24 * msPerHour;
/** "Leave at the coolest hour" means today or tonight. */
const coolestWithinH = 24;
/** Less is no advice. */
const worthH = 0.1;

export interface Question {
  readonly lives: BatchLives;
  readonly shipment: Shipment;
  readonly context: JourneyContext;
}

/**
 * The latest departure at which every line still arrives with the life asked for (by its lower end), legs taking as long
 * as planned. Where the plan is safe it is sought from the planned departure on, else between now and then. Null: never.
 *
 * @param freight  at least one line; those that have ended are left out by the caller
 */
export async function latestSafeDeparture(
  { lives, shipment, context }: Question,
  freight: readonly Freight[],
): Promise<number | null> {
  const plannedAt = journeyOf(shipment, context).departureAt;
  const isSafe = (line: Freight, earliestAt: number) => async (departureAt: number) => {
    const way = warmestJourney(shipment, context, { earliestAt, departureAt });
    const { p05 } = (await arrivalOn(lives, shipment, line, way)).remainingH;
    await new Promise(resolve => setImmediate(resolve));
    return p05 > 0 && p05 >= line.needH;
  };
  const isPlanSafe = await everySafe(
    freight.map(line => isSafe(line, plannedAt)),
    plannedAt,
  );
  const earliestAt = isPlanSafe ? plannedAt : context.now;
  let latest = isPlanSafe ? plannedAt + horizonMs : plannedAt;
  for (const line of freight) {
    const isLineSafe = isSafe(line, earliestAt);
    if (await isLineSafe(latest)) continue;
    const found = await latestSafe(isLineSafe, earliestAt, latest);
    if (found === null) return null;
    latest = found;
  }
  return latest;
}

async function everySafe(
  lines: readonly ((departureAt: number) => Promise<boolean>)[],
  at: number,
): Promise<boolean> {
  for (const isSafe of lines) if (!(await isSafe(at))) return false;
  return true;
}

/**
 * What ice, gel ice, a refrigerated vehicle or leaving at the coolest hour would gain the line with the least to spare:
 * each computed as the plan is. When the plan is short and none of them reaches the need: not to send.
 *
 * @param tightest  the line with the least margin
 * @param asPlannedP05H  what it arrives with as planned
 */
export async function adviseOn(
  question: Question,
  tightest: Freight,
  asPlannedP05H: number,
): Promise<ShipmentAdvice[]> {
  const { lives, shipment, context } = question;
  const { needH, batch } = tightest;
  const isCovered = asPlannedP05H > 0 && asPlannedP05H >= needH;
  const options: (ShipmentAdvice & { readonly medianH: number })[] = [];
  const asPlanned = piecesOf(journeyOf(shipment, context));
  const tryOut = async (code: ShipmentAdvice['code'], journey: Journey) => {
    // No ice cools what is behind.
    const pieces = piecesOf(journey).map((piece, i) => (piece.to <= context.now ? asPlanned[i]! : piece));
    const way = { pieces, arrivesAt: journey.arrivesAt };
    const arrival = await arrivalOn(lives, shipment, tightest, way);
    const { p05, median } = arrival.remainingH;
    const departsAt = code === 'coolest-hour' ? new Date(journey.departureAt).toISOString() : null;
    const verdict = arrivalVerdict(arrival, needH);
    const gainP05H = p05 - asPlannedP05H;
    options.push({
      ...{ code, gainP05H, arrivesWithP05H: p05, verdict, departsAt, batchId: batch.batchId },
      medianH: median,
    });
    await new Promise(resolve => setImmediate(resolve));
  };
  for (const cooling of ['ice', 'gel-ice', 'refrigerated'] as const)
    await tryOut(cooling, journeyOf(shipment, context, cooling));
  if (shipment.departedAt === null) {
    for (let hour = 0; hour < coolestWithinH; hour += 1)
      await tryOut('coolest-hour', journeyFrom(shipment, context, context.now + hour * msPerHour));
  }
  const useful = bestOfEach(options).filter(option => option.gainP05H >= worthH);
  const reachable = options.some(({ medianH }) => medianH > 0 && medianH >= needH);
  if (shipment.departedAt === null && !isCovered && !reachable) useful.push(notToSend(options));
  return useful.map(({ medianH: _, ...advice }) => advice);
}

function bestOfEach<T extends ShipmentAdvice>(options: readonly T[]): T[] {
  const best = new Map<string, T>();
  for (const option of options) {
    const known = best.get(option.code);
    if (known === undefined || option.gainP05H > known.gainP05H) best.set(option.code, option);
  }
  return [...best.values()].toSorted((a, b) => b.gainP05H - a.gainP05H);
}

function notToSend<T extends ShipmentAdvice>(options: readonly T[]): T {
  const best = options.reduce((a, b) => (b.gainP05H > a.gainP05H ? b : a));
  return { ...best, code: 'do-not-send', departsAt: null };
}
