import type { LegTemperature, LineArrival } from '../../models/contracts/shipment.ts';
import { arrivalVerdict } from '../../models/shelf-life/arrivalVerdict.ts';
import type { Arrival, PlannedLeg } from '../shelf-life/arrival.ts';
import type { BatchLives } from '../shelf-life/batchLives.ts';
import type { Placement } from '../store/metadata/placements.ts';
import type { Shipment } from '../store/metadata/shipments.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import type { LegTimes } from './expectedTimes.ts';
import type { Freight } from './freight.ts';
import { type Journey, piecesOf } from './journey.ts';
import { measuredLeg, toLegTemperature } from './legPlan.ts';

/** A way in pieces, each with its temperatures. */
export interface Way {
  readonly pieces: readonly PlannedLeg[];
  readonly arrivesAt: number;
}

/**
 * What is left of a line at the end of a way.
 *
 * @param askedBy  who asks the same again and again
 */
export function arrivalOn(
  lives: BatchLives,
  shipment: Pick<Shipment, 'orgId' | 'keptAtC'>,
  { batch, needH }: Pick<Freight, 'batch' | 'needH'>,
  { pieces, arrivesAt }: Way,
  { askedBy, isBrief }: { readonly askedBy?: string; readonly isBrief?: boolean } = {},
): Promise<Arrival> {
  const { orgId, keptAtC } = shipment;
  const question = { legs: pieces, arrivesAt, keptAtC, needH, ...(isBrief && { isBrief }) };
  return lives.arrival(orgId, batch.batchId, question, askedBy);
}

/**
 * What is left of a line at the end of the way that is expected.
 *
 * @param isBrief  as of an arrival's question
 */
export function expectedArrival(
  lives: BatchLives,
  shipment: Pick<Shipment, 'orgId' | 'keptAtC' | 'shipmentId'>,
  freight: Pick<Freight, 'batch' | 'needH'>,
  journey: Journey,
  isBrief = false,
): Promise<Arrival> {
  const askedBy = isBrief ? `${shipment.shipmentId}, briefly` : shipment.shipmentId;
  const way = { pieces: piecesOf(journey), arrivesAt: journey.arrivesAt };
  return arrivalOn(lives, shipment, freight, way, { askedBy, isBrief });
}

/** How likely it is too little: anything where nobody worked it out. */
export const shareShortOf = ({ shareShort }: Arrival): LineArrival['shareShort'] =>
  shareShort ?? { best: 0, worst: 1 };

/** The same with its verdict and what was assumed of each leg. */
export async function lineArrival(
  { lives, store }: { readonly lives: BatchLives; readonly store: ReadingStore },
  shipment: Pick<Shipment, 'orgId' | 'keptAtC' | 'shipmentId'>,
  freight: Freight,
  journey: Journey,
  now: number,
): Promise<LineArrival> {
  const arrival = await expectedArrival(lives, shipment, freight, journey);
  const assumptions: LegTemperature[] = [];
  for (const [i, plan] of journey.plans.entries()) {
    const measured = await measuredOn(store, freight.placements, journey.times[i]!, now);
    const assumed = measured ?? toLegTemperature(plan, journey.conditions[i]!);
    if (assumed !== null) assumptions.push(assumed);
  }
  const { needH } = freight;
  return {
    arrivesAt: new Date(arrival.arrivesAt).toISOString(),
    remainingH: arrival.remainingH,
    verdict: arrivalVerdict(arrival, needH),
    needH,
    marginH: arrival.remainingH.p05 - needH,
    keptAtC: arrival.keptAtC,
    shareShort: shareShortOf(arrival),
    measuredShare: arrival.measuredShare,
    lastReadingAt: arrival.lastReadingAt === null ? null : new Date(arrival.lastReadingAt).toISOString(),
    assumptions,
  };
}

/** What the sensors of a batch measured on the part of a leg that is behind; null where there was none. */
async function measuredOn(
  store: ReadingStore,
  placements: readonly Placement[],
  { departureAt, arrivalAt }: LegTimes,
  now: number,
): Promise<LegTemperature | null> {
  const to = Math.min(arrivalAt, now);
  if (to <= departureAt) return null;
  let count = 0;
  let sum = 0;
  let lowC = Number.POSITIVE_INFINITY;
  let highC = Number.NEGATIVE_INFINITY;
  for (const placement of placements) {
    const span = {
      from: Math.max(departureAt, placement.from),
      to: Math.min(to, placement.to ?? Number.POSITIVE_INFINITY),
    };
    if (span.to <= span.from) continue;
    const { nodeId, probe } = placement;
    for (const bucket of await store.buckets({ nodeId, probe, ...span, points: 1 })) {
      count += bucket.count;
      sum += bucket.count * bucket.meanC;
      lowC = Math.min(lowC, bucket.minC);
      highC = Math.max(highC, bucket.maxC);
    }
  }
  return count === 0 ? null : measuredLeg({ temperatureC: sum / count, lowC, highC });
}
