import { randomInt } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '../../models/contracts/intake.ts';
import type {
  newLegSchema,
  newShipmentLineSchema,
  newShipmentSchema,
  shipmentChangeSchema,
} from '../../models/contracts/newShipment.ts';
import { ApiError } from '../errors.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { endedAt, findBatch } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { addGrant, listGrantsGiven, revokeGrant } from '../store/metadata/grants.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { listPlaces, type Place } from '../store/metadata/places.ts';
import {
  addShipment,
  changeShipment,
  findShipment,
  type Leg,
  type NewLine,
  type NewShipment,
  replaceLegs,
  replaceLines,
  type Shipment,
  stateOf,
} from '../store/metadata/shipments.ts';
import { shiftLegs } from './expectedTimes.ts';
import { nodeIdsAt } from './siteHistories.ts';

/** Who does something to a shipment. */
export interface Actor {
  readonly orgId: string;
  /** For the audit trail. */
  readonly actor: string;
  readonly name: string;
}

export type NewShipmentRequest = z.output<typeof newShipmentSchema>;
export type ShipmentChange = z.output<typeof shipmentChangeSchema>;
type LegRequest = z.output<typeof newLegSchema>;
type LineRequest = string | z.output<typeof newShipmentLineSchema>;

interface Parts {
  readonly db: MetadataDb;
  readonly clock: Clock;
}

const dayMs = 24 * 3_600_000;
/** Nobody plans further ahead or records further back; a wrong year is the likelier cause. */
const plausibleMs = 60 * dayMs;
/** So long after its planned arrival a shipment can be read by its receiver. */
const readableMs = 30 * dayMs;

/** @throws {ApiError} shipment.exists, batch.not_found, organisation.not_found, request.invalid */
export async function bookShipment(
  { db, clock }: Parts,
  actor: Actor,
  request: NewShipmentRequest,
): Promise<string> {
  const now = clock.now();
  const { orgId } = actor;
  const shipment = await planOf(db, actor, request, now);
  const { shipmentId, lines } = shipment;
  await db.transaction().execute(async transaction => {
    if (!(await addShipment(transaction, shipment, now)))
      throw new ApiError('shipment.exists', `there is a shipment ${shipmentId} already`);
    await shareWithReceiver(transaction, actor, shipment, now);
    const detail = lines.map(line => line.batchId).join(' ');
    const entry = { at: now, orgId, actor: actor.actor, action: 'shipment.added' };
    await addAudit(transaction, { ...entry, subject: shipmentId, detail });
  });
  return shipmentId;
}

/**
 * What a request plans, checked and with its places known by name, but not written down.
 *
 * @throws {ApiError} batch.not_found, organisation.not_found, request.invalid
 */
export async function planOf(
  db: MetadataDb,
  { orgId, actor }: Pick<Actor, 'orgId' | 'actor'>,
  request: NewShipmentRequest,
  now: number,
): Promise<NewShipment> {
  const legs = await toLegs(db, orgId, legsAsked(request));
  const field = request.legs === undefined ? (name: string) => name : (name: string) => `legs.0.${name}`;
  refuseOtherYears(legs, now, field);
  const lines = await toLines(db, orgId, request.batches, legs.at(-1)!.arrivesAt);
  return {
    orgId,
    shipmentId: request.shipmentId ?? newShipmentId(),
    name: request.name ?? null,
    needH: request.needH ?? null,
    keptAtC: request.keptAtC ?? null,
    receiverOrgId: await knownReceiver(db, orgId, request.receiverOrgId ?? null),
    createdBy: actor,
    legs,
    lines,
  };
}

/** @throws {ApiError} shipment.wrong_state, batch.not_found, organisation.not_found, request.invalid */
export async function rebookShipment(
  { db, clock }: Parts,
  actor: Actor,
  shipment: Shipment,
  change: ShipmentChange,
): Promise<void> {
  const now = clock.now();
  const { orgId, shipmentId } = shipment;
  const legs = await changedLegs(db, shipment, change, now);
  const arrivesAt = (legs ?? shipment.legs).at(-1)!.arrivesAt;
  const lines = change.batches && (await toLines(db, orgId, change.batches, arrivesAt));
  if (change.receiverOrgId) await knownReceiver(db, orgId, change.receiverOrgId);
  await db.transaction().execute(async transaction => {
    const current = await findShipment(transaction, orgId, shipmentId);
    requireState(current ?? shipment, change);
    if (legs !== undefined) await replaceLegs(transaction, orgId, shipmentId, legs);
    if (lines !== undefined) await replaceLines(transaction, orgId, shipmentId, lines);
    const { name, needH, keptAtC, receiverOrgId } = change;
    const set = {
      ...(name !== undefined && { name }),
      ...(needH !== undefined && { need_h: needH }),
      ...(keptAtC !== undefined && { kept_at_c: keptAtC }),
      ...(receiverOrgId !== undefined && { receiver_org_id: receiverOrgId }),
    };
    if (Object.keys(set).length > 0) await changeShipment(transaction, orgId, shipmentId, set);
    if (receiverOrgId !== undefined && receiverOrgId !== shipment.receiverOrgId) {
      await stopSharing(transaction, shipment, now);
      await shareWithReceiver(transaction, actor, { ...shipment, receiverOrgId }, now);
    }
    const entry = { at: now, orgId, actor: actor.actor, action: 'shipment.changed', subject: shipmentId };
    const was = { name: shipment.name, needH: shipment.needH, keptAtC: shipment.keptAtC };
    const before = { ...was, receiverOrgId: shipment.receiverOrgId };
    await addAudit(transaction, { ...entry, detail: '', before, after: change });
  });
}

/** What lies behind stays as it was planned and recorded. */
async function changedLegs(
  db: MetadataDb,
  shipment: Shipment,
  change: ShipmentChange,
  now: number,
): Promise<Leg[] | undefined> {
  requireState(shipment, change);
  if (change.departsAt !== undefined) {
    const legs = shiftLegs(shipment.legs, change.departsAt - shipment.legs[0]!.departsAt);
    refuseOtherYears(legs, now, name => name);
    return legs;
  }
  if (change.legs === undefined) return undefined;
  const asked = await toLegs(db, shipment.orgId, change.legs);
  refuseOtherYears(asked, now, name => `legs.0.${name}`);
  shipment.legs.forEach((leg, i) => {
    if (leg.departedAt !== null) refuseOtherPast(leg, asked[i], i);
  });
  return asked.map((leg, i) => {
    const old = shipment.legs[i];
    if (old?.departedAt == null) return leg;
    return old.arrivedAt === null ? { ...old, arrivesAt: leg.arrivesAt } : old;
  });
}

function refuseOtherPast(old: Leg, asked: Leg | undefined, i: number): void {
  if (asked === undefined) throw invalid('legs', 'too few', `must keep the ${i + 1} legs that have begun`);
  for (const field of ['fromName', 'toName', 'departsAt', 'vehicle', 'cooling', 'temperatureC'] as const) {
    const value = asked[field];
    if (value === null || value === old[field]) continue;
    throw invalid(`legs.${i}.${field}`, String(value), 'must stay: this leg has begun');
  }
}

function requireState(shipment: Shipment, change: ShipmentChange): void {
  const state = stateOf(shipment);
  if (state === 'planned') return;
  const fixed = (['batches', 'departsAt'] as const).find(field => change[field] !== undefined);
  if (state === 'under-way' && fixed === undefined) return;
  const what =
    state === 'under-way' ? `${fixed} cannot be changed any more` : 'it cannot be changed any more';
  throw new ApiError('shipment.wrong_state', `the shipment is ${state}: ${what}`);
}

function legsAsked(request: NewShipmentRequest): LegRequest[] {
  if (request.legs !== undefined) return request.legs;
  const { from, to, departsAt, arrivesAt, vehicle, cooling, temperatureC } = request;
  // The schema has made sure of them.
  return [
    {
      fromName: from!,
      toName: to!,
      departsAt: departsAt!,
      arrivesAt: arrivesAt!,
      vehicle,
      cooling,
      temperatureC,
    },
  ] as LegRequest[];
}

const mostPlaces = 1_000;

async function toLegs(db: MetadataDb, orgId: string, asked: readonly LegRequest[]): Promise<Leg[]> {
  const places = await listPlaces(db, orgId, { limit: mostPlaces });
  const legs: Leg[] = [];
  for (const leg of asked) {
    const from = placeCalled(places, leg.fromPlaceId ?? leg.fromName);
    const to = placeCalled(places, leg.toPlaceId ?? leg.toName);
    const vehicle = leg.vehicle === undefined ? undefined : placeCalled(places, leg.vehicle);
    legs.push({
      fromName: leg.fromPlaceId === undefined ? (from?.name ?? leg.fromName) : leg.fromName,
      toName: leg.toPlaceId === undefined ? (to?.name ?? leg.toName) : leg.toName,
      fromPlaceId: leg.fromPlaceId ?? from?.placeId ?? null,
      toPlaceId: leg.toPlaceId ?? to?.placeId ?? null,
      vehicle: vehicle?.name ?? leg.vehicle ?? null,
      vehiclePlaceId: vehicle?.placeId ?? (await vehicleWithSensors(db, orgId, leg.vehicle)),
      driverPhone: leg.driverPhone ?? null,
      departsAt: leg.departsAt,
      arrivesAt: leg.arrivesAt,
      cooling: leg.cooling ?? null,
      temperatureC: leg.temperatureC ?? null,
      departedAt: null,
      arrivedAt: null,
    });
  }
  return legs;
}

/** By id, or by name whatever its case. */
function placeCalled(places: readonly Place[], called: string): Place | undefined {
  const plain = called.toLowerCase();
  return (
    places.find(place => place.placeId === called) ?? places.find(place => place.name.toLowerCase() === plain)
  );
}

/** Sensors may hang at a place that nobody has written down as one. */
async function vehicleWithSensors(
  db: MetadataDb,
  orgId: string,
  vehicle: string | undefined,
): Promise<string | null> {
  if (vehicle === undefined) return null;
  return (await nodeIdsAt(db, orgId, vehicle)).length > 0 ? vehicle : null;
}

async function toLines(
  db: MetadataDb,
  orgId: string,
  asked: readonly LineRequest[],
  arrivesAt: number,
): Promise<NewLine[]> {
  const lines: NewLine[] = [];
  for (const [i, item] of asked.entries()) {
    const line = typeof item === 'string' ? { batchId: item } : item;
    const field = typeof item === 'string' ? `batches.${i}` : `batches.${i}.batchId`;
    const { batchId } = line;
    const batch = await findBatch(db, orgId, batchId);
    if (batch === null) {
      const fault = { field, value: batchId, allowed: 'must be the id of a batch' };
      throw new ApiError('batch.not_found', `there is no batch ${batchId}`, [fault]);
    }
    if (endedAt(batch) !== null)
      throw invalid(field, batchId, 'must not be sold out, thrown away or divided');
    if (batch.producedAt > arrivesAt)
      throw invalid(field, batchId, `must be made before it arrives, ${new Date(arrivesAt).toISOString()}`);
    lines.push({
      batchId,
      quantity: line.quantity ?? null,
      unitPriceIdr: line.unitPriceIdr ?? null,
      crate: line.crate ?? null,
    });
  }
  return lines;
}

function refuseOtherYears(legs: readonly Leg[], now: number, field: (name: string) => string): void {
  const { departsAt } = legs[0]!;
  const allowed = 'must be within 60 days';
  if (Math.abs(departsAt - now) > plausibleMs)
    throw invalid(field('departsAt'), new Date(departsAt).toISOString(), allowed);
  const { arrivesAt } = legs.at(-1)!;
  if (Math.abs(arrivesAt - now) > plausibleMs)
    throw invalid(field('arrivesAt'), new Date(arrivesAt).toISOString(), allowed);
}

async function knownReceiver(
  db: MetadataDb,
  orgId: string,
  receiverOrgId: string | null,
): Promise<string | null> {
  if (receiverOrgId === null) return null;
  const fault = { field: 'receiverOrgId', value: receiverOrgId, allowed: 'must be another organisation' };
  if (receiverOrgId === orgId) throw invalid(fault.field, fault.value, fault.allowed);
  if ((await findOrganisation(db, receiverOrgId)) === null)
    throw new ApiError('organisation.not_found', `there is no organisation ${receiverOrgId}`, [fault]);
  return receiverOrgId;
}

async function shareWithReceiver(
  db: MetadataDb,
  actor: Actor,
  shipment: Pick<Shipment, 'orgId' | 'shipmentId' | 'receiverOrgId' | 'legs'>,
  now: number,
): Promise<void> {
  if (shipment.receiverOrgId === null) return;
  const readableUntil = Math.max(now, shipment.legs.at(-1)!.arrivesAt) + readableMs;
  await addGrant(db, {
    orgId: shipment.orgId,
    toOrgId: shipment.receiverOrgId,
    toEmail: null,
    subject: 'shipment',
    subjectId: shipment.shipmentId,
    from: null,
    to: null,
    createdAt: now,
    expiresAt: readableUntil,
    createdBy: actor.actor,
  });
}

async function stopSharing(
  db: MetadataDb,
  { orgId, shipmentId, receiverOrgId }: Shipment,
  now: number,
): Promise<void> {
  for (const grant of await listGrantsGiven(db, orgId)) {
    if (grant.subjectId === shipmentId && grant.toOrgId === receiverOrgId && grant.revokedAt === null)
      await revokeGrant(db, orgId, grant.grantId, now);
  }
}

export function invalid(field: string, value: string, allowed: string): ApiError {
  return new ApiError('request.invalid', `${field} ${allowed}`, [{ field, value, allowed }]);
}

const idAlphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** Told over the telephone without mistakes: no 0 O 1 I L. */
function newShipmentId(): string {
  return `S-${Array.from({ length: 10 }, () => idAlphabet[randomInt(idAlphabet.length)]).join('')}`;
}
