import type { HourlyMean } from '../../models/cold-chain/plannedTemperature.ts';
import type { Clock } from '../../models/contracts/intake.ts';
import type { ShipmentSummary, ShipmentView } from '../../models/contracts/shipment.ts';
import type { BatchLives } from '../shelf-life/batchLives.ts';
import { endedAt } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { listCustody } from '../store/metadata/shipmentCustody.ts';
import { type Shipment, stateOf } from '../store/metadata/shipments.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { adviseOn, latestSafeDeparture } from './departure.ts';
import { type Freight, loadFreight } from './freight.ts';
import { historyPlaceOf, type Journey, type JourneyContext, journeyOf } from './journey.ts';
import { lineArrival } from './lineArrival.ts';
import {
  inFefoOrder,
  toCustodyView,
  toLegViews,
  toLineViews,
  toShipmentHead,
  type WeighedLine,
} from './shipmentView.ts';
import type { SiteHistories } from './siteHistories.ts';

export interface ViewParts {
  readonly db: MetadataDb;
  readonly lives: BatchLives;
  readonly store: ReadingStore;
  readonly clock: Clock;
  readonly histories: SiteHistories;
}

/** A shipment with the way it is expected to go and what each line arrives with. */
export interface Weighed {
  readonly context: JourneyContext;
  readonly journey: Journey;
  readonly lines: readonly WeighedLine[];
}

export async function contextOf(parts: ViewParts, shipments: readonly Shipment[]): Promise<JourneyContext> {
  const now = parts.clock.now();
  const orgId = shipments[0]?.orgId ?? '';
  const timeZone = (await findOrganisation(parts.db, orgId))?.timeZone ?? 'Asia/Jakarta';
  const histories = new Map<string, readonly HourlyMean[]>();
  for (const placeId of new Set(
    shipments.flatMap(({ legs }) => legs.flatMap(leg => historyPlaceOf(leg) ?? [])),
  ))
    histories.set(placeId, await parts.histories.of(orgId, placeId, timeZone, now));
  return { now, timeZone, histories };
}

/** @param context  of shipments of the same organisation */
export async function weigh(parts: ViewParts, shipment: Shipment, context: JourneyContext): Promise<Weighed> {
  const journey = journeyOf(shipment, context);
  const isCancelled = stateOf(shipment) === 'cancelled';
  const lines: WeighedLine[] = [];
  for (const freight of await loadFreight(parts, shipment)) {
    const arrival = isCancelled ? null : await lineArrival(parts, shipment, freight, journey, context.now);
    lines.push({ freight, arrival });
    // An arrival takes milliseconds of this thread: let readings in between.
    await new Promise(resolve => setImmediate(resolve));
  }
  return { context, journey, lines };
}

export async function shipmentView(
  parts: ViewParts,
  shipment: Shipment,
  asReceiver: boolean,
): Promise<ShipmentView> {
  const weighed = await weigh(parts, shipment, await contextOf(parts, [shipment]));
  const { journey, context } = weighed;
  const lines = toLineViews(weighed.lines, !asReceiver);
  const custody = await listCustody(parts.db, shipment.orgId, shipment.shipmentId);
  return {
    ...toShipmentHead(shipment, journey, lines, asReceiver),
    asOf: new Date(context.now).toISOString(),
    createdAt: new Date(shipment.createdAt).toISOString(),
    cancelledAt: shipment.cancelledAt === null ? null : new Date(shipment.cancelledAt).toISOString(),
    cancelReason: shipment.cancelReason,
    receivedBy: shipment.receivedBy,
    accepted: shipment.accepted,
    arrivalNote: shipment.arrivalNote,
    arrivalTemperatureC: shipment.arrivalTemperatureC,
    legs: toLegViews(shipment, journey, context.now),
    custody: custody.map(toCustodyView),
    lines,
    ...(await outlook(parts, shipment, weighed)),
  };
}

/** What could still be done about it. */
async function outlook(
  { lives }: ViewParts,
  shipment: Shipment,
  { context, lines }: Weighed,
): Promise<Pick<ShipmentView, 'latestSafeDepartureAt' | 'advice'>> {
  const state = stateOf(shipment);
  const there = lines.filter(({ freight }) => endedAt(freight.batch) === null);
  if (there.length === 0 || (state !== 'planned' && state !== 'under-way'))
    return { latestSafeDepartureAt: null, advice: [] };
  const question = { lives, shipment, context };
  const byMargin = there.toSorted((a, b) => (a.arrival?.marginH ?? 0) - (b.arrival?.marginH ?? 0));
  const freight: Freight[] = byMargin.map(line => line.freight);
  const latest = state === 'planned' ? await latestSafeDeparture(question, freight) : null;
  const tightest = byMargin[0]!;
  return {
    latestSafeDepartureAt: latest === null ? null : new Date(latest).toISOString(),
    advice: await adviseOn(question, tightest.freight, tightest.arrival?.remainingH.p05 ?? 0),
  };
}

export async function shipmentSummary(
  parts: ViewParts,
  shipment: Shipment,
  context: JourneyContext,
  asReceiver: boolean,
): Promise<ShipmentSummary> {
  const { journey, lines } = await weigh(parts, shipment, context);
  return {
    ...toShipmentHead(shipment, journey, toLineViews(lines, !asReceiver), asReceiver),
    batchIds: inFefoOrder(lines).map(({ freight }) => freight.batch.batchId),
    vehicle: shipment.legs[0]!.vehicle,
  };
}
