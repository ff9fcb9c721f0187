import type { AlertKind } from '../../models/contracts/alert.ts';
import type { RecordAction, RecordAlert } from '../../models/contracts/record.ts';
import { type SubjectKind, subjectOf } from '../alerts/alertView.ts';
import {
  type Alert,
  type AlertEvent,
  listAlertEvents,
  listAlertsOfSubject,
} from '../store/metadata/alerts.ts';
import type { Batch } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import type { UsedSensor } from './sensorsOf.ts';

const kindsOf: Readonly<Record<'batch' | 'node' | 'shipment', readonly AlertKind[]>> = {
  batch: ['too-warm', 'spoilage-near'],
  node: ['no-data', 'battery-low', 'calibration-due', 'clock-wrong'],
  shipment: ['will-not-arrive'],
};

export interface RecordedAlerts {
  readonly alerts: RecordAlert[];
  readonly actions: RecordAction[];
}

/**
 * The alerts of a batch, of its shipments, and of its sensors while they were with it, and what people did; all that was
 * written down before `asOf`.
 */
export async function alertsOf(
  db: MetadataDb,
  batch: Batch,
  {
    sensors,
    shipmentIds,
  }: { readonly sensors: readonly UsedSensor[]; readonly shipmentIds: readonly string[] },
  asOf: number,
): Promise<RecordedAlerts> {
  const { orgId, batchId } = batch;
  const list = async (kind: SubjectKind & keyof typeof kindsOf, id: string): Promise<Alert[]> => {
    const found: Alert[] = [];
    for (const alertKind of kindsOf[kind])
      found.push(...(await listAlertsOfSubject(db, orgId, alertKind, subjectOf(kind, id))));
    return found;
  };
  const found = await list('batch', batchId);
  for (const shipmentId of shipmentIds) found.push(...(await list('shipment', shipmentId)));
  for (const nodeId of new Set(sensors.map(({ placement }) => placement.nodeId))) {
    const spans = sensors.filter(({ placement }) => placement.nodeId === nodeId);
    const concerns = ({ beganAt, endedAt, clearedAt }: Alert) =>
      spans.some(({ from, to }) => beganAt < to && (endedAt ?? clearedAt ?? asOf) > from);
    found.push(...(await list('node', nodeId)).filter(concerns));
  }
  const told = found
    .filter(alert => alert.openedAt < asOf)
    .sort((a, b) => a.beganAt - b.beganAt || (a.alertId < b.alertId ? -1 : 1));
  const ids = told.map(({ alertId }) => alertId);
  const events = await listAlertEvents(db, orgId, ids);
  const actions = told.flatMap(({ alertId }) => actionsOf(alertId, events.get(alertId) ?? []));
  const before = [...actions, ...endOf(batch)].filter(({ at }) => Date.parse(at) < asOf);
  return {
    alerts: told.map(alert => toRecordAlert(alert, asOf)),
    actions: before.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
  };
}

function toRecordAlert(alert: Alert, asOf: number): RecordAlert {
  const { alertId, kind, severity, facts, beganAt, openedAt, clearedAt } = alert;
  return {
    ...{ alertId, kind, severity, about: facts.subjectName },
    ...{ beganAt: iso(beganAt), openedAt: iso(openedAt) },
    clearedAt: clearedAt === null || clearedAt >= asOf ? null : iso(clearedAt),
    peakC: facts.peakC ?? facts.temperatureC ?? null,
  };
}

function actionsOf(alertId: string, events: readonly AlertEvent[]): RecordAction[] {
  return events.flatMap(({ at, what, by, note }) =>
    what === 'acknowledged' || what === 'unacknowledged' || what === 'assigned' || what === 'noted'
      ? [{ at: iso(at), what, by, note, alertId }]
      : [],
  );
}

function endOf({ soldOutAt, discarded }: Batch): RecordAction[] {
  const actions: RecordAction[] = [];
  if (discarded !== null) {
    const { at, reason, note } = discarded;
    const told = note === null ? reason : `${reason}: ${note}`;
    actions.push({ at: iso(at), what: 'discarded', by: null, note: told, alertId: null });
  }
  if (soldOutAt !== null)
    actions.push({ at: iso(soldOutAt), what: 'sold-out', by: null, note: null, alertId: null });
  return actions;
}

const iso = (at: number) => new Date(at).toISOString();
