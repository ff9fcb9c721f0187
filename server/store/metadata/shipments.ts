import type { Insertable, Selectable, Updateable } from 'kysely';
import type { z } from 'zod';
import type { acceptedSchema, Cooling } from '../../../models/contracts/newShipment.ts';
import type { ShipmentState } from '../../../models/contracts/shipment.ts';
import type { MetadataDb, MetadataTables } from './database.ts';

export interface Shipment {
  readonly orgId: string;
  readonly shipmentId: string;
  readonly name: string | null;
  readonly needH: number | null;
  readonly keptAtC: number | null;
  readonly receiverOrgId: string | null;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly departedAt: number | null;
  readonly arrivedAt: number | null;
  readonly receivedBy: string | null;
  readonly accepted: z.infer<typeof acceptedSchema> | null;
  readonly arrivalNote: string | null;
  readonly arrivalTemperatureC: number | null;
  readonly cancelledAt: number | null;
  readonly cancelReason: string | null;
  /** In the order they are travelled; at least one. */
  readonly legs: readonly Leg[];
  readonly lines: readonly ShipmentLine[];
}

export interface Leg {
  readonly fromName: string;
  readonly toName: string;
  readonly fromPlaceId: string | null;
  readonly toPlaceId: string | null;
  readonly vehicle: string | null;
  readonly vehiclePlaceId: string | null;
  readonly driverPhone: string | null;
  readonly departsAt: number;
  readonly arrivesAt: number;
  readonly cooling: Cooling | null;
  readonly temperatureC: number | null;
  readonly departedAt: number | null;
  readonly arrivedAt: number | null;
}

export interface ShipmentLine {
  /** From 1. */
  readonly line: number;
  readonly batchId: string;
  readonly quantity: number | null;
  readonly unitPriceIdr: number | null;
  readonly crate: string | null;
  readonly promise: LifePromise | null;
}

export interface Life {
  readonly median: number;
  readonly p05: number;
  readonly p95: number;
}

/** Hours of life on arrival: what was promised at departure, and what came. */
export interface LifePromise {
  readonly at: number;
  readonly promisedH: Life;
  readonly arrivedH: Life | null;
}

export type NewLine = Pick<ShipmentLine, 'batchId' | 'quantity' | 'unitPriceIdr' | 'crate'>;
export type NewShipment = Pick<
  Shipment,
  'orgId' | 'shipmentId' | 'name' | 'needH' | 'keptAtC' | 'receiverOrgId' | 'createdBy' | 'legs'
> & { readonly lines: readonly NewLine[] };

export function stateOf(shipment: Pick<Shipment, 'cancelledAt' | 'arrivedAt' | 'departedAt'>): ShipmentState {
  if (shipment.cancelledAt !== null) return 'cancelled';
  if (shipment.arrivedAt !== null) return 'arrived';
  return shipment.departedAt === null ? 'planned' : 'under-way';
}

/** Where a page of shipments, the latest departure first, goes on. */
export interface ShipmentCursor {
  readonly departsAt: number;
  readonly shipmentId: string;
}

/** @returns false when the organisation has a shipment of this id already */
export async function addShipment(
  transaction: MetadataDb,
  shipment: NewShipment,
  now: number,
): Promise<boolean> {
  const { orgId, shipmentId } = shipment;
  const result = await transaction
    .insertInto('shipments')
    .values({
      org_id: orgId,
      shipment_id: shipmentId,
      name: shipment.name,
      need_h: shipment.needH,
      kept_at_c: shipment.keptAtC,
      receiver_org_id: shipment.receiverOrgId,
      created_at: now,
      created_by: shipment.createdBy,
      departs_at: shipment.legs[0]!.departsAt,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  if (result.numInsertedOrUpdatedRows !== 1n) return false;
  await replaceLegs(transaction, orgId, shipmentId, shipment.legs);
  await replaceLines(transaction, orgId, shipmentId, shipment.lines);
  return true;
}

/** Legs of a shipment, all anew. Inside a transaction. */
export async function replaceLegs(
  transaction: MetadataDb,
  orgId: string,
  shipmentId: string,
  legs: readonly Leg[],
): Promise<void> {
  await transaction
    .deleteFrom('shipment_legs')
    .where('org_id', '=', orgId)
    .where('shipment_id', '=', shipmentId)
    .execute();
  const rows = legs.map((leg, i) => ({
    org_id: orgId,
    shipment_id: shipmentId,
    leg: i + 1,
    ...legColumns(leg),
  }));
  await transaction.insertInto('shipment_legs').values(rows).execute();
  await transaction
    .updateTable('shipments')
    .set({ departs_at: legs[0]!.departsAt })
    .where('org_id', '=', orgId)
    .where('shipment_id', '=', shipmentId)
    .execute();
}

/** What is carried, all anew. Inside a transaction, before departure. */
export async function replaceLines(
  transaction: MetadataDb,
  orgId: string,
  shipmentId: string,
  lines: readonly NewLine[],
): Promise<void> {
  await transaction
    .deleteFrom('shipment_lines')
    .where('org_id', '=', orgId)
    .where('shipment_id', '=', shipmentId)
    .execute();
  const rows = lines.map((line, i) => ({
    org_id: orgId,
    shipment_id: shipmentId,
    line: i + 1,
    batch_id: line.batchId,
    quantity: line.quantity,
    unit_price_idr: line.unitPriceIdr,
    crate: line.crate,
  }));
  await transaction.insertInto('shipment_lines').values(rows).execute();
}

/** Sets columns of the shipment itself. @returns false when there is none of this id */
export async function changeShipment(
  db: MetadataDb,
  orgId: string,
  shipmentId: string,
  set: Updateable<MetadataTables['shipments']>,
): Promise<boolean> {
  const result = await db
    .updateTable('shipments')
    .set(set)
    .where('org_id', '=', orgId)
    .where('shipment_id', '=', shipmentId)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Notes when a leg really began or ended. */
export async function setLegTimes(
  db: MetadataDb,
  key: { readonly orgId: string; readonly shipmentId: string; readonly leg: number },
  times: { readonly departed_at?: number; readonly arrived_at?: number },
): Promise<void> {
  await db
    .updateTable('shipment_legs')
    .set(times)
    .where('org_id', '=', key.orgId)
    .where('shipment_id', '=', key.shipmentId)
    .where('leg', '=', key.leg)
    .execute();
}

/** Freezes what was promised of a line at departure. */
export async function setPromise(
  db: MetadataDb,
  key: { readonly orgId: string; readonly shipmentId: string; readonly line: number },
  at: number,
  life: Life,
): Promise<void> {
  await setLine(db, key, {
    promised_at: at,
    promised_p05_h: life.p05,
    promised_median_h: life.median,
    promised_p95_h: life.p95,
  });
}

/** Freezes what of a line came. */
export async function setOutcome(
  db: MetadataDb,
  key: { readonly orgId: string; readonly shipmentId: string; readonly line: number },
  life: Life,
): Promise<void> {
  await setLine(db, key, {
    arrived_p05_h: life.p05,
    arrived_median_h: life.median,
    arrived_p95_h: life.p95,
  });
}

async function setLine(
  db: MetadataDb,
  key: { readonly orgId: string; readonly shipmentId: string; readonly line: number },
  set: Updateable<MetadataTables['shipment_lines']>,
): Promise<void> {
  await db
    .updateTable('shipment_lines')
    .set(set)
    .where('org_id', '=', key.orgId)
    .where('shipment_id', '=', key.shipmentId)
    .where('line', '=', key.line)
    .execute();
}

export async function findShipment(
  db: MetadataDb,
  orgId: string,
  shipmentId: string,
): Promise<Shipment | null> {
  const row = await db
    .selectFrom('shipments')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('shipment_id', '=', shipmentId)
    .executeTakeFirst();
  if (row === undefined) return null;
  return (await withLegsAndLines(db, orgId, [row]))[0]!;
}

/** Shipments of one organisation, the latest planned departure first, starting after `after`. */
export async function listShipments(
  db: MetadataDb,
  orgId: string,
  page: {
    readonly after?: ShipmentCursor | undefined;
    readonly limit: number;
    readonly state: ShipmentState | 'open' | 'all';
  },
): Promise<Shipment[]> {
  let query = shipmentsIn(db, orgId, page.state);
  const { after } = page;
  if (after !== undefined) {
    query = query.where(eb =>
      eb.or([
        eb('departs_at', '<', after.departsAt),
        eb.and([eb('departs_at', '=', after.departsAt), eb('shipment_id', '<', after.shipmentId)]),
      ]),
    );
  }
  const rows = await query
    .orderBy('departs_at', 'desc')
    .orderBy('shipment_id', 'desc')
    .limit(page.limit)
    .execute();
  return withLegsAndLines(db, orgId, rows);
}

/** Shipments with a batch in them that have neither arrived nor been cancelled. */
export async function listOpenShipmentIdsOfBatch(
  db: MetadataDb,
  orgId: string,
  batchId: string,
): Promise<string[]> {
  const rows = await db
    .selectFrom('shipment_lines')
    .innerJoin('shipments', join =>
      join
        .onRef('shipments.org_id', '=', 'shipment_lines.org_id')
        .onRef('shipments.shipment_id', '=', 'shipment_lines.shipment_id'),
    )
    .select('shipments.shipment_id')
    .distinct()
    .where('shipment_lines.org_id', '=', orgId)
    .where('shipment_lines.batch_id', '=', batchId)
    .where('shipments.arrived_at', 'is', null)
    .where('shipments.cancelled_at', 'is', null)
    .orderBy('shipments.shipment_id')
    .execute();
  return rows.map(row => row.shipment_id);
}

/** Every shipment with a batch in it, the latest departure first. */
export async function listShipmentsOfBatch(
  db: MetadataDb,
  orgId: string,
  batchId: string,
): Promise<Shipment[]> {
  const rows = await db
    .selectFrom('shipments')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('shipment_id', 'in', qb =>
      qb
        .selectFrom('shipment_lines')
        .select('shipment_lines.shipment_id')
        .where('shipment_lines.org_id', '=', orgId)
        .where('shipment_lines.batch_id', '=', batchId),
    )
    .orderBy('departs_at', 'desc')
    .orderBy('shipment_id', 'desc')
    .limit(100)
    .execute();
  return withLegsAndLines(db, orgId, rows);
}

/** For alerts, which watch all organisations: shipments that are planned or under way. Never for a route. */
export async function listOpenShipmentsOfAllOrganisations(
  db: MetadataDb,
): Promise<{ orgId: string; shipmentId: string }[]> {
  const rows = await db
    .selectFrom('shipments')
    .select(['org_id', 'shipment_id'])
    .where('arrived_at', 'is', null)
    .where('cancelled_at', 'is', null)
    .orderBy('org_id')
    .orderBy('shipment_id')
    .execute();
  return rows.map(row => ({ orgId: row.org_id, shipmentId: row.shipment_id }));
}

function shipmentsIn(db: MetadataDb, orgId: string, state: ShipmentState | 'open' | 'all') {
  const all = db.selectFrom('shipments').selectAll().where('org_id', '=', orgId);
  if (state === 'all') return all;
  if (state === 'cancelled') return all.where('cancelled_at', 'is not', null);
  const there = all.where('cancelled_at', 'is', null);
  if (state === 'arrived') return there.where('arrived_at', 'is not', null);
  const open = there.where('arrived_at', 'is', null);
  if (state === 'open') return open;
  return open.where('departed_at', state === 'planned' ? 'is' : 'is not', null);
}

async function withLegsAndLines(
  db: MetadataDb,
  orgId: string,
  rows: readonly Selectable<MetadataTables['shipments']>[],
): Promise<Shipment[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(row => row.shipment_id);
  const legs = await db
    .selectFrom('shipment_legs')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('shipment_id', 'in', ids)
    .orderBy('leg')
    .execute();
  const lines = await db
    .selectFrom('shipment_lines')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('shipment_id', 'in', ids)
    .orderBy('line')
    .execute();
  const legsOf = Map.groupBy(legs, leg => leg.shipment_id);
  const linesOf = Map.groupBy(lines, line => line.shipment_id);
  return rows.map(row => ({
    ...toHead(row),
    legs: (legsOf.get(row.shipment_id) ?? []).map(toLeg),
    lines: (linesOf.get(row.shipment_id) ?? []).map(toLine),
  }));
}

function toHead(row: Selectable<MetadataTables['shipments']>): Omit<Shipment, 'legs' | 'lines'> {
  return {
    orgId: row.org_id,
    shipmentId: row.shipment_id,
    name: row.name,
    needH: row.need_h,
    keptAtC: row.kept_at_c,
    receiverOrgId: row.receiver_org_id,
    createdAt: row.created_at,
    createdBy: row.created_by,
    departedAt: row.departed_at,
    arrivedAt: row.arrived_at,
    receivedBy: row.received_by,
    accepted: row.accepted,
    arrivalNote: row.arrival_note,
    arrivalTemperatureC: row.arrival_temperature_c,
    cancelledAt: row.cancelled_at,
    cancelReason: row.cancel_reason,
  };
}

function toLeg(row: Selectable<MetadataTables['shipment_legs']>): Leg {
  return {
    fromName: row.from_name,
    toName: row.to_name,
    fromPlaceId: row.from_place_id,
    toPlaceId: row.to_place_id,
    vehicle: row.vehicle,
    vehiclePlaceId: row.vehicle_place_id,
    driverPhone: row.driver_phone,
    departsAt: row.departs_at,
    arrivesAt: row.arrives_at,
    cooling: row.cooling,
    temperatureC: row.temperature_c,
    departedAt: row.departed_at,
    arrivedAt: row.arrived_at,
  };
}

function legColumns(
  leg: Leg,
): Omit<Insertable<MetadataTables['shipment_legs']>, 'org_id' | 'shipment_id' | 'leg'> {
  return {
    from_name: leg.fromName,
    to_name: leg.toName,
    from_place_id: leg.fromPlaceId,
    to_place_id: leg.toPlaceId,
    vehicle: leg.vehicle,
    vehicle_place_id: leg.vehiclePlaceId,
    driver_phone: leg.driverPhone,
    departs_at: leg.departsAt,
    arrives_at: leg.arrivesAt,
    cooling: leg.cooling,
    temperature_c: leg.temperatureC,
    departed_at: leg.departedAt,
    arrived_at: leg.arrivedAt,
  };
}

function toLine(row: Selectable<MetadataTables['shipment_lines']>): ShipmentLine {
  const promised = toLife(row.promised_median_h, row.promised_p05_h, row.promised_p95_h);
  return {
    line: row.line,
    batchId: row.batch_id,
    quantity: row.quantity,
    unitPriceIdr: row.unit_price_idr,
    crate: row.crate,
    promise:
      promised === null || row.promised_at === null
        ? null
        : {
            at: row.promised_at,
            promisedH: promised,
            arrivedH: toLife(row.arrived_median_h, row.arrived_p05_h, row.arrived_p95_h),
          },
  };
}

function toLife(median: number | null, p05: number | null, p95: number | null): Life | null {
  return median === null || p05 === null || p95 === null ? null : { median, p05, p95 };
}
