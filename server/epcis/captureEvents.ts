import type { z } from 'zod';
import { ApiError, type FieldFault } from '../errors.ts';
import type { Services } from '../services.ts';
import type { Actor } from '../shipments/bookShipment.ts';
import type { Batch } from '../store/metadata/batches.ts';
import { addEpcisEvent, listEpcisEvents } from '../store/metadata/epcisEvents.ts';
import { listShipmentsOfBatch, type Shipment, stateOf } from '../store/metadata/shipments.ts';
import { type CapturedEvent, type CaptureResult, type captureSchema, lotsOf } from './captureSchema.ts';
import { eventIdOf } from './epcisIds.ts';
import { findLot } from './findLot.ts';

type Parts = Pick<Services, 'db' | 'setup' | 'shipments' | 'clock' | 'log'>;

/** What a partner's clock may be ahead. */
const aheadMs = 10 * 60_000;

interface Receipt {
  readonly eventId: string;
  readonly at: number;
  readonly event: CapturedEvent;
  readonly batches: readonly Batch[];
}

/**
 * Takes receiving events that a partner reports: each is kept with its batches, once, and a shipment all of whose batches
 * have been received has arrived by it.
 *
 * @param proceed  take what can be taken and list the rest; otherwise all or nothing
 * @throws {ApiError} request.invalid naming every lot that is not of this firm and every time that cannot be
 */
export async function captureEvents(
  parts: Parts,
  actor: Actor,
  document: z.output<typeof captureSchema>,
  proceed: boolean,
): Promise<CaptureResult> {
  const { clock, setup } = parts;
  const errors: FieldFault[] = [];
  const receipts: Receipt[] = [];
  for (const [i, event] of document.epcisBody.eventList.entries()) {
    const faults: FieldFault[] = [];
    const receipt = await read(parts, actor.orgId, event, `epcisBody.eventList.${i}`, faults);
    errors.push(...faults);
    if (faults.length === 0) receipts.push(receipt);
  }
  if (errors.length > 0 && (!proceed || receipts.length === 0)) {
    const detail = errors.map(({ field, allowed }) => `${field} ${allowed}`).join('; ');
    throw new ApiError('request.invalid', detail, errors);
  }
  const { captured, known, touched } = await keep(parts, actor, receipts, clock.now());
  const arrived = new Set<string>();
  for (const [batchId, receipt] of touched) {
    await setup.batchChanged(actor.orgId, batchId, actor.actor, 'batch.received', receipt.eventId);
    const shipmentId = await arriveBy(parts, actor, batchId, receipt);
    if (shipmentId !== null) arrived.add(shipmentId);
  }
  return { captured, known, errors, arrivedShipmentIds: [...arrived] };
}

async function read(
  { db, clock }: Parts,
  orgId: string,
  event: CapturedEvent,
  path: string,
  faults: FieldFault[],
): Promise<Receipt> {
  const at = Date.parse(event.eventTime);
  const batches = new Map<string, Batch>();
  for (const { field, epcClass } of lotsOf(event)) {
    const batch = await findLot(db, orgId, epcClass);
    if (batch !== null) batches.set(batch.batchId, batch);
    else faults.push({ field: `${path}.${field}`, value: epcClass, allowed: 'must be a lot of this firm' });
  }
  const earliest = Math.max(...[...batches.values()].map(({ producedAt }) => producedAt));
  if (at < earliest || at > clock.now() + aheadMs) {
    const allowed = 'must be after its lots were made and not in the future';
    faults.push({ field: `${path}.eventTime`, value: event.eventTime, allowed });
  }
  const eventId = event.eventID ?? eventIdOf('reported', canonical(event));
  return { eventId, at, event, batches: [...batches.values()] };
}

/** The same content has the same text, whatever the order of its fields. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** All of them in one transaction. */
function keep({ db }: Parts, { orgId, actor }: Actor, receipts: readonly Receipt[], now: number) {
  return db.transaction().execute(async transaction => {
    const captured = new Set<string>();
    const known = new Set<string>();
    const touched = new Map<string, Receipt>();
    for (const receipt of receipts)
      for (const { batchId } of receipt.batches) {
        const { eventId, at, event } = receipt;
        const kept = { ...event, eventID: eventId };
        const row = { orgId, eventId, batchId, shipmentId: null, bizStep: event.bizStep, at, event: kept };
        const isNew = await addEpcisEvent(transaction, row, actor, now);
        (isNew ? captured : known).add(eventId);
        if (isNew) touched.set(batchId, receipt);
      }
    return { captured: [...captured], known: [...known].filter(id => !captured.has(id)), touched };
  });
}

/** @returns the shipment that has arrived because now all of its batches have been received; null: none has */
async function arriveBy(
  { db, shipments, log }: Parts,
  actor: Actor,
  batchId: string,
  { event, eventId, at }: Receipt,
): Promise<string | null> {
  const all = await listShipmentsOfBatch(db, actor.orgId, batchId);
  const open = all.filter(shipment => stateOf(shipment) === 'under-way' && (shipment.departedAt ?? at) <= at);
  const shipment = meant(event, open);
  if (shipment === undefined || !(await isAllReceived(db, shipment))) return null;
  try {
    const note = `EPCIS ${eventId}`.slice(0, 512);
    const receivedBy = (event.bizLocation?.id ?? event.readPoint?.id ?? 'EPCIS').slice(0, 128);
    await shipments.arrive(actor, shipment.shipmentId, { at, receivedBy, accepted: 'all', note });
    return shipment.shipmentId;
  } catch (error) {
    // The receipt is kept whatever the shipment says: its times may have been written down otherwise by hand.
    if (!(error instanceof ApiError)) throw error;
    log.warn({ err: error, shipmentId: shipment.shipmentId }, 'a receipt did not fit its shipment');
    return null;
  }
}

/** The shipment that an event names; without one, the only one it can be. */
function meant(event: CapturedEvent, open: readonly Shipment[]): Shipment | undefined {
  const named = (event.bizTransactionList ?? []).map(({ bizTransaction }) =>
    bizTransaction.slice(bizTransaction.lastIndexOf('/') + 1),
  );
  if (named.length > 0) return open.find(({ shipmentId }) => named.includes(encodeURIComponent(shipmentId)));
  return open.length === 1 ? open[0] : undefined;
}

async function isAllReceived(db: Parts['db'], { orgId, lines, departedAt }: Shipment): Promise<boolean> {
  for (const { batchId } of lines) {
    const events = await listEpcisEvents(db, orgId, batchId);
    if (!events.some(({ bizStep, at }) => bizStep === 'receiving' && at >= (departedAt ?? at))) return false;
  }
  return true;
}
