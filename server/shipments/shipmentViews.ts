import type { HourlyMean } from '../../models/cold-chain/plannedTemperature.ts';
import type { Clock } from '../../models/contracts/intake.ts';
import type { ShipmentSummary, ShipmentView } from '../../models/contracts/shipment.ts';
import { arrivalVerdict } from '../../models/shelf-life/arrivalVerdict.ts';
import { ApiError } from '../errors.ts';
import type { BatchLives } from '../shelf-life/batchLives.ts';
import { type Batch, endedAt, findBatches } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { findProducts, type Product } from '../store/metadata/products.ts';
import { listCustody } from '../store/metadata/shipmentCustody.ts';
import { type Shipment, stateOf } from '../store/metadata/shipments.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { adviseOn, latestSafeDeparture } from './departure.ts';
import { type Freight, loadFreight, loadOf } from './freight.ts';
import { historyPlaceOf, type Journey, type JourneyContext, journeyOf } from './journey.ts';
import { expectedArrival, lineArrival, shareShortOf } from './lineArrival.ts';
import {
  inFefoOrder,
  moneyOf,
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

/** Lines weighed in one go. */
const linesATurn = 10;

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

/** Rows of shipments of one organisation: each line weighed, and no more asked of it than a row shows. */
export async function shipmentSummaries(
  parts: ViewParts,
  shipments: readonly Shipment[],
  asReceiver: boolean,
): Promise<ShipmentSummary[]> {
  const context = await contextOf(parts, shipments);
  const orgId = shipments[0]?.orgId ?? '';
  const ids = new Set(shipments.flatMap(({ lines }) => lines.map(line => line.batchId)));
  const batches = await findBatches(parts.db, orgId, [...ids]);
  const productIds = new Set([...batches.values()].map(batch => batch.productId));
  const products = await findProducts(parts.db, orgId, [...productIds]);
  const rows: ShipmentSummary[] = [];
  for (const shipment of shipments) {
    if (stateOf(shipment) === 'cancelled')
      rows.push(await cancelledSummary(parts, shipment, context, asReceiver));
    else rows.push(await openSummary(parts, shipment, { context, batches, products, asReceiver }));
  }
  return rows;
}

async function openSummary(
  { lives }: ViewParts,
  shipment: Shipment,
  known: {
    readonly context: JourneyContext;
    readonly batches: ReadonlyMap<string, Batch>;
    readonly products: ReadonlyMap<string, Product>;
    readonly asReceiver: boolean;
  },
): Promise<ShipmentSummary> {
  const { context, batches, products, asReceiver } = known;
  const journey = journeyOf(shipment, context);
  const lines = [];
  for (const line of shipment.lines) {
    const batch = batches.get(line.batchId);
    if (batch === undefined) throw new ApiError('batch.not_found', `there is no batch ${line.batchId}`);
    const freight = loadOf(shipment, line, batch, products.get(batch.productId) ?? null);
    const arrival = await expectedArrival(lives, shipment, freight, journey, true);
    const { remainingH } = arrival;
    const verdict = arrivalVerdict(arrival, freight.needH);
    const shareShort = shareShortOf(arrival);
    lines.push({ freight, arrival: { remainingH, verdict, shareShort } });
    // Others first now and then: a line takes some tenths of a millisecond of this thread.
    if (lines.length % linesATurn === 0) await new Promise(resolve => setImmediate(resolve));
  }
  const ordered = inFefoOrder(lines);
  const figures = ordered.map(({ freight, arrival }) => ({
    arrival,
    ...moneyOf(freight, arrival, !asReceiver),
  }));
  return toSummary(shipment, journey, figures, ordered, asReceiver);
}

async function cancelledSummary(
  parts: ViewParts,
  shipment: Shipment,
  context: JourneyContext,
  asReceiver: boolean,
): Promise<ShipmentSummary> {
  const { journey, lines } = await weigh(parts, shipment, context);
  return toSummary(shipment, journey, toLineViews(lines, !asReceiver), inFefoOrder(lines), asReceiver);
}

function toSummary(
  shipment: Shipment,
  journey: Journey,
  figures: Parameters<typeof toShipmentHead>[2],
  ordered: readonly { readonly freight: Pick<Freight, 'batch'> }[],
  asReceiver: boolean,
): ShipmentSummary {
  return {
    ...toShipmentHead(shipment, journey, figures, asReceiver),
    batchIds: ordered.map(({ freight }) => freight.batch.batchId),
    vehicle: shipment.legs[0]!.vehicle,
  };
}
