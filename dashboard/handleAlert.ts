import type { AlertView } from '../models/contracts/alert.ts';
import { type MyVersion, myVersions } from './alerts.ts';
import { alertPath } from './alertsApi.ts';
import { ApiError } from './api.ts';
import { now } from './clock.ts';
import { t } from './i18n/messages.ts';
import { type Action, perform } from './offline/actionQueue.ts';
import { said } from './snack.ts';
import { me, putAlert } from './state.ts';

type Handled = Pick<AlertView, 'alertId' | 'facts'>;

/**
 * "Saya tangani": shown at once, sent when the server can be reached. It carries when it was said and
 * as how bad it was seen, so that one which arrives late does not mute what has become worse; sent twice it is the same.
 */
export async function acknowledgeAlert(alert: AlertView): Promise<void> {
  said.value = { text: t('alerts.marked'), undo: () => void undoAcknowledge(alert) };
  remember(alert, 'acknowledged');
  const path = `${alertPath(alert.alertId)}/acknowledge?at=${now.value}&seen=${alert.severity}`;
  await change(alert, { kind: 'acknowledge', method: 'POST', path });
}

/** Takes back one's own word, never that of another who was sooner. */
export async function undoAcknowledge(alert: Handled): Promise<void> {
  said.value = null;
  remember(alert, 'unacknowledged');
  await takeBack(alert, me.value?.name ?? '');
}

/** Takes back that somebody handles it, whoever it is: by name, so that a change meanwhile is not undone unseen. */
export async function takeBack(alert: Handled, of: string): Promise<void> {
  const path = `${alertPath(alert.alertId)}/acknowledge?${new URLSearchParams({ of })}`;
  await change(alert, { kind: 'unacknowledge', method: 'DELETE', path });
}

/** @returns whether it is written, here or on the server */
export function writeAlertNote(alert: Handled, note: string): Promise<boolean> {
  const path = `${alertPath(alert.alertId)}/notes`;
  return change(alert, { kind: 'note', method: 'POST', path, body: { note, at: now.value } });
}

/** @param to  a member of the firm, or a name */
export function assignAlert(
  alert: Handled,
  to: { readonly userId?: string; readonly name: string },
): Promise<boolean> {
  const body = to.userId === undefined ? { name: to.name } : { userId: to.userId };
  const path = `${alertPath(alert.alertId)}/assign`;
  return change(alert, { kind: 'assign', method: 'POST', path, body, name: to.name });
}

async function change(alert: Handled, action: Omit<Action, 'subject' | 'name'> & { name?: string }) {
  try {
    const outcome = await perform({
      name: alert.facts.subjectName,
      ...action,
      subject: alert.alertId,
    });
    if (outcome.is === 'sent' && outcome.answer !== undefined) putAlert(outcome.answer as AlertView);
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    forgetMine(alert.alertId);
    said.value = { text: t(error.status === 403 ? 'alerts.notAllowed' : 'alerts.notSaved'), failed: true };
    return false;
  }
}

function remember({ alertId }: Handled, what: MyVersion['what']): void {
  myVersions.value = { ...myVersions.value, [alertId]: { what, at: now.value } };
}

/** The person has read that it went otherwise. */
export function forgetMine(alertId: string): void {
  const { [alertId]: _, ...others } = myVersions.value;
  myVersions.value = others;
}
