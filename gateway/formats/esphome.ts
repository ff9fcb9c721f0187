import { type Metric, metricUnits } from '../../models/contracts/foreign.ts';
import type { DeviceFormat } from './deviceFormat.ts';
import type { Findings } from './findings.ts';
import type { OpenedMessage } from './openedMessage.ts';

/** Domains of ESPHome that carry no measured number. */
const otherDomains =
  /^(binary_sensor|switch|light|fan|cover|climate|number|select|text|text_sensor|button|lock|event|valve|update|date|time|datetime|alarm_control_panel|debug)$/;

/**
 * ESPHome without discovery: `<prefix>/sensor/<object id>/state` with one plain number, and `<prefix>/status`. What an
 * object measures is known from the node's object map only: names are free text.
 */
export const esphome: DeviceFormat = {
  family: 'esphome',
  read(message, findings) {
    const { parts } = message;
    if (parts.length >= 2 && parts.at(-1) === 'status') return readStatus(message, findings);
    if (parts.length === 2 && parts[1] === 'debug') {
      findings.note('no-measurement-topic');
      return true;
    }
    const domain = parts.at(-3) ?? '';
    if (parts.length < 4 || parts.at(-1) !== 'state') return false;
    const node = parts.slice(0, -3).join('/');
    if (domain === 'sensor') readState(node, parts.at(-2) ?? '', message, findings);
    else if (otherDomains.test(domain)) findings.note('no-measurement-topic');
    else return false;
    return true;
  },
};

function readStatus(message: OpenedMessage, findings: Findings): boolean {
  if (message.payload.length > 16) return false;
  const word = message.text(findings);
  if (word !== 'online' && word !== 'offline') return false;
  findings.availability(message.parts.slice(0, -1).join('/'), word === 'online');
  return true;
}

function readState(node: string, objectId: string, message: OpenedMessage, findings: Findings): void {
  if (message.isEmpty) {
    findings.note('empty');
    return;
  }
  const raw = message.text(findings);
  if (raw === undefined) return;
  const map = message.context.objectMap;
  const entry = map && Object.hasOwn(map, objectId) ? map[objectId] : undefined;
  if (!entry || !isMetric(entry.metric)) {
    findings.event('needs-mapping', node, objectId, objectId);
    findings.setAside('unmapped');
    return;
  }
  const unit = entry.unit ?? (entry.metric === 'temperature' ? message.context.declaredTempUnit : undefined);
  findings.value({ node, channel: objectId, metric: entry.metric, raw, unit, time: findings.arrival() });
}

const isMetric = (name: string): name is Metric => Object.hasOwn(metricUnits, name);
