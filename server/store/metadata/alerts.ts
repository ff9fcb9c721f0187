import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type {
  AlertFacts,
  AlertFilter,
  AlertKind,
  AlertSeverity,
  AlertView,
} from '../../../models/contracts/alert.ts';
import type { MetadataDb, MetadataTables } from './database.ts';

/** One incident as it is kept. Times are epoch milliseconds. */
export interface Alert {
  readonly alertId: string;
  readonly orgId: string;
  readonly kind: AlertKind;
  /** `batch/<id>`, `node/<id>`, `shipment/<id>` or `gateway/<id>`. */
  readonly subject: string;
  readonly episode: number;
  readonly severity: AlertSeverity;
  readonly state: AlertView['state'];
  readonly beganAt: number;
  readonly endedAt: number | null;
  readonly openedAt: number;
  readonly clearedAt: number | null;
  readonly clearingSince: number | null;
  readonly knownLate: boolean;
  readonly facts: AlertFacts;
  readonly acknowledgedAt: number | null;
  readonly acknowledgedBy: string | null;
  readonly assignedTo: string | null;
  /** When it was opened or last worsened: escalation counts from here. */
  readonly toldAt: number;
  readonly worsened: number;
  readonly escalatedMin: number;
  readonly escalateAt: number | null;
}

export type NewAlert = Pick<
  Alert,
  'orgId' | 'kind' | 'subject' | 'severity' | 'beganAt' | 'endedAt' | 'openedAt' | 'knownLate' | 'facts'
> & { readonly clearedAt: number | null };

/** Where a page of alerts, newest first, goes on. */
export interface AlertCursor {
  readonly openedAt: number;
  readonly alertId: string;
}

/** Within a transaction. @returns null when one of this subject and kind is open already */
export async function openAlertWithin(transaction: MetadataDb, alert: NewAlert): Promise<Alert | null> {
  const { orgId, kind, subject } = alert;
  const { last } = await transaction
    .selectFrom('alerts')
    .select(({ fn }) => fn.max('episode').as('last'))
    .where('org_id', '=', orgId)
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .executeTakeFirstOrThrow();
  const row = {
    alert_id: randomUUID(),
    org_id: orgId,
    kind,
    subject,
    episode: Number(last ?? 0) + 1,
    severity: alert.severity,
    state: alert.clearedAt === null ? ('open' as const) : ('cleared' as const),
    began_at: alert.beganAt,
    ended_at: alert.endedAt,
    opened_at: alert.openedAt,
    cleared_at: alert.clearedAt,
    clearing_since: null,
    known_late: Number(alert.knownLate),
    facts: JSON.stringify(alert.facts),
    acknowledged_at: null,
    acknowledged_by: null,
    assigned_to: null,
    told_at: alert.openedAt,
    worsened: 0,
    escalated_min: 0,
    escalate_at: null,
  };
  const result = await transaction
    .insertInto('alerts')
    .values(row)
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n ? toAlert(row) : null;
}

export type AlertChange = Partial<
  Pick<
    Alert,
    | 'severity'
    | 'state'
    | 'beganAt'
    | 'endedAt'
    | 'clearedAt'
    | 'clearingSince'
    | 'facts'
    | 'acknowledgedAt'
    | 'acknowledgedBy'
    | 'assignedTo'
    | 'toldAt'
    | 'worsened'
    | 'escalatedMin'
    | 'escalateAt'
  >
>;

/** @returns false when there is no such alert, or (with `onlyOpen`) it is over */
export async function changeAlert(
  db: MetadataDb,
  orgId: string,
  alertId: string,
  change: AlertChange,
  { onlyOpen = false }: { readonly onlyOpen?: boolean } = {},
): Promise<boolean> {
  const columns = {
    severity: change.severity,
    state: change.state,
    began_at: change.beganAt,
    ended_at: change.endedAt,
    cleared_at: change.clearedAt,
    clearing_since: change.clearingSince,
    facts: change.facts === undefined ? undefined : JSON.stringify(change.facts),
    acknowledged_at: change.acknowledgedAt,
    acknowledged_by: change.acknowledgedBy,
    assigned_to: change.assignedTo,
    told_at: change.toldAt,
    worsened: change.worsened,
    escalated_min: change.escalatedMin,
    escalate_at: change.escalateAt,
  };
  let query = db
    .updateTable('alerts')
    .set(Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)))
    .where('org_id', '=', orgId)
    .where('alert_id', '=', alertId);
  if (onlyOpen) query = query.where('state', '=', 'open');
  return (await query.executeTakeFirst()).numUpdatedRows === 1n;
}

export async function findAlert(db: MetadataDb, orgId: string, alertId: string): Promise<Alert | null> {
  const row = await db
    .selectFrom('alerts')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('alert_id', '=', alertId)
    .executeTakeFirst();
  return row === undefined ? null : toAlert(row);
}

/** Alerts of one organisation, the newest first, starting after `after`. */
export async function listAlerts(
  db: MetadataDb,
  orgId: string,
  { after, limit, filter }: { after?: AlertCursor | undefined; limit: number; filter: AlertFilter },
): Promise<Alert[]> {
  let query = db.selectFrom('alerts').selectAll().where('org_id', '=', orgId);
  if (filter === 'open' || filter === 'unhandled') query = query.where('state', '=', 'open');
  if (filter === 'cleared') query = query.where('state', '=', 'cleared');
  if (filter === 'unhandled') query = query.where('acknowledged_at', 'is', null);
  if (after !== undefined) {
    query = query.where(eb =>
      eb.or([
        eb('opened_at', '<', after.openedAt),
        eb.and([eb('opened_at', '=', after.openedAt), eb('alert_id', '<', after.alertId)]),
      ]),
    );
  }
  const rows = await query.orderBy('opened_at', 'desc').orderBy('alert_id', 'desc').limit(limit).execute();
  return rows.map(toAlert);
}

/** Every incident of one subject and kind, the earliest first. */
export async function listAlertsOfSubject(
  db: MetadataDb,
  orgId: string,
  kind: AlertKind,
  subject: string,
): Promise<Alert[]> {
  const rows = await db
    .selectFrom('alerts')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .orderBy('episode')
    .execute();
  return rows.map(toAlert);
}

/** For the engine, which decides for all organisations. Never for a route. */
export async function listOpenAlertsOfAllOrganisations(db: MetadataDb): Promise<Alert[]> {
  return (await db.selectFrom('alerts').selectAll().where('state', '=', 'open').execute()).map(toAlert);
}

/** As above: those whose next person is to be told by now. */
export async function listAlertsToEscalateOfAllOrganisations(db: MetadataDb, now: number): Promise<Alert[]> {
  const rows = await db
    .selectFrom('alerts')
    .selectAll()
    .where('escalate_at', 'is not', null)
    .where('escalate_at', '<=', now)
    .where('state', '=', 'open')
    .where('acknowledged_at', 'is', null)
    .orderBy('escalate_at')
    .limit(200)
    .execute();
  return rows.map(toAlert);
}

export interface AlertEvent {
  readonly at: number;
  readonly what: AlertView['history'][number]['what'];
  /** Null when Tahan did it. */
  readonly by: string | null;
  readonly note: string | null;
}

export async function addAlertEvent(
  db: MetadataDb,
  { orgId, alertId }: Pick<Alert, 'orgId' | 'alertId'>,
  event: AlertEvent,
): Promise<void> {
  await db
    .insertInto('alert_events')
    .values({
      org_id: orgId,
      alert_id: alertId,
      at: event.at,
      what: event.what,
      by_name: event.by,
      note: event.note,
    })
    .execute();
}

/** Keyed by alert, each in the order in which it happened. */
export async function listAlertEvents(
  db: MetadataDb,
  orgId: string,
  alertIds: readonly string[],
): Promise<Map<string, AlertEvent[]>> {
  if (alertIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('alert_events')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('alert_id', 'in', alertIds)
    .orderBy('event_id')
    .execute();
  const byAlert = Map.groupBy(rows, row => row.alert_id);
  return new Map(
    [...byAlert].map(([alertId, events]) => [
      alertId,
      events.map(({ at, what, by_name: by, note }) => ({ at, what, by, note })),
    ]),
  );
}

function toAlert(row: Selectable<MetadataTables['alerts']>): Alert {
  return {
    alertId: row.alert_id,
    orgId: row.org_id,
    kind: row.kind,
    subject: row.subject,
    episode: row.episode,
    severity: row.severity,
    state: row.state,
    beganAt: row.began_at,
    endedAt: row.ended_at,
    openedAt: row.opened_at,
    clearedAt: row.cleared_at,
    clearingSince: row.clearing_since,
    knownLate: row.known_late === 1,
    facts: JSON.parse(row.facts),
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    assignedTo: row.assigned_to,
    toldAt: row.told_at,
    worsened: row.worsened,
    escalatedMin: row.escalated_min,
    escalateAt: row.escalate_at,
  };
}

/** The clock was set: what waits for a time waits for the same moment as before. */
export async function shiftAlertTimesOfAllOrganisations(db: MetadataDb, byMs: number): Promise<void> {
  await db
    .updateTable('alerts')
    .set(({ eb }) => ({
      told_at: eb('told_at', '+', byMs),
      escalate_at: eb('escalate_at', '+', byMs),
    }))
    .where('state', '=', 'open')
    .execute();
  // A message that waits too short is looked at again; one that waits too long is late.
  if (byMs < 0)
    await db
      .updateTable('alert_deliveries')
      .set(({ eb }) => ({ next_try_at: eb('next_try_at', '+', byMs) }))
      .where('state', 'in', ['waiting', 'sending'])
      .execute();
}

/** For the metrics. Never for a route. */
export async function countAlertsOfAllOrganisations(
  db: MetadataDb,
): Promise<{ readonly open: number; readonly waiting: number }> {
  const open = await db
    .selectFrom('alerts')
    .select(({ fn }) => fn.countAll().as('n'))
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  const waiting = await db
    .selectFrom('alert_deliveries')
    .select(({ fn }) => fn.countAll().as('n'))
    .where('state', 'in', ['waiting', 'sending'])
    .executeTakeFirstOrThrow();
  return { open: Number(open.n), waiting: Number(waiting.n) };
}
