import type { AlertSeverity, AlertView } from '../models/contracts/alert.ts';
import type { KeptAction } from './offline/actionStore.ts';
import type { ShownStatus } from './shownLife.ts';
import { dayMs } from './zone.ts';

/** What the pages know of alerts, by id. */
export type Alerts = Readonly<Record<string, AlertView>>;

const rank: Record<AlertSeverity, number> = { risk: 0, warning: 1, info: 2 };

/** Of goods: the loss stays when the cause is over. */
const ofGoods: readonly AlertView['kind'][] = ['too-warm', 'spoilage-near', 'will-not-arrive'];

/** Missing data never looks like warm goods. */
export function alertStatus({ kind, severity }: Pick<AlertView, 'kind' | 'severity'>): ShownStatus {
  if (severity === 'risk') return 'risk';
  return kind === 'no-data' || severity === 'info' ? 'none' : 'soon';
}

/**
 * Nobody has taken it on, and somebody should: it still holds; or it is over since less than a day, but goods have lost
 * life by it that nobody has acted on.
 */
export function needsHandling(alert: AlertView, now: number): boolean {
  if (alert.acknowledgedAt !== null) return false;
  if (alert.state === 'open') return true;
  return (
    ofGoods.includes(alert.kind) &&
    alert.severity !== 'info' &&
    alert.clearedAt !== null &&
    now - Date.parse(alert.clearedAt) < dayMs
  );
}

/** Risk first, then warnings, then what can wait; what holds before what is over; the newest first. */
export function byUrgency(alerts: readonly AlertView[]): AlertView[] {
  return [...alerts].sort(
    (a, b) =>
      rank[a.severity] - rank[b.severity] ||
      Number(a.state === 'cleared') - Number(b.state === 'cleared') ||
      Date.parse(b.openedAt) - Date.parse(a.openedAt),
  );
}

/** Newest first: what somebody has taken on, or what ended by itself. */
export function byLastChange(alerts: readonly AlertView[]): AlertView[] {
  const at = ({ acknowledgedAt, clearedAt, openedAt }: AlertView): number =>
    Date.parse(acknowledgedAt ?? clearedAt ?? openedAt);
  return [...alerts].sort((a, b) => at(b) - at(a));
}

/** Older news never overwrites newer: the history of an incident only grows. */
export function withAlert(alerts: Alerts, alert: AlertView): Alerts {
  const known = alerts[alert.alertId];
  if (known !== undefined && known.history.length > alert.history.length) return alerts;
  return { ...alerts, [alert.alertId]: alert };
}

/** What is known, with everything done on this phone that the server has not confirmed, by whoever is signed in. */
export function withWaitingAlerts(known: Alerts, waiting: readonly KeptAction[], me: string): Alerts {
  let alerts = known;
  for (const action of waiting) {
    const alert = alerts[action.subject];
    const changed = alert && changedBy(alert, action, me);
    if (changed !== undefined) alerts = { ...alerts, [action.subject]: changed };
  }
  return alerts;
}

function changedBy(
  alert: AlertView,
  { kind, name, madeAt, body }: KeptAction,
  me: string,
): AlertView | undefined {
  const at = new Date(madeAt).toISOString();
  const then = (what: AlertView['history'][number]['what'], note: string | null = null) => [
    ...alert.history,
    { at, what, by: me, note },
  ];
  switch (kind) {
    case 'acknowledge':
      if (alert.acknowledgedAt !== null) return undefined;
      return { ...alert, acknowledgedAt: at, acknowledgedBy: me, history: then('acknowledged') };
    case 'unacknowledge':
      if (alert.acknowledgedBy !== me) return undefined;
      return { ...alert, acknowledgedAt: null, acknowledgedBy: null, history: then('unacknowledged') };
    case 'note':
      return { ...alert, history: then('noted', (body as { note: string }).note) };
    case 'assign':
      return { ...alert, assignedTo: name };
    default:
      return undefined;
  }
}

/** Ids of a list, in the order in which they are shown. */
export interface AlertSections {
  readonly unhandled: readonly string[];
  /** Somebody has taken them on, and they still hold. */
  readonly handling: readonly string[];
  readonly over: readonly string[];
}

export function alertSections(alerts: readonly AlertView[], now: number): AlertSections {
  const ids = (list: readonly AlertView[]): string[] => list.map(alert => alert.alertId);
  const unhandled = alerts.filter(alert => needsHandling(alert, now));
  const others = alerts.filter(alert => !unhandled.includes(alert));
  return {
    unhandled: ids(byUrgency(unhandled)),
    handling: ids(byLastChange(others.filter(alert => alert.state === 'open'))),
    over: ids(byLastChange(others.filter(alert => alert.state === 'cleared'))),
  };
}

/** How many are wanted that are not shown yet, wherever they would stand. */
export function missingFrom(shown: AlertSections, wanted: AlertSections): number {
  const there = new Set([...shown.unhandled, ...shown.handling, ...shown.over]);
  return [...wanted.unhandled, ...wanted.handling, ...wanted.over].filter(id => !there.has(id)).length;
}

export type KindGroup = 'goods' | 'sensors';

export function ofKindGroup({ kind }: AlertView, group: KindGroup | 'all'): boolean {
  return group === 'all' || ofGoods.includes(kind) === (group === 'goods');
}
