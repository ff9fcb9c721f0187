import type { ForeignTimeSource, Metric } from '../../models/contracts/foreign.ts';
import { namedField, supplyUnit } from './fieldNames.ts';
import type { Findings } from './findings.ts';
import { isObject, type JsonObject, textOf } from './safeJson.ts';
import type { SampleTime } from './sampleTime.ts';

export interface DecodedObject {
  readonly node: string;
  readonly time: SampleTime;
  readonly historical?: boolean;
  /** Whose clock the times inside the object are of. */
  readonly innerSource?: ForeignTimeSource;
}

interface Field {
  readonly metric: Metric;
  readonly raw: unknown;
  readonly unit: string | undefined;
  readonly channel: string | undefined;
}

const historyKeys: readonly string[] = ['history', 'data_log', 'datalog', 'dataLog', 'historical'];
/** Objects that only group fields. */
const groups: ReadonlySet<string> = new Set([
  'data',
  'payload',
  'measurement',
  'measurements',
  'air',
  'object',
  'sensors',
  'values',
]);
/** The object keys of Cayenne LPP as network servers print them: quantity -> channel -> value. */
const lppGroups: Readonly<Record<string, Metric>> = {
  temperatureSensor: 'temperature',
  humiditySensor: 'humidity',
  barometer: 'pressure',
  voltage: 'voltage',
};

/**
 * Reads the measurements of an object that a device's payload codec made: flat names, Cayenne LPP groups, a value with
 * its unit, one level of grouping, and a history of earlier samples each at its own time.
 *
 * @returns whether there was anything that looks like a measurement, good or not
 */
export function readDecodedObject(object: JsonObject, findings: Findings, at: DecodedObject): boolean {
  const fields = fieldsOf(object, 0);
  for (const { metric, raw, unit, channel } of preferCelsius(fields))
    findings.value({
      node: at.node,
      channel,
      metric,
      raw,
      unit,
      time: at.time,
      historical: at.historical ?? false,
    });
  let isAny = fields.length > 0;
  for (const key of historyKeys) {
    const samples = object[key];
    if (Array.isArray(samples)) isAny = readHistory(samples.slice(0, 1000), findings, at) || isAny;
  }
  return isAny;
}

function readHistory(samples: readonly unknown[], findings: Findings, at: DecodedObject): boolean {
  let isAny = false;
  for (const sample of samples) {
    if (!isObject(sample)) continue;
    const stamp = sample.timestamp ?? sample.time ?? sample.ts;
    if (stamp === undefined || stamp === null) {
      findings.note('history-without-time');
      continue;
    }
    const time = findings.timeOf(stamp, at.innerSource ?? 'device', at.node);
    // A sample of the past whose time is unusable has no place on the time axis: the arrival would be a lie.
    if (time.source === 'arrival') continue;
    isAny = true;
    readDecodedObject(sample, findings, { node: at.node, time, historical: true });
  }
  return isAny;
}

function fieldsOf(object: JsonObject, depth: number): Field[] {
  const fields: Field[] = [];
  for (const [key, raw] of Object.entries(object)) {
    if (historyKeys.includes(key)) continue;
    if (isObject(raw)) {
      const lpp = Object.hasOwn(lppGroups, key) ? lppGroups[key] : undefined;
      const named = namedField(key);
      if (lpp !== undefined)
        for (const [channel, value] of Object.entries(raw))
          fields.push({ metric: lpp, raw: value, unit: undefined, channel });
      else if (named && Object.hasOwn(raw, 'value')) fields.push(toField(named, raw.value, textOf(raw.unit)));
      else if (groups.has(key) && depth < 2) fields.push(...fieldsOf(raw, depth + 1));
      continue;
    }
    const named = namedField(key);
    if (named) fields.push(toField(named, raw, undefined));
  }
  return fields;
}

function toField(
  named: NonNullable<ReturnType<typeof namedField>>,
  raw: unknown,
  given: string | undefined,
): Field {
  let { metric } = named;
  let unit = given ?? named.unit;
  // "battery": 3.6 is a cell's voltage; percentages come as whole numbers or above any cell.
  if (
    metric === 'battery' &&
    unit === undefined &&
    typeof raw === 'number' &&
    raw > 0 &&
    raw < 5 &&
    !Number.isInteger(raw)
  )
    metric = 'voltage';
  if (metric === 'battery' && typeof raw === 'number' && raw > 1000 && raw < 5000) metric = 'voltage';
  if (metric === 'voltage' && unit === undefined) unit = supplyUnit(raw);
  if (metric === 'pressure' && unit === undefined && typeof raw === 'number') {
    if (raw > 5000) unit = 'Pa';
    else if (raw > 50 && raw < 120) unit = 'kPa';
  }
  return { metric, raw, unit, channel: named.channel };
}

/** Where the same temperature stands in °C and °F, only the first is taken: two would be one sensor counted twice. */
function preferCelsius(fields: readonly Field[]): readonly Field[] {
  const isFahrenheit = (field: Field) => field.unit === '°F';
  return fields.filter(
    field =>
      !isFahrenheit(field) ||
      !fields.some(f => f.metric === field.metric && f.channel === field.channel && !isFahrenheit(f)),
  );
}
