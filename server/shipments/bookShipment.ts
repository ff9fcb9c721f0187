import { randomInt } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '../../models/contracts/intake.ts';
import type { newShipmentSchema, shipmentChangeSchema } from '../../models/contracts/newShipment.ts';
import { ApiError } from '../errors.ts';
import { addAudit } from '../store/metadata/audit.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import {
  addShipment,
  changeShipment,
  findShipment,
  type Leg,
  type NewShipment,
  replaceLegs,
  replaceLines,
  type Shipment,
  stateOf,
} from '../store/metadata/shipments.ts';
import { legsAsked, toLegs, toLines } from './askedLoad.ts';
import { shiftLegs } from './expectedTimes.ts';
import { invalidField } from './invalidField.ts';
import { knownReceiver, shareWithReceiver, stopSharing } from './shipmentReceiver.ts';

/** Who does something to a shipment. */
export interface Actor {
  readonly orgId: string;
  /** For the audit trail. */
  readonly actor: string;
  readonly name: string;
}

export type NewShipmentRequest = z.output<typeof newShipmentSchema>;
export type ShipmentChange = z.output<typeof shipmentChangeSchema>;

interface Parts {
  readonly db: MetadataDb;
  readonly clock: Clock;
}

const dayMs = 24 * 3_600_000;
/** Nobody plans further ahead or records further back; a wrong year is the likelier cause. */
const plausibleMs = 60 * dayMs;

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
  if (asked === undefined)
    throw invalidField('legs', 'too few', `must keep the ${i + 1} legs that have begun`);
  for (const field of ['fromName', 'toName', 'departsAt', 'vehicle', 'cooling', 'temperatureC'] as const) {
    const value = asked[field];
    if (value === null || value === old[field]) continue;
    throw invalidField(`legs.${i}.${field}`, String(value), 'must stay: this leg has begun');
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

function refuseOtherYears(legs: readonly Leg[], now: number, field: (name: string) => string): void {
  const { departsAt } = legs[0]!;
  const allowed = 'must be within 60 days';
  if (Math.abs(departsAt - now) > plausibleMs)
    throw invalidField(field('departsAt'), new Date(departsAt).toISOString(), allowed);
  const { arrivesAt } = legs.at(-1)!;
  if (Math.abs(arrivesAt - now) > plausibleMs)
    throw invalidField(field('arrivesAt'), new Date(arrivesAt).toISOString(), allowed);
}

const idAlphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** Told over the telephone without mistakes: no 0 O 1 I L. */
function newShipmentId(): string {
  return `S-${Array.from({ length: 10 }, () => idAlphabet[randomInt(idAlphabet.length)]).join('')}`;
}
