import { computed, signal } from '@preact/signals';
import type { AlertView } from '../models/contracts/alert.ts';
import { byUrgency, needsHandling, withWaitingAlerts } from './alertList.ts';
import { now } from './clock.ts';
import { waitingActions } from './offline/actionQueue.ts';
import { fleet, me } from './state.ts';

/** What is known of alerts, with what was done on this phone and is on its way. */
export const alerts = computed(() =>
  withWaitingAlerts(fleet.value.alerts, waitingActions.value, me.value?.name ?? ''),
);

/** What nobody has taken on, the worst first. */
export const unhandledAlerts = computed(() =>
  byUrgency(Object.values(alerts.value).filter(alert => needsHandling(alert, now.value))),
);

/** For the badge beside "Peringatan". */
export const unhandledCount = computed(() => unhandledAlerts.value.length);

/** Acknowledge, take back, pass on. */
export const mayHandleAlerts = computed(() =>
  ['owner', 'producer', 'distributor'].includes(me.value?.role ?? ''),
);
export const mayWriteAlertNotes = computed(() => mayHandleAlerts.value || me.value?.role === 'researcher');

/** Alerts with something done on this phone that the server has not confirmed. */
export const unsentAlerts = computed(
  () =>
    new Set(
      waitingActions.value
        .filter(({ kind }) => ['acknowledge', 'unacknowledge', 'note', 'assign'].includes(kind))
        .map(({ subject }) => subject),
    ),
);

/** What this person did to an alert and the server decided otherwise: shown beside the server's version until read. */
export interface MyVersion {
  readonly what: 'acknowledged' | 'unacknowledged';
  readonly at: number;
}

export const myVersions = signal<Readonly<Record<string, MyVersion>>>({});

/** Whether what this person did is not what the server now says. */
export function isOverruled(alert: AlertView, mine: MyVersion | undefined): boolean {
  if (mine === undefined || unsentAlerts.value.has(alert.alertId)) return false;
  return mine.what === 'acknowledged'
    ? alert.acknowledgedBy !== me.value?.name
    : alert.acknowledgedAt !== null;
}
