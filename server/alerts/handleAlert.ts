import { isWorse } from '../../models/alerts/stepAlert.ts';
import type { AlertSeverity } from '../../models/contracts/alert.ts';
import { everybodyAtOnce } from '../../models/contracts/alertChain.ts';
import { ApiError } from '../errors.ts';
import { dropWaitingDeliveries } from '../store/metadata/alertDeliveries.ts';
import { findAlertChain } from '../store/metadata/alertRules.ts';
import {
  type Alert,
  addAlertEvent,
  changeAlert,
  findAlert,
  listAlertEvents,
} from '../store/metadata/alerts.ts';
import { addAudit } from '../store/metadata/audit.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { nextEscalation } from './planMessages.ts';

/** Who does something about an alert. */
export interface Handler {
  readonly orgId: string;
  readonly name: string;
  /** For the audit trail. */
  readonly actor: string;
}

/** @throws {ApiError} alert.not_found, for one of another organisation too */
export async function requireAlert(db: MetadataDb, orgId: string, alertId: string): Promise<Alert> {
  const alert = await findAlert(db, orgId, alertId);
  if (alert === null) throw new ApiError('alert.not_found', `there is no alert ${alertId}`);
  return alert;
}

/**
 * It has been seen: nobody is told again until it worsens. The first who sees it stays the one who did.
 *
 * @param seen  as how bad it was seen: once it is worse, that says nothing of what it is now, and changes nothing
 */
export async function acknowledge(
  db: MetadataDb,
  by: Handler,
  alertId: string,
  at: number,
  seen: AlertSeverity = 'risk',
): Promise<void> {
  await db.transaction().execute(async transaction => {
    const alert = await requireAlert(transaction, by.orgId, alertId);
    if (alert.acknowledgedAt !== null || isWorse(alert.severity, seen)) return;
    const now = Math.max(at, alert.openedAt);
    const change = { acknowledgedAt: now, acknowledgedBy: by.name, escalateAt: null };
    await changeAlert(transaction, by.orgId, alertId, change);
    await dropWaitingDeliveries(transaction, by.orgId, alertId, ['opened', 'worsened', 'escalated']);
    await addAlertEvent(transaction, alert, { at: now, what: 'acknowledged', by: by.name, note: null });
    await audit(transaction, by, 'alert.acknowledged', alert, now);
  });
}

/**
 * Takes that back: who is next in the chain is told in their time.
 *
 * @param of  only if it is this person's: whoever takes back their own must not take back another's who was sooner
 */
export async function unacknowledge(
  db: MetadataDb,
  by: Handler,
  alertId: string,
  now: number,
  of: string | null = null,
): Promise<void> {
  await db.transaction().execute(async transaction => {
    const alert = await requireAlert(transaction, by.orgId, alertId);
    if (alert.acknowledgedAt === null || (of !== null && alert.acknowledgedBy !== of)) return;
    const chain = (await findAlertChain(transaction, by.orgId)) ?? everybodyAtOnce;
    const escalateAt = alert.state === 'open' ? nextEscalation(chain, alert, alert.escalatedMin) : null;
    const change = { acknowledgedAt: null, acknowledgedBy: null, escalateAt };
    await changeAlert(transaction, by.orgId, alertId, change);
    await addAlertEvent(transaction, alert, { at: now, what: 'unacknowledged', by: by.name, note: null });
    await audit(transaction, by, 'alert.unacknowledged', alert, now);
  });
}

/** @param to  the name of whoever takes care of it */
export async function assign(
  db: MetadataDb,
  by: Handler,
  alertId: string,
  to: string,
  now: number,
): Promise<void> {
  await db.transaction().execute(async transaction => {
    const alert = await requireAlert(transaction, by.orgId, alertId);
    if (alert.assignedTo === to) return;
    await changeAlert(transaction, by.orgId, alertId, { assignedTo: to });
    await addAlertEvent(transaction, alert, { at: now, what: 'assigned', by: by.name, note: to });
    await audit(transaction, by, 'alert.assigned', alert, now, to);
  });
}

/** The same words of the same person and time are one note, however often they are sent. */
export async function addNote(
  db: MetadataDb,
  by: Handler,
  alertId: string,
  note: string,
  at: number,
): Promise<void> {
  await db.transaction().execute(async transaction => {
    const alert = await requireAlert(transaction, by.orgId, alertId);
    const events = (await listAlertEvents(transaction, by.orgId, [alertId])).get(alertId) ?? [];
    if (events.some(e => e.what === 'noted' && e.at === at && e.by === by.name && e.note === note)) return;
    await addAlertEvent(transaction, alert, { at, what: 'noted', by: by.name, note });
    await audit(transaction, by, 'alert.noted', alert, at, note);
  });
}

function audit(
  transaction: MetadataDb,
  by: Handler,
  action: string,
  { alertId, kind, subject }: Alert,
  now: number,
  what = '',
): Promise<void> {
  const detail = [kind, subject, what].filter(Boolean).join(' ');
  return addAudit(transaction, {
    ...{ at: now, orgId: by.orgId, actor: by.actor, action, subject: alertId, detail },
  });
}
