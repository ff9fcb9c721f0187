import type {
  ArrivalVerdict,
  BatchSummary,
  LegView,
  LineArrival,
  ShipmentLineView,
  ShipmentSummary,
} from '../../models/contracts/shipment.ts';
import { worstVerdict } from '../../models/shelf-life/arrivalVerdict.ts';
import { type Batch, endedAt } from '../store/metadata/batches.ts';
import type { Custody } from '../store/metadata/shipmentCustody.ts';
import { type Shipment, type ShipmentLine, stateOf } from '../store/metadata/shipments.ts';
import type { Freight } from './freight.ts';
import type { Journey } from './journey.ts';
import { toLegTemperature } from './legPlan.ts';

/** A line with what it arrives with; null once the shipment is cancelled. */
export interface WeighedLine {
  readonly freight: Freight;
  readonly arrival: LineArrival | null;
}

type Remaining = Pick<LineArrival, 'remainingH'>;
type Line = Pick<Freight, 'batch' | 'line'>;

/** As much of a line as an order needs: what it arrives with, else what is left now. */
type OrderedLine =
  | { readonly arrival: null; readonly freight: Line & { readonly estimate: Remaining } }
  | { readonly arrival: Pick<LineArrival, 'remainingH' | 'verdict'>; readonly freight: Line };

/**
 * The order in which they are to be unloaded and sold: the shortest lower end on arrival first. One of which nobody knows
 * has its worst case for a lower end, so it rises; of equals (such as 0) it goes first, then the shorter median, then
 * the older.
 */
export function inFefoOrder<T extends OrderedLine>(lines: readonly T[]): T[] {
  const life = ({ arrival, freight }: T) => (arrival ?? freight.estimate).remainingH;
  const isKnown = ({ arrival }: T) => Number(arrival?.verdict !== 'unsure');
  return lines.toSorted(
    (a, b) =>
      life(a).p05 - life(b).p05 ||
      isKnown(a) - isKnown(b) ||
      life(a).median - life(b).median ||
      a.freight.batch.producedAt - b.freight.batch.producedAt ||
      a.freight.line.line - b.freight.line.line,
  );
}

/** @param showsMoney  the receiver is not shown what the sender reckons with */
export function toLineViews(lines: readonly WeighedLine[], showsMoney: boolean): ShipmentLineView[] {
  return inFefoOrder(lines).map(({ freight, arrival }, i) => {
    const { line, batch, estimate, quantity } = freight;
    const { status, remainingH, lastReadingAt, lastTemperatureC } = estimate;
    return {
      line: line.line,
      fefoRank: i + 1,
      fefoReason: reasonOf(arrival),
      crate: line.crate,
      batch: toBatchSummary(batch),
      quantity,
      unitPriceIdr: showsMoney ? freight.unitPriceIdr : null,
      ...moneyOf(freight, arrival, showsMoney),
      now: { status, remainingH, lastReadingAt, lastTemperatureC },
      arrival,
      promise: toPromise(line),
    };
  });
}

/** What a line is worth, and how much of that is likely lost. */
export function moneyOf(
  { unitPriceIdr, quantity }: Pick<Freight, 'unitPriceIdr' | 'quantity'>,
  arrival: Pick<LineArrival, 'shareShort'> | null,
  showsMoney: boolean,
): Pick<ShipmentLineView, 'valueIdr' | 'atRiskIdr'> {
  if (!showsMoney || unitPriceIdr === null || quantity === null) return { valueIdr: null, atRiskIdr: null };
  const valueIdr = unitPriceIdr * quantity.amount;
  return { valueIdr, atRiskIdr: arrival === null ? null : Math.ceil(valueIdr * arrival.shareShort.worst) };
}

function reasonOf(arrival: LineArrival | null): ShipmentLineView['fefoReason'] {
  if (arrival === null || arrival.verdict === 'unsure') return 'worst-case';
  return arrival.remainingH.median <= 0 ? 'past' : arrival.verdict;
}

function toPromise({ promise }: ShipmentLine): ShipmentLineView['promise'] {
  if (promise === null) return null;
  const { at, promisedH, arrivedH } = promise;
  const kept = arrivedH === null ? null : arrivedH.median >= promisedH.p05;
  return { promisedH, promisedAt: iso(at), arrivedH, kept };
}

export function toBatchSummary(batch: Batch): BatchSummary {
  return {
    batchId: batch.batchId,
    name: batch.name,
    productId: batch.productId,
    productName: batch.productName,
    producedAt: iso(batch.producedAt),
    quantity: batch.quantity,
    endedAt: isoOrNull(endedAt(batch)),
  };
}

export function toLegViews(shipment: Shipment, journey: Journey, now: number): LegView[] {
  const isOver = stateOf(shipment) === 'arrived' || stateOf(shipment) === 'cancelled';
  return shipment.legs.map((leg, i) => ({
    leg: i + 1,
    fromName: leg.fromName,
    toName: leg.toName,
    fromPlaceId: leg.fromPlaceId,
    toPlaceId: leg.toPlaceId,
    vehicle: leg.vehicle,
    vehiclePlaceId: leg.vehiclePlaceId,
    driverPhone: leg.driverPhone,
    departsAt: iso(leg.departsAt),
    arrivesAt: iso(leg.arrivesAt),
    cooling: leg.cooling,
    temperatureC: leg.temperatureC,
    departedAt: isoOrNull(leg.departedAt),
    arrivedAt: isoOrNull(leg.arrivedAt),
    expectedDepartureAt: iso(journey.times[i]!.departureAt),
    expectedArrivalAt: iso(journey.times[i]!.arrivalAt),
    planned:
      isOver || leg.arrivedAt !== null
        ? null
        : toLegTemperature(journey.plans[i]!, journey.conditions[i]!, now),
  }));
}

export function toCustodyView(custody: Custody) {
  return { ...custody, at: iso(custody.at), recordedAt: iso(custody.recordedAt) };
}

/** As much of a line as counts for its shipment. */
interface LineFigures extends Pick<ShipmentLineView, 'valueIdr' | 'atRiskIdr'> {
  readonly arrival: Pick<LineArrival, 'verdict'> | null;
}

/** What list and page have in common. */
export function toShipmentHead(
  shipment: Shipment,
  journey: Journey,
  lines: readonly LineFigures[],
  asReceiver: boolean,
): Omit<ShipmentSummary, 'batchIds' | 'vehicle'> {
  const { legs, shipmentId } = shipment;
  const first = legs[0]!;
  const last = legs.at(-1)!;
  const state = stateOf(shipment);
  const verdicts = lines.flatMap(({ arrival }) => arrival?.verdict ?? []);
  return {
    shipmentId,
    name: shipment.name ?? `${first.fromName} – ${last.toName}`,
    state,
    fromName: first.fromName,
    toName: last.toName,
    departsAt: iso(first.departsAt),
    arrivesAt: iso(last.arrivesAt),
    departedAt: isoOrNull(shipment.departedAt),
    arrivedAt: isoOrNull(shipment.arrivedAt),
    expectedArrivalAt: iso(journey.arrivesAt),
    needH: shipment.needH,
    keptAtC: shipment.keptAtC,
    ownerOrgId: shipment.orgId,
    receiverOrgId: shipment.receiverOrgId,
    asReceiver,
    verdict: state === 'cancelled' ? null : worstVerdict(verdicts),
    totals: totalsOf(lines, verdicts),
  };
}

function totalsOf(
  lines: readonly Pick<ShipmentLineView, 'valueIdr' | 'atRiskIdr'>[],
  verdicts: readonly ArrivalVerdict[],
): ShipmentSummary['totals'] {
  const count = (verdict: ArrivalVerdict) => verdicts.filter(v => v === verdict).length;
  return {
    lines: lines.length,
    enough: count('enough'),
    tight: count('tight'),
    short: count('short'),
    unsure: count('unsure'),
    valueIdr: sumOrNull(lines.map(line => line.valueIdr)),
    atRiskIdr: sumOrNull(lines.map(line => line.atRiskIdr)),
  };
}

function sumOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));
