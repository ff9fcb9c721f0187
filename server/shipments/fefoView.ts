import type { FefoAction, FefoRow, FefoView } from '../../models/contracts/shipment.ts';
import { arrivalVerdict } from '../../models/shelf-life/arrivalVerdict.ts';
import type { Arrival } from '../shelf-life/arrival.ts';
import type { LifeNow } from '../shelf-life/lifeNow.ts';
import { batchKey } from '../shelf-life/placementIndex.ts';
import { type Batch, listBatches } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { findProduct, type Product } from '../store/metadata/products.ts';
import { listShipments, type Shipment, type ShipmentLine } from '../store/metadata/shipments.ts';
import { assignFefo, byExpiry, type Crate, type Demand } from './fefo.ts';
import { type JourneyContext, journeyOf, piecesOf } from './journey.ts';
import { arrivalOn } from './lineArrival.ts';
import { toBatchSummary } from './shipmentView.ts';
import { contextOf, type ViewParts } from './shipmentViews.ts';

/** More cannot be weighed while somebody waits: every crate against every destination. */
const mostCrates = 100;
const mostDestinations = 10;
const mostBatches = 5_000;
/** What keeps less than this is to be sold within the day. */
const todayH = 24;
/** Stands for "all of it" where nobody said how much there is. */
const whole = 'whole';

/** One batch, or what is left of it at home. */
interface Stock extends Crate {
  readonly batch: Batch;
  readonly unit: string;
  readonly life: LifeNow;
}

interface Destination {
  readonly shipment: Shipment;
  readonly arrivesAt: number;
}

/** Which crate goes first, and where: all that is at home against all that is planned to leave. */
export async function fefoView(parts: ViewParts, orgId: string, placeId: string | null): Promise<FefoView> {
  const { db } = parts;
  const open = await listShipments(db, orgId, { limit: 1_000, state: 'open' });
  const planned = open
    .filter(
      ({ departedAt, legs }) => departedAt === null && (placeId === null || legs[0]!.fromPlaceId === placeId),
    )
    .toSorted((a, b) => a.legs[0]!.departsAt - b.legs[0]!.departsAt)
    .slice(0, mostDestinations);
  const all = await stockOf(
    parts,
    orgId,
    open,
    placeId === null ? null : await batchesAt(db, orgId, placeId, planned),
  );
  const stock = byExpiry(all).slice(0, mostCrates);
  const products = await productsOf(db, orgId, stock);
  const context = await contextOf(parts, planned.length === 0 ? [] : planned);
  const destinations = planned.map(shipment => ({
    shipment,
    arrivesAt: journeyOf(shipment, context).arrivesAt,
  }));
  const demands = destinations.flatMap(destination => demandsOf(destination, stock, products));
  const arrivals = await weighAll(parts, { stock, destinations, demands, products, context });
  const suffices = (crate: Crate, { destinationId, needH }: Demand) => {
    const arrival = arrivals.get(pairKey(crate.crateId, destinationId));
    return arrival !== undefined && arrival.remainingH.p05 > 0 && arrival.remainingH.p05 >= needH;
  };
  const plan = assignFefo(stock, demands, suffices);
  const byId = new Map(stock.map(crate => [crate.crateId, crate]));
  const rows: Omit<FefoRow, 'rank'>[] = [];
  for (const { crateId, destinationId, amount } of plan.assignments) {
    const crate = byId.get(crateId)!;
    const { needH } = demands.find(d => d.destinationId === destinationId && d.kind === crate.kind)!;
    const destination = destinations.find(d => d.shipment.shipmentId === destinationId)!;
    const arrival = arrivals.get(pairKey(crateId, destinationId))!;
    rows.push({
      ...rowOf(crate, amount),
      action: 'send',
      destination: sentTo(crate, destination, arrival, needH, planned),
    });
  }
  for (const { crateId, amount } of plan.left) {
    const crate = byId.get(crateId)!;
    const wouldDo = demands.some(demand => demand.kind === crate.kind && suffices(crate, demand));
    rows.push({ ...rowOf(crate, amount), action: actionAtHome(crate.life, wouldDo), destination: null });
  }
  return {
    asOf: new Date(parts.clock.now()).toISOString(),
    placeId,
    rows: inOrder(rows).map((row, i) => ({ rank: i + 1, ...row })),
    missing: plan.missing.map(({ destinationId, kind, amount }) => {
      const [productId = '', unit = whole] = splitKind(kind);
      return { shipmentId: destinationId, productId, quantity: unit === whole ? null : { amount, unit } };
    }),
    leftOut: all.length - stock.length,
  };
}

function inOrder<T extends Omit<FefoRow, 'rank'>>(rows: readonly T[]): T[] {
  return rows.toSorted(
    (a, b) =>
      a.now.remainingH.p05 - b.now.remainingH.p05 ||
      a.now.remainingH.median - b.now.remainingH.median ||
      (a.batch.batchId < b.batch.batchId ? -1 : 1),
  );
}

/** What is at home and not yet on its way; null `among`: wherever it is. */
async function stockOf(
  { db, lives }: ViewParts,
  orgId: string,
  open: readonly Shipment[],
  among: ReadonlySet<string> | null,
): Promise<Stock[]> {
  const active = await listBatches(db, orgId, { limit: mostBatches, filter: 'active' });
  const batches = active.filter(({ batchId }) => among === null || among.has(batchId));
  const gone = new Map<string, number>();
  for (const { departedAt, lines } of open) {
    if (departedAt === null) continue;
    for (const { batchId, quantity } of lines)
      gone.set(batchId, (gone.get(batchId) ?? 0) + (quantity ?? Number.POSITIVE_INFINITY));
  }
  const lifeOf = new Map<string, LifeNow>();
  for (const life of await lives.now(batches.map(({ batchId }) => batchKey(orgId, batchId))))
    lifeOf.set(life.batchId, life);
  return batches.flatMap(batch => {
    const life = lifeOf.get(batch.batchId);
    const away = gone.get(batch.batchId) ?? 0;
    const amount = batch.quantity === null ? Number(away === 0) : batch.quantity.amount - away;
    if (life === undefined || !(amount > 0)) return [];
    const unit = batch.quantity?.unit ?? whole;
    return [
      {
        crateId: batch.batchId,
        kind: kindOf(batch.productId, unit),
        amount,
        lifeH: life.remainingH.p05,
        medianH: life.remainingH.median,
        batch,
        unit,
        life,
      },
    ];
  });
}

/** Batches whose sensor hangs at a place, and those that are planned to leave from it. */
async function batchesAt(
  db: MetadataDb,
  orgId: string,
  placeId: string,
  planned: readonly Shipment[],
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('placements')
    .innerJoin('nodes', 'nodes.node_id', 'placements.node_id')
    .select('placements.batch_id')
    .where('placements.org_id', '=', orgId)
    .where('nodes.org_id', '=', orgId)
    .where('nodes.place_id', '=', placeId)
    .where('placements.to_at', 'is', null)
    .execute();
  return new Set([
    ...rows.map(row => row.batch_id),
    ...planned.flatMap(({ lines }) => lines.map(line => line.batchId)),
  ]);
}

async function productsOf(
  db: MetadataDb,
  orgId: string,
  stock: readonly Stock[],
): Promise<ReadonlyMap<string, Product>> {
  const products = new Map<string, Product>();
  for (const productId of new Set(stock.map(crate => crate.batch.productId))) {
    const product = await findProduct(db, orgId, productId);
    if (product !== null) products.set(productId, product);
  }
  return products;
}

/** What a shipment was booked for: so much of each product, whichever batch it comes from. */
function demandsOf(
  { shipment }: Destination,
  stock: readonly Stock[],
  products: ReadonlyMap<string, Product>,
): Demand[] {
  const { shipmentId, needH, lines, legs } = shipment;
  const crateOf = new Map(stock.map(crate => [crate.crateId, crate]));
  const demands = new Map<string, Demand>();
  for (const line of lines) {
    const crate = crateOf.get(line.batchId);
    if (crate === undefined) continue;
    const known = demands.get(crate.kind);
    demands.set(crate.kind, {
      destinationId: shipmentId,
      kind: crate.kind,
      amount: (known?.amount ?? 0) + amountOf(line, crate),
      needH: needH ?? products.get(crate.batch.productId)?.needH ?? 0,
      departsAt: legs[0]!.departsAt,
    });
  }
  return [...demands.values()];
}

function amountOf({ quantity }: ShipmentLine, crate: Stock): number {
  return crate.unit === whole ? 1 : (quantity ?? crate.amount);
}

/** What every crate arrives with at every destination that waits for its kind, keyed by the pair. */
async function weighAll(
  { lives }: ViewParts,
  question: {
    readonly stock: readonly Stock[];
    readonly destinations: readonly Destination[];
    readonly demands: readonly Demand[];
    readonly products: ReadonlyMap<string, Product>;
    readonly context: JourneyContext;
  },
): Promise<ReadonlyMap<string, Arrival>> {
  const { stock, destinations, demands, context } = question;
  const arrivals = new Map<string, Arrival>();
  for (const { shipment, arrivesAt } of destinations) {
    const { shipmentId } = shipment;
    const pieces = piecesOf(journeyOf(shipment, context));
    for (const crate of stock) {
      const demand = demands.find(d => d.destinationId === shipmentId && d.kind === crate.kind);
      if (demand === undefined || crate.batch.producedAt > arrivesAt) continue;
      const line = { batch: crate.batch, needH: demand.needH };
      arrivals.set(
        pairKey(crate.crateId, shipmentId),
        await arrivalOn(lives, shipment, line, { pieces, arrivesAt }),
      );
      // An arrival takes milliseconds of this thread: let readings in between.
      await new Promise(resolve => setImmediate(resolve));
    }
  }
  return arrivals;
}

function sentTo(
  crate: Stock,
  { shipment, arrivesAt }: Destination,
  arrival: Arrival,
  needH: number,
  planned: readonly Shipment[],
): FefoRow['destination'] {
  const { shipmentId, name, legs } = shipment;
  const { batchId } = crate.batch;
  const isIn = (other: Shipment) => other.lines.some(line => line.batchId === batchId);
  const toName = legs.at(-1)!.toName;
  return {
    shipmentId,
    name: name ?? `${legs[0]!.fromName} – ${toName}`,
    toName,
    arrivesAt: new Date(arrivesAt).toISOString(),
    needH,
    arrivesWithP05H: arrival.remainingH.p05,
    verdict: arrivalVerdict(arrival, needH),
    plannedShipmentId: isIn(shipment) ? shipmentId : (planned.find(isIn)?.shipmentId ?? null),
  };
}

function rowOf({ batch, life, unit }: Stock, amount: number): Pick<FefoRow, 'batch' | 'quantity' | 'now'> {
  const { status, remainingH, lastReadingAt, lastTemperatureC } = life;
  const { median, p05 } = remainingH;
  return {
    batch: toBatchSummary(batch),
    quantity: unit === whole ? null : { amount, unit },
    now: {
      status,
      remainingH: { median, p05 },
      lastReadingAt: lastReadingAt === null ? null : new Date(lastReadingAt).toISOString(),
      lastTemperatureC,
    },
  };
}

function actionAtHome({ remainingH }: LifeNow, wouldDo: boolean): FefoAction {
  if (remainingH.median <= 0) return 'do-not-sell';
  if (remainingH.p05 < todayH) return 'sell-today';
  return wouldDo ? 'keep' : 'sell-here';
}

/** Ids contain no slash. */
const kindOf = (productId: string, unit: string) => `${productId}/${unit}`;
const splitKind = (kind: string) => [kind.slice(0, kind.indexOf('/')), kind.slice(kind.indexOf('/') + 1)];
const pairKey = (crateId: string, destinationId: string) => `${crateId}/${destinationId}`;
