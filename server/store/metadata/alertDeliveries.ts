import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { AlertSeverity } from '../../../models/contracts/alert.ts';
import type { DeliveryKind, DeliveryState } from '../../../models/contracts/alertDelivery.ts';
import { isHeldByAnother } from './alertLease.ts';
import type { MetadataDb, MetadataTables } from './database.ts';

/** One message to one contact, from when it is decided to when it is delivered or given up. */
export interface Delivery {
  /** The idempotency key. */
  readonly deliveryId: string;
  readonly orgId: string;
  /** Empty for a digest. */
  readonly alertId: string;
  readonly contactId: string;
  readonly contactName: string;
  readonly channel: string;
  readonly kind: DeliveryKind;
  readonly step: number;
  readonly severity: AlertSeverity;
  readonly dueAt: number;
  readonly nextTryAt: number;
  readonly attempts: number;
  readonly state: DeliveryState;
  readonly createdAt: number;
}

export type NewDelivery = Omit<Delivery, 'deliveryId' | 'nextTryAt' | 'attempts' | 'state'>;

export interface DeliveryAttempt {
  readonly at: number;
  readonly outcome: 'delivered' | 'retry' | 'failed';
  readonly reason: string | null;
}

/** Decides a message, once for a key of alert, contact, kind and step. */
export async function addDeliveryWithin(transaction: MetadataDb, delivery: NewDelivery): Promise<void> {
  await insert(transaction, delivery);
}

/** Adds an alert to the digest of a contact and a day (`step`), beginning it where there is none yet. */
export async function addToDigestWithin(
  transaction: MetadataDb,
  digest: Omit<NewDelivery, 'alertId' | 'kind'>,
  alertId: string,
): Promise<void> {
  const kind = 'digest';
  await insert(transaction, { ...digest, alertId: '', kind });
  const row = await transaction
    .selectFrom('alert_deliveries')
    .select(['delivery_id', 'state'])
    .where('alert_id', '=', '')
    .where('contact_id', '=', digest.contactId)
    .where('kind', '=', kind)
    .where('step', '=', digest.step)
    .executeTakeFirstOrThrow();
  await transaction
    .insertInto('alert_digest_items')
    .values({ delivery_id: row.delivery_id, org_id: digest.orgId, alert_id: alertId })
    .onConflict(conflict => conflict.doNothing())
    .execute();
}

async function insert(transaction: MetadataDb, delivery: NewDelivery): Promise<void> {
  await transaction
    .insertInto('alert_deliveries')
    .values({
      delivery_id: randomUUID(),
      org_id: delivery.orgId,
      alert_id: delivery.alertId,
      contact_id: delivery.contactId,
      contact_name: delivery.contactName,
      channel: delivery.channel,
      kind: delivery.kind,
      step: delivery.step,
      severity: delivery.severity,
      due_at: delivery.dueAt,
      next_try_at: delivery.dueAt,
      attempts: 0,
      state: 'waiting',
      created_at: delivery.createdAt,
      claimed_by: null,
    })
    .onConflict(conflict => conflict.doNothing())
    .execute();
}

/**
 * Takes what is due for sending, for all organisations. What another holder was sending when it ended is taken as well:
 * whether it was sent nobody knows, so it is sent again with the same id. Nothing for who has lost the lease.
 *
 * @param own  whether what this holder claimed earlier is taken as well: only when it sends nothing just then
 */
export async function claimDueDeliveries(
  db: MetadataDb,
  {
    now,
    holder,
    limit,
    own = false,
  }: { readonly now: number; readonly holder: string; readonly limit: number; readonly own?: boolean },
): Promise<Delivery[]> {
  return db.transaction().execute(async transaction => {
    if (await isHeldByAnother(transaction, holder)) return [];
    const rows = await transaction
      .selectFrom('alert_deliveries')
      .selectAll()
      .where('next_try_at', '<=', now)
      .where(eb =>
        eb.or([
          eb('state', '=', 'waiting'),
          eb.and([eb('state', '=', 'sending'), ...(own ? [] : [eb('claimed_by', '!=', holder)])]),
        ]),
      )
      .where('state', 'in', ['waiting', 'sending'])
      .orderBy('next_try_at')
      .orderBy('delivery_id')
      .limit(limit)
      .execute();
    if (rows.length > 0)
      await transaction
        .updateTable('alert_deliveries')
        .set({ state: 'sending', claimed_by: holder })
        .where(
          'delivery_id',
          'in',
          rows.map(row => row.delivery_id),
        )
        .execute();
    return rows.map(row => ({ ...toDelivery(row), state: 'sending' as const }));
  });
}

/** Writes down how an attempt ended; with `retryAt` it is tried again then. */
export async function recordAttempt(
  db: MetadataDb,
  { deliveryId, orgId, attempts }: Pick<Delivery, 'deliveryId' | 'orgId' | 'attempts'>,
  attempt: DeliveryAttempt,
  retryAt: number | null,
): Promise<void> {
  await db.transaction().execute(async transaction => {
    await transaction
      .insertInto('alert_attempts')
      .values({
        delivery_id: deliveryId,
        attempt: attempts + 1,
        org_id: orgId,
        at: attempt.at,
        outcome: attempt.outcome,
        reason: attempt.reason,
      })
      .onConflict(conflict => conflict.doNothing())
      .execute();
    const isOver = attempt.outcome === 'delivered' ? 'delivered' : 'failed';
    await transaction
      .updateTable('alert_deliveries')
      .set({
        attempts: attempts + 1,
        claimed_by: null,
        ...(retryAt === null ? { state: isOver } : { state: 'waiting', next_try_at: retryAt }),
      })
      .where('delivery_id', '=', deliveryId)
      .execute();
  });
}

export async function setDeliveryState(
  db: MetadataDb,
  { deliveryId, orgId }: Pick<Delivery, 'deliveryId' | 'orgId'>,
  state: 'dropped' | 'waiting',
  nextTryAt?: number,
): Promise<void> {
  await db
    .updateTable('alert_deliveries')
    .set({ state, claimed_by: null, ...(nextTryAt === undefined ? {} : { next_try_at: nextTryAt }) })
    .where('org_id', '=', orgId)
    .where('delivery_id', '=', deliveryId)
    .execute();
}

/** Messages of an alert that nobody needs any more: never tried, and not being sent right now. */
export async function dropWaitingDeliveries(
  db: MetadataDb,
  orgId: string,
  alertId: string,
  kinds: readonly DeliveryKind[],
): Promise<void> {
  await db
    .updateTable('alert_deliveries')
    .set({ state: 'dropped' })
    .where('org_id', '=', orgId)
    .where('alert_id', '=', alertId)
    .where('kind', 'in', [...kinds])
    .where('state', '=', 'waiting')
    .where('attempts', '=', 0)
    .execute();
}

/** When the next message is to be sent, of any organisation; null when none waits. */
export async function nextDeliveryAtOfAllOrganisations(db: MetadataDb): Promise<number | null> {
  const row = await db
    .selectFrom('alert_deliveries')
    .select(({ fn }) => fn.min('next_try_at').as('at'))
    .where('state', 'in', ['waiting', 'sending'])
    .executeTakeFirstOrThrow();
  return row.at === null ? null : Number(row.at);
}

/** Everything decided about one alert, digests included, with the attempts. */
export async function listDeliveries(
  db: MetadataDb,
  orgId: string,
  alertId: string,
): Promise<(Delivery & { readonly tried: readonly DeliveryAttempt[] })[]> {
  const rows = await db
    .selectFrom('alert_deliveries')
    .selectAll()
    .where('org_id', '=', orgId)
    .where(({ or, eb, selectFrom }) =>
      or([
        eb('alert_id', '=', alertId),
        eb(
          'delivery_id',
          'in',
          selectFrom('alert_digest_items')
            .select('alert_digest_items.delivery_id')
            .where('alert_digest_items.org_id', '=', orgId)
            .where('alert_digest_items.alert_id', '=', alertId),
        ),
      ]),
    )
    .orderBy('created_at')
    .orderBy('delivery_id')
    .execute();
  const attempts = await attemptsOf(
    db,
    rows.map(row => row.delivery_id),
  );
  return rows.map(row => ({ ...toDelivery(row), tried: attempts.get(row.delivery_id) ?? [] }));
}

async function attemptsOf(
  db: MetadataDb,
  deliveryIds: readonly string[],
): Promise<Map<string, DeliveryAttempt[]>> {
  if (deliveryIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('alert_attempts')
    .selectAll()
    .where('delivery_id', 'in', deliveryIds)
    .orderBy('attempt')
    .execute();
  return Map.groupBy(rows, row => row.delivery_id);
}

/** Which contacts have been told of an alert, or are going to be. */
export async function contactsTold(
  db: MetadataDb,
  orgId: string,
  alertId: string,
): Promise<{ readonly contactId: string; readonly state: DeliveryState; readonly attempts: number }[]> {
  return db
    .selectFrom('alert_deliveries')
    .select(['contact_id as contactId', 'state', 'attempts'])
    .where('org_id', '=', orgId)
    .where('alert_id', '=', alertId)
    .where('kind', '!=', 'cleared')
    .execute();
}

/** The alerts that a digest tells of, the oldest first. */
export async function listDigestAlerts(db: MetadataDb, orgId: string, deliveryId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('alert_digest_items')
    .innerJoin('alerts', 'alerts.alert_id', 'alert_digest_items.alert_id')
    .select('alerts.alert_id')
    .where('alert_digest_items.org_id', '=', orgId)
    .where('delivery_id', '=', deliveryId)
    .orderBy('alerts.opened_at')
    .orderBy('alerts.alert_id')
    .execute();
  return rows.map(row => row.alert_id);
}

function toDelivery(row: Selectable<MetadataTables['alert_deliveries']>): Delivery {
  return {
    deliveryId: row.delivery_id,
    orgId: row.org_id,
    alertId: row.alert_id,
    contactId: row.contact_id,
    contactName: row.contact_name,
    channel: row.channel,
    kind: row.kind,
    step: row.step,
    severity: row.severity,
    dueAt: row.due_at,
    nextTryAt: row.next_try_at,
    attempts: row.attempts,
    state: row.state,
    createdAt: row.created_at,
  };
}
