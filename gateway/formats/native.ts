import { isAscii } from 'node:buffer';
import type { z } from 'zod';
import {
  maxPublishBytes,
  maxReadingsPerPublish,
  type Reading,
  readingWireSchema,
} from '../../models/contracts/reading.ts';
import type { Rejection, RejectionCode } from '../../models/contracts/rejection.ts';
import { isDeeperThan, maxJsonDepth } from './jsonDepth.ts';
import { readUsualPayload } from './usualPayload.ts';
import { type Circumstances, usualReading } from './usualReading.ts';

export interface NativePublish {
  readonly nodeId: string;
  readonly payload: Uint8Array;
  readonly receivedAt: number;
  /** The latest time it can be, for judging a node's clock; omitted: `receivedAt`. */
  readonly latestAt?: number;
  /**
   * The latest time this node's readings were given for want of their own. Later ones are placed after it, so that
   * two readings without a time never share a key. Omitted when there was none.
   */
  readonly lastArrivalStampAt?: number;
}

export interface Decoded {
  readonly readings: Reading[];
  readonly refused: Rejection[];
}

/** A device time this far ahead of the arrival is a wrong clock; a little ahead is drift and network. */
const maxAheadMs = 5 * 60_000;
/** No reading is older than this product's first design: earlier times come from clocks that were never set. */
const oldestPlausibleAt = Date.UTC(2020, 0, 1);
/** What a DS18B20 says after power-on. A kettle says it too, so it is kept, but not believed. */
const powerOnTemperatureC = 85;
/** What sensors and their drivers say when there is no sensor (DS18B20, Aqara, 0x7fff / 100). */
const sensorFaultsC: ReadonlySet<unknown> = new Set([-127, -100, 327.67]);
const maxRejections = 100;

/** Fields that fall alone: a wrong humidity must not cost a good temperature, nor the other way round. */
const separable = ['temperatureC', 'humidityPct', 'batteryPct', 'sequence'] as const;
type Separable = (typeof separable)[number];

const rules: Readonly<Record<string, string>> = {
  measuredAt: 'ISO-8601 with an offset (2026-11-24T03:00:00Z) or epoch milliseconds, or left out',
  probe: '1 to 64 letters, digits, ".", "_", ":", "~" or "-", starting with a letter or digit, or left out',
};

type Wire = z.infer<typeof readingWireSchema>;
type Undated = Omit<Reading, 'measuredAt' | 'timeSource'> & { readonly measuredAt: number | null };

/**
 * Reads what a node published on its readings topic: one reading, or an array of 1 to 500. The one place where a
 * native reading is validated. Never throws, whatever the bytes.
 *
 * A wrong element of an array does not spoil its neighbours; a wrong value does not spoil the other values of its
 * reading (it becomes null and is reported beside it). A reading without a usable time gets its arrival time; several
 * in one array are set 1 ms apart in their order, the last one at the arrival.
 */
export function decodeNative(publish: NativePublish): Decoded {
  const usual = usualPayload(publish);
  if (usual) return { readings: [usual], refused: [] };
  const parsed = parseJson(publish.payload);
  if ('rejection' in parsed) return { readings: [], refused: [parsed.rejection] };
  const readings = usualReadings(parsed.json, publish);
  return readings ? { readings, refused: [] } : decodeJson(parsed.json, publish);
}

/** The reading of a publish that is one ordinary reading, written in the ordinary way; null for any other. */
function usualPayload(publish: NativePublish): Reading | null {
  const { payload } = publish;
  if (!(payload instanceof Buffer) || payload.length > maxPublishBytes) return null;
  const fields = readUsualPayload(payload);
  return fields ? usualReading(fields, circumstancesOf(publish)) : null;
}

const circumstancesOf = ({ nodeId, receivedAt, latestAt = receivedAt }: NativePublish): Circumstances => ({
  nodeId,
  receivedAt,
  from: oldestPlausibleAt,
  to: latestAt + maxAheadMs,
});

/** All readings of a publish in which nothing is unusual; undefined for any other. */
function usualReadings(json: unknown, publish: NativePublish): Reading[] | undefined {
  const circumstances = circumstancesOf(publish);
  const elements: readonly unknown[] = Array.isArray(json) ? json : [json];
  if (elements.length === 0 || elements.length > maxReadingsPerPublish) return undefined;
  const readings: Reading[] = [];
  for (const element of elements) {
    const reading = usualReading(element, circumstances);
    if (reading === null) return undefined;
    readings.push(reading);
  }
  return readings;
}

/** The same without a short way, for JSON of any kind. */
export function decodeJson(json: unknown, publish: NativePublish): Decoded {
  const isArray = Array.isArray(json);
  const elements: unknown[] = isArray ? json : [json];
  if (elements.length === 0)
    return refuseAll('publish.empty', 'the array has no readings', { allowed: '1 to 500 readings' });
  if (elements.length > maxReadingsPerPublish)
    return refuseAll('publish.too_many_readings', `${elements.length} readings in one publish`, {
      value: String(elements.length),
      allowed: `at most ${maxReadingsPerPublish} readings`,
    });
  const undated: Undated[] = [];
  const refused: Rejection[] = [];
  for (const [index, element] of elements.entries()) {
    const rejections: Rejection[] = [];
    const reading = decodeOne(element, publish, rejections);
    if (reading) undated.push(reading);
    for (const rejection of rejections) refused.push(isArray ? { ...rejection, index } : rejection);
  }
  return { readings: dateReadings(undated, publish), refused: cutToBound(refused) };
}

type Parsed = { readonly json: unknown } | { readonly rejection: Rejection };

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(payload: Uint8Array): Parsed {
  if (payload.length === 0) return { rejection: reject('publish.empty', 'the payload is empty') };
  if (payload.length > maxPublishBytes)
    return {
      rejection: reject('publish.too_large', `the payload has ${payload.length} bytes`, {
        value: String(payload.length),
        allowed: `at most ${maxPublishBytes} bytes`,
      }),
    };
  if (!isFlat(payload) && isDeeperThan(maxJsonDepth, payload))
    return {
      rejection: reject('publish.too_deep', 'the JSON is nested too deeply', {
        allowed: `at most ${maxJsonDepth} levels`,
      }),
    };
  const text = textOf(payload);
  if (text === undefined) return { rejection: reject('publish.not_utf8', 'the payload is not UTF-8 text') };
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return { rejection: reject('publish.not_json', 'the payload is not JSON', { value: cut(text) }) };
  }
}

/** No bracket but perhaps the first byte: the usual reading. */
const isFlat = (payload: Uint8Array): boolean => !payload.includes(0x7b, 1) && !payload.includes(0x5b);

/** Undefined when it is no UTF-8. ASCII, the usual case, needs no decoder. */
function textOf(payload: Uint8Array): string | undefined {
  if (isAscii(payload))
    return Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('latin1');
  try {
    return utf8.decode(payload);
  } catch {
    return undefined;
  }
}

function decodeOne(element: unknown, publish: NativePublish, rejections: Rejection[]): Undated | undefined {
  if (typeof element !== 'object' || element === null || Array.isArray(element)) {
    rejections.push(
      reject('publish.not_a_reading', 'a reading must be a JSON object', {
        value: shown(element),
        allowed: 'an object with temperatureC or humidityPct',
      }),
    );
    return undefined;
  }
  const source = element as Readonly<Record<string, unknown>>;
  const claimed = Object.hasOwn(source, 'nodeId') ? source.nodeId : undefined;
  if (typeof claimed === 'string' && claimed !== publish.nodeId) {
    const message = `the payload names node ${shown(claimed)}, the topic ${publish.nodeId}`;
    rejections.push(
      reject('publish.as_another_node', message, {
        field: 'nodeId',
        value: shown(claimed),
        allowed: publish.nodeId,
      }),
    );
    return undefined;
  }
  const wire = validate(source, rejections);
  return wire && toReading(wire, publish);
}

/** The wire values of one reading, wrong ones set to null and reported; undefined when nothing usable is left. */
function validate(source: Readonly<Record<string, unknown>>, rejections: Rejection[]): Wire | undefined {
  const values: Record<string, unknown> = { ...source };
  if (sensorFaultsC.has(values.temperatureC)) {
    rejections.push(
      reject('reading.sensor_fault', `temperatureC ${values.temperatureC} is what a missing sensor reports`, {
        field: 'temperatureC',
        value: shown(values.temperatureC),
        allowed: 'a measured temperature',
      }),
    );
    values.temperatureC = null;
  }
  const first = readingWireSchema.safeParse(values);
  if (first.success) return first.data;
  const fields = new Map(first.error.issues.map(issue => [String(issue.path[0] ?? ''), issue.message]));
  for (const [field, message] of fields) {
    if (values[field] == null) continue;
    rejections.push(invalid(field, values[field], message));
    if (isSeparable(field)) values[field] = null;
  }
  const second = readingWireSchema.safeParse(values);
  if (second.success) return second.data;
  if (rejections.length === 0)
    rejections.push(
      reject('reading.value_missing', 'temperatureC or humidityPct is required', {
        field: 'temperatureC',
        allowed: 'a number in temperatureC or humidityPct',
      }),
    );
  return undefined;
}

const isSeparable = (field: string): field is Separable => (separable as readonly string[]).includes(field);

function invalid(field: string, value: unknown, message: string): Rejection {
  const allowed = rules[field] ?? message.replace(/^must be /, '');
  return reject('reading.field_invalid', `${field} must be ${allowed}, got ${shown(value)}`, {
    field,
    value: shown(value),
    allowed,
  });
}

function toReading(wire: Wire, { nodeId, receivedAt, latestAt = receivedAt }: NativePublish): Undated {
  const measuredAt = wire.measuredAt ?? null;
  const isPlausible =
    measuredAt !== null && measuredAt >= oldestPlausibleAt && measuredAt <= latestAt + maxAheadMs;
  return {
    nodeId,
    probe: wire.probe,
    measuredAt: isPlausible ? measuredAt : null,
    receivedAt,
    temperatureC: number(wire.temperatureC),
    humidityPct: number(wire.humidityPct),
    batteryPct: number(wire.batteryPct),
    sequence: number(wire.sequence),
    quality: wire.temperatureC === powerOnTemperatureC ? 'suspect' : 'good',
  };
}

/** -0 becomes 0: JSON cannot carry it further, and equal readings must stay equal. */
const number = (value: number | null | undefined): number | null => (value == null ? null : value + 0);

/** Gives readings without a time of their own one each: in order, 1 ms apart, the last at the arrival if it can be. */
function dateReadings(undated: readonly Undated[], publish: NativePublish): Reading[] {
  const missing = undated.filter(reading => reading.measuredAt === null).length;
  const taken = new Set(missing > 0 && undated.length > 1 ? undated.map(key) : []);
  let stampAt = Math.max(publish.receivedAt - missing, publish.lastArrivalStampAt ?? 0);
  return undated.map(reading => {
    if (reading.measuredAt !== null)
      return { ...reading, measuredAt: reading.measuredAt, timeSource: 'device' };
    do stampAt++;
    while (taken.has(key({ probe: reading.probe, measuredAt: stampAt })));
    return { ...reading, measuredAt: stampAt, timeSource: 'arrival' };
  });
}

const key = (reading: Pick<Undated, 'probe' | 'measuredAt'>): string =>
  `${reading.measuredAt} ${reading.probe}`;

/** What to pass as `lastArrivalStampAt` with this node's next publish. */
export function lastArrivalStamp(readings: readonly Reading[]): number | undefined {
  return readings.findLast(reading => reading.timeSource === 'arrival')?.measuredAt;
}

type Details = Pick<Rejection, 'field' | 'value' | 'allowed'>;

function reject(code: RejectionCode, message: string, details: Details = {}): Rejection {
  return { code, message, ...details };
}

function refuseAll(code: RejectionCode, message: string, details: Details): Decoded {
  return { readings: [], refused: [reject(code, message, details)] };
}

/** A publish of 500 wrong readings must not fill the quarantine: what is beyond the bound is counted in the last. */
function cutToBound(refused: Rejection[]): Rejection[] {
  const last = refused[maxRejections - 1];
  if (!last || refused.length === maxRejections) return refused;
  const more = refused.length - maxRejections;
  return [
    ...refused.slice(0, maxRejections - 1),
    { ...last, message: `${last.message} (and ${more} more refusals in this publish)` },
  ];
}

/** A value as text for a person, cut to 200 characters; never throws. */
function shown(value: unknown): string {
  return cut(typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value)));
}

const cut = (text: string): string => text.slice(0, 200).toWellFormed();
