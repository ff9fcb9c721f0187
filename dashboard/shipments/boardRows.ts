import type { ArrivalVerdict } from '../../models/contracts/shipment.ts';
import type { BoardLine, BoardShipment, ShipmentBoard } from '../../models/contracts/shipmentBoard.ts';
import { type ShownArrival, shownArrival } from './shownArrival.ts';

/** One crate on the board: a line of a shipment that is planned or on its way. */
export interface BoardRow {
  /** Unlike any other on the board. */
  readonly key: string;
  readonly shipment: BoardShipment;
  readonly line: BoardLine;
  readonly arrival: ShownArrival;
}

export type BoardOrder = 'fefo' | 'truck';

export const crateName = ({ crate, batch }: Pick<BoardLine, 'crate' | 'batch'>): string =>
  crate ?? batch.name;

/** Every crate, the first to spoil on arrival first; one of which nobody knows counts as its worst case and rises. */
export function boardRows(board: ShipmentBoard, now: number): BoardRow[] {
  const asOf = Date.parse(board.asOf);
  const rows = board.shipments.flatMap(shipment =>
    shipment.lines.flatMap(line => {
      const arrival = shownArrival(line, asOf, now);
      const key = `${shipment.ownerOrgId}/${shipment.shipmentId}/${line.line}`;
      return arrival === null ? [] : [{ key, shipment, line, arrival }];
    }),
  );
  return rows.sort(
    (a, b) =>
      a.arrival.p05H - b.arrival.p05H ||
      Number(a.arrival.verdict !== 'unsure') - Number(b.arrival.verdict !== 'unsure') ||
      a.arrival.medianH - b.arrival.medianH ||
      (a.key < b.key ? -1 : 1),
  );
}

export interface Truck {
  readonly shipment: BoardShipment;
  readonly rows: readonly BoardRow[];
}

/** The same rows by shipment; the shipment with the first crate to spoil first. */
export function byTruck(rows: readonly BoardRow[]): Truck[] {
  const trucks = Map.groupBy(rows, row => `${row.shipment.ownerOrgId}/${row.shipment.shipmentId}`);
  return [...trucks.values()].map(own => ({ shipment: own[0]!.shipment, rows: own }));
}

/** Where the crates go, the first to be reached first. */
export function destinations(board: ShipmentBoard): string[] {
  return [...new Set(board.shipments.map(({ toName }) => toName))];
}

export type VerdictCounts = Readonly<Record<ArrivalVerdict, number>>;

export function countVerdicts(rows: readonly BoardRow[]): VerdictCounts {
  const counts = { short: 0, tight: 0, unsure: 0, enough: 0 };
  for (const { arrival } of rows) counts[arrival.verdict]++;
  return counts;
}

/** The worst of several; `enough` of none. */
export function worstOf(counts: VerdictCounts): ArrivalVerdict {
  return (['short', 'tight', 'unsure'] as const).find(verdict => counts[verdict] > 0) ?? 'enough';
}

/** Money that would be lost with the crates that may not have the life asked for; null where no price is known. */
export function moneyAtRisk(rows: readonly BoardRow[]): number | null {
  const known = rows.flatMap(({ line }) => line.atRiskIdr ?? []);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

const horizonsH = [12, 24, 48, 72, 5 * 24, 8 * 24, 12 * 24, 20 * 24];

/**
 * Hours that all bars span together: every arrival and every life that is asked for is on the axis, and the longest is not
 * squeezed to its edge. What keeps longer ends in an arrow.
 */
export function boardHorizonH(arrivals: readonly Pick<ShownArrival, 'inH' | 'needH'>[]): number {
  const furthest = Math.max(0, ...arrivals.map(({ inH, needH }) => inH + needH));
  return horizonsH.find(horizon => furthest * 1.6 <= horizon) ?? Math.ceil((furthest * 1.6) / 24) * 24;
}

/** How far a shipment has come, from 0 to 1, by the time: not a place on a map. */
export function progressOf(
  { departedAt, departsAt, expectedArrivalAt, state }: BoardShipment,
  now: number,
): number {
  if (state === 'planned') return 0;
  const from = Date.parse(departedAt ?? departsAt);
  const to = Date.parse(expectedArrivalAt);
  return to <= from ? 1 : Math.max(0, Math.min(1, (now - from) / (to - from)));
}

/** The latest measured temperature among the crates; the warmest where several sensors travel with them. */
export function latestTemperatureC(rows: readonly BoardRow[]): number | null {
  const known = rows.flatMap(({ line, arrival }) =>
    line.now.lastTemperatureC === null || arrival.verdict === 'unsure' ? [] : line.now.lastTemperatureC,
  );
  return known.length === 0 ? null : Math.max(...known);
}

/** Milliseconds it is later than planned; 0 when it is not, by ten minutes or less. */
export function delayMs({ arrivesAt, expectedArrivalAt }: BoardShipment): number {
  const late = Date.parse(expectedArrivalAt) - Date.parse(arrivesAt);
  return late > 10 * 60_000 ? late : 0;
}
