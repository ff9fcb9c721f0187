import type { z } from 'zod';
import type { Clock } from '../../models/contracts/intake.ts';
import type {
  arriveSchema,
  custodyCorrectionSchema,
  departSchema,
  handoverSchema,
} from '../../models/contracts/newShipment.ts';
import type { LineArrival } from '../../models/contracts/shipment.ts';
import { ApiError } from '../errors.ts';
import { addAudit } from '../store/metadata/audit.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { addCustody, type Custody } from '../store/metadata/shipmentCustody.ts';
import {
  changeShipment,
  findShipment,
  type Shipment,
  setLegTimes,
  setOutcome,
  setPromise,
  stateOf,
} from '../store/metadata/shipments.ts';
import type { Actor } from './bookShipment.ts';
import { invalidField } from './invalidField.ts';

interface Parts {
  readonly db: MetadataDb;
  readonly clock: Clock;
  /** What each line of a shipment arrives with, keyed by line. */
  weighLines(shipment: Shipment): Promise<ReadonlyMap<number, LineArrival>>;
}

/** Phones and servers differ by this much. */
const clockSlackMs = 5 * 60_000;

/** The next leg leaves. With the first one what is promised of every batch is frozen. */
export async function depart(
  parts: Parts,
  actor: Actor,
  shipment: Shipment,
  asked: z.output<typeof departSchema>,
): Promise<void> {
  const { by = actor.name, receivedBy, note } = asked;
  const at = instantAsked(parts.clock, asked.at);
  const leg = nextLeg(shipment);
  requireAfter(at, latestRecordedAt(shipment));
  const left = withLegTimes(shipment, leg, { departedAt: at });
  const promised = leg === 1 ? await parts.weighLines({ ...left, departedAt: at }) : new Map();
  const custody = { kind: 'departed', leg, at, by, receivedBy, note } as const;
  await move(parts, actor, shipment, custody, async (transaction, current) => {
    const { orgId, shipmentId } = current;
    if (nextLeg(current) !== leg) throw moved();
    const before = current.legs[leg - 2];
    if (before?.arrivedAt === null)
      await setLegTimes(transaction, { orgId, shipmentId, leg: leg - 1 }, { arrived_at: at });
    await setLegTimes(transaction, { orgId, shipmentId, leg }, { departed_at: at });
    if (leg > 1) return;
    await changeShipment(transaction, orgId, shipmentId, { departed_at: at });
    for (const [line, { remainingH }] of promised)
      await setPromise(transaction, { orgId, shipmentId, line }, at, remainingH);
  });
}

/** A leg that is not the last ends in other hands. */
export async function handOver(
  parts: Parts,
  actor: Actor,
  shipment: Shipment,
  leg: number,
  { by, receivedBy, note, ...asked }: z.output<typeof handoverSchema>,
): Promise<void> {
  const at = instantAsked(parts.clock, asked.at);
  requireHandover(shipment, leg);
  requireAfter(at, latestRecordedAt(shipment));
  const custody = { kind: 'handed-over', leg, at, by, receivedBy, note } as const;
  await move(parts, actor, shipment, custody, async (transaction, current) => {
    requireHandover(current, leg);
    const { orgId, shipmentId } = current;
    await setLegTimes(transaction, { orgId, shipmentId, leg }, { arrived_at: at });
  });
}

/** It is there. What came of what was promised is frozen. Nobody has to have said that it left. */
export async function arrive(
  parts: Parts,
  actor: Actor,
  shipment: Shipment,
  asked: z.output<typeof arriveSchema>,
): Promise<void> {
  const { by, receivedBy, accepted, note, temperatureC } = asked;
  const at = instantAsked(parts.clock, asked.at);
  requireOpen(shipment);
  requireAfter(at, latestRecordedAt(shipment));
  const last = shipment.legs.length;
  const there = { ...withLegTimes(shipment, last, { arrivedAt: at }), arrivedAt: at };
  const outcome = await parts.weighLines(there);
  const custody = { kind: 'arrived', leg: last, at, by, receivedBy, note } as const;
  await move(parts, actor, shipment, custody, async (transaction, current) => {
    requireOpen(current);
    const { orgId, shipmentId } = current;
    await setLegTimes(transaction, { orgId, shipmentId, leg: last }, { arrived_at: at });
    await changeShipment(transaction, orgId, shipmentId, {
      arrived_at: at,
      received_by: receivedBy,
      accepted,
      arrival_note: note ?? null,
      arrival_temperature_c: temperatureC ?? null,
    });
    for (const [line, { remainingH }] of outcome)
      await setOutcome(transaction, { orgId, shipmentId, line }, remainingH);
  });
}

/** What was written down of custody stays; what is right is written under it. */
export async function correctCustody(
  parts: Parts,
  actor: Actor,
  shipment: Shipment,
  { by, receivedBy, note, ...asked }: z.output<typeof custodyCorrectionSchema>,
): Promise<void> {
  const at = instantAsked(parts.clock, asked.at);
  await move(parts, actor, shipment, { kind: 'correction', leg: null, at, by, receivedBy, note });
}

export async function cancelShipment(
  { db, clock }: Parts,
  actor: Actor,
  shipment: Shipment,
  reason: string,
): Promise<void> {
  const now = clock.now();
  const { orgId, shipmentId } = shipment;
  requireOpen(shipment);
  await db.transaction().execute(async transaction => {
    requireOpen((await findShipment(transaction, orgId, shipmentId)) ?? shipment);
    const set = { cancelled_at: now, cancel_reason: reason };
    await changeShipment(transaction, orgId, shipmentId, set);
    const entry = { at: now, orgId, actor: actor.actor, action: 'shipment.cancelled' };
    await addAudit(transaction, { ...entry, subject: shipmentId, detail: reason });
  });
}

/** One step of the way with its line of custody and of the audit trail, all or nothing. */
async function move(
  { db, clock }: Parts,
  actor: Actor,
  { orgId, shipmentId }: Shipment,
  said: Pick<Custody, 'kind' | 'leg' | 'at'> & {
    readonly [word in 'by' | 'receivedBy' | 'note']?: string | undefined;
  },
  step?: (transaction: MetadataDb, current: Shipment) => Promise<void>,
): Promise<void> {
  const now = clock.now();
  await db.transaction().execute(async transaction => {
    const current = await findShipment(transaction, orgId, shipmentId);
    if (current === null) throw new ApiError('shipment.not_found', `there is no shipment ${shipmentId}`);
    await step?.(transaction, current);
    const recordedBy = actor.orgId === orgId ? actor.actor : `${actor.actor} of ${actor.orgId}`;
    const { kind, leg, at, by = null, receivedBy = null, note = null } = said;
    const words = { leg, by, receivedBy, note };
    await addCustody(transaction, orgId, shipmentId, { kind, at, ...words, recordedAt: now, recordedBy });
    const entry = { at: now, orgId, actor: recordedBy, action: `shipment.${kind}`, subject: shipmentId };
    await addAudit(transaction, { ...entry, detail: JSON.stringify(words) });
  });
}

/** From 1: the first leg that has not left. */
function nextLeg(shipment: Shipment): number {
  requireOpen(shipment);
  const index = shipment.legs.findLastIndex(leg => leg.departedAt !== null) + 1;
  if (index >= shipment.legs.length)
    throw new ApiError('shipment.wrong_state', 'all its legs have left; it can only arrive');
  return index + 1;
}

function requireHandover(shipment: Shipment, leg: number): void {
  requireOpen(shipment);
  const { legs } = shipment;
  const current = legs[leg - 1];
  if (current === undefined) throw invalidField('leg', String(leg), `must be from 1 to ${legs.length}`);
  if (leg === legs.length)
    throw new ApiError('shipment.wrong_state', 'the last leg ends with the arrival of the shipment');
  if (current.departedAt === null) throw new ApiError('shipment.wrong_state', `leg ${leg} has not left yet`);
  if (current.arrivedAt !== null)
    throw new ApiError(
      'shipment.wrong_state',
      `leg ${leg} has been handed over; what was wrong is corrected by a line of custody`,
    );
}

function requireOpen(shipment: Shipment): void {
  const state = stateOf(shipment);
  if (state === 'planned' || state === 'under-way') return;
  throw new ApiError('shipment.wrong_state', `the shipment is ${state}`);
}

const moved = () => new ApiError('shipment.wrong_state', 'somebody else has just recorded this');

function instantAsked(clock: Clock, asked: number | undefined): number {
  const now = clock.now();
  const at = asked ?? now;
  if (at > now + clockSlackMs)
    throw invalidField('at', new Date(at).toISOString(), 'must not be in the future');
  return at;
}

/** What happened last on the way; everything after it happens later. */
function latestRecordedAt({ legs }: Shipment): number {
  return Math.max(0, ...legs.flatMap(leg => [leg.departedAt ?? 0, leg.arrivedAt ?? 0]));
}

function requireAfter(at: number, latest: number): void {
  if (at >= latest) return;
  const allowed = `must not be before what was recorded last, ${new Date(latest).toISOString()}`;
  throw invalidField('at', new Date(at).toISOString(), allowed);
}

function withLegTimes(
  shipment: Shipment,
  leg: number,
  times: { readonly departedAt?: number; readonly arrivedAt?: number },
): Shipment {
  return { ...shipment, legs: shipment.legs.map((l, i) => (i === leg - 1 ? { ...l, ...times } : l)) };
}
