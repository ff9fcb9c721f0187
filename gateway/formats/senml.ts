import type { Metric } from '../../models/contracts/foreign.ts';
import type { DeviceFormat } from './deviceFormat.ts';
import type { Findings } from './findings.ts';
import type { OpenedMessage } from './openedMessage.ts';
import { isObject, type JsonObject } from './safeJson.ts';
import type { SampleTime } from './sampleTime.ts';
import { strictNumber } from './strictNumber.ts';

/** Times below this are seconds from now, above it seconds since 1970 (RFC 8428, 4.5.3). */
const relativeBelow = 2 ** 28;
const maxRecords = 5000;

const units: Readonly<Record<string, { readonly metric: Metric; readonly unit: string }>> = {
  Cel: { metric: 'temperature', unit: '°C' },
  K: { metric: 'temperature', unit: 'K' },
  '%RH': { metric: 'humidity', unit: '%' },
  '%EL': { metric: 'battery', unit: '%' },
  V: { metric: 'voltage', unit: 'V' },
  mV: { metric: 'voltage', unit: 'mV' },
  Pa: { metric: 'pressure', unit: 'Pa' },
  hPa: { metric: 'pressure', unit: 'hPa' },
  kPa: { metric: 'pressure', unit: 'kPa' },
  dBm: { metric: 'rssi', unit: 'dBm' },
};

/** SenML as JSON (RFC 8428): told by its shape, a list of records with base fields. */
export const senml: DeviceFormat = {
  family: 'senml',
  read(message, findings) {
    const isPromised = /senml/i.test(message.parts[0] ?? '') || /^senml$/i.test(message.part(-1) ?? '');
    const pack = message.peekJson();
    const isPack = Array.isArray(pack) && pack.length > 0 && pack.some(isRecord);
    if (!isPromised && !isPack) return false;
    if (message.isEmpty) findings.note('empty');
    else if (Array.isArray(pack)) {
      message.json(findings);
      readPack(pack, message, findings);
    } else if (message.json(findings) !== undefined) findings.reject('wrong-root-type');
    return true;
  },
};

const recordFields: readonly string[] = ['v', 'vs', 'vb', 'vd', 's', 'bn', 'bt', 'bv'];

function isRecord(item: unknown): boolean {
  if (!isObject(item)) return false;
  const hasName = typeof item.n === 'string' || typeof item.bn === 'string';
  return hasName && recordFields.some(field => Object.hasOwn(item, field));
}

interface Base {
  name: string;
  time: number;
  unit: string | undefined;
  value: number;
}

function readPack(pack: readonly unknown[], message: OpenedMessage, findings: Findings): void {
  const base: Base = { name: '', time: 0, unit: undefined, value: 0 };
  if (pack.length > maxRecords) findings.note('too-many-readings');
  for (const record of pack.slice(0, maxRecords)) {
    if (!isObject(record)) {
      findings.reject('wrong-type');
      findings.isPartial = true;
      continue;
    }
    if (typeof record.bver === 'number' && record.bver > 10) {
      findings.reject('unknown-version');
      return;
    }
    // RFC 8428, 4.4: a field ending in "_" must be understood or the pack refused.
    if (Object.keys(record).some(key => key.endsWith('_'))) {
      findings.reject('unknown-mandatory-field');
      return;
    }
    rebase(base, record, findings);
    readRecord(base, record, message, findings);
  }
}

/** Base fields hold from the record they stand in until they are set again. */
function rebase(base: Base, record: JsonObject, findings: Findings): void {
  if (typeof record.bn === 'string') base.name = record.bn;
  if (typeof record.bu === 'string') base.unit = record.bu;
  base.time = numberOr(record.bt, base.time, findings);
  base.value = numberOr(record.bv, base.value, findings);
}

function numberOr(raw: unknown, otherwise: number, findings: Findings): number {
  if (raw === undefined) return otherwise;
  if (typeof raw === 'number' && Number.isFinite(raw)) return raw;
  findings.note('wrong-type');
  findings.isPartial = true;
  return otherwise;
}

function readRecord(base: Base, record: JsonObject, message: OpenedMessage, findings: Findings): void {
  const own = typeof record.n === 'string' ? record.n : '';
  const unit = typeof record.u === 'string' ? record.u : base.unit;
  const hasValue = Object.hasOwn(record, 'v') || Object.hasOwn(record, 'bv');
  if (!hasValue || (own === '' && base.name === '')) return;
  const known = knownUnit(unit, own);
  if (!known) {
    findings.note('no-measurement-unit');
    return;
  }
  const { node, channel } = splitName(base.name, own, message.parts);
  const time = timeOf(base.time + numberOr(record.t, 0, findings), node, message.receivedAt, findings);
  findings.value({
    node,
    channel,
    metric: known.metric,
    raw: valueWithBase(base.value, record.v),
    unit: known.unit,
    time,
  });
}

function knownUnit(unit: string | undefined, name: string) {
  if (unit !== undefined && Object.hasOwn(units, unit)) return units[unit];
  // "%" is registered but says not of what; the name may.
  if (unit === '%' && /hum|rh/i.test(name)) return units['%RH'];
  return unit === '%' && /bat/i.test(name) ? units['%EL'] : undefined;
}

/** The sum of base value and value; whatever is no number is left for the strict check to name. */
function valueWithBase(base: number, raw: unknown): unknown {
  if (base === 0) return raw === undefined ? base : raw;
  if (raw === undefined) return base;
  const number = typeof raw === 'number' ? strictNumber(raw) : undefined;
  return number?.ok ? base + number.value : raw;
}

function timeOf(seconds: number, node: string, receivedAt: number, findings: Findings): SampleTime {
  if (seconds === 0) return findings.arrival();
  const at = Math.abs(seconds) < relativeBelow ? receivedAt + seconds * 1000 : seconds * 1000;
  return findings.judgedTime(Math.round(at), 'device', node);
}

/**
 * The device of a record and which of its sensors. Names are base name and name joined; RFC 9039 URNs carry the
 * device's id in the middle, other names up to their last separator. A bare name belongs to the topic's device.
 */
function splitName(
  baseName: string,
  own: string,
  topic: readonly string[],
): { node: string; channel: string | undefined } {
  const whole = baseName + own;
  const urn = /^urn:dev:(?:mac|ow|os|org|ops):([^:_/;]+)[:_/;]?(.*)$/i.exec(whole);
  if (urn?.[1]) return { node: urn[1].toLowerCase(), channel: urn[2] || undefined };
  const base = baseName.replace(/[/:._-]+$/, '');
  if (base !== '') return { node: base, channel: own.replace(/^[/:._-]+/, '') || undefined };
  const cut = Math.max(own.lastIndexOf('/'), own.lastIndexOf(':'));
  if (cut > 0) return { node: own.slice(0, cut), channel: own.slice(cut + 1) || undefined };
  return { node: topic.at(-1) || own, channel: own };
}
