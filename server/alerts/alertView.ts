import type { AlertView } from '../../models/contracts/alert.ts';
import { type Alert, type AlertEvent, listAlertEvents } from '../store/metadata/alerts.ts';
import type { MetadataDb } from '../store/metadata/database.ts';

export type SubjectKind = 'batch' | 'node' | 'shipment' | 'gateway';

/** What an alert is about, as it is kept. Ids contain no slash. */
export function subjectOf(kind: SubjectKind, id: string): string {
  return `${kind}/${id}`;
}

export function subjectId(kind: SubjectKind, subject: string): string | null {
  return subject.startsWith(`${kind}/`) ? subject.slice(kind.length + 1) : null;
}

export function toAlertView(alert: Alert, events: readonly AlertEvent[]): AlertView {
  return {
    alertId: alert.alertId,
    kind: alert.kind,
    severity: alert.severity,
    state: alert.state,
    batchId: subjectId('batch', alert.subject),
    nodeId: subjectId('node', alert.subject),
    shipmentId: subjectId('shipment', alert.subject),
    gatewayId: subjectId('gateway', alert.subject),
    beganAt: iso(alert.beganAt),
    openedAt: iso(alert.openedAt),
    clearedAt: alert.clearedAt === null ? null : iso(alert.clearedAt),
    knownLate: alert.knownLate,
    facts: alert.facts,
    acknowledgedAt: alert.acknowledgedAt === null ? null : iso(alert.acknowledgedAt),
    acknowledgedBy: alert.acknowledgedBy,
    assignedTo: alert.assignedTo,
    history: events.map(({ at, what, by, note }) => ({ at: iso(at), what, by, note })),
  };
}

export async function alertViews(
  db: MetadataDb,
  orgId: string,
  alerts: readonly Alert[],
): Promise<AlertView[]> {
  const events = await listAlertEvents(
    db,
    orgId,
    alerts.map(alert => alert.alertId),
  );
  return alerts.map(alert => toAlertView(alert, events.get(alert.alertId) ?? []));
}

const iso = (at: number) => new Date(at).toISOString();
