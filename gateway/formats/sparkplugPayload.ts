import { type ProtobufField, protobufFields } from './protobufReader.ts';

/** A metric of a Sparkplug B payload, as far as readings need it. */
export interface SparkplugMetric {
  readonly name?: string;
  readonly alias?: bigint;
  /** Epoch milliseconds. */
  readonly timestamp?: number;
  readonly dataType?: number;
  readonly isHistorical: boolean;
  readonly isNull: boolean;
  readonly value?: number | boolean | string;
  readonly properties: ReadonlyMap<string, number | boolean | string>;
}

export interface SparkplugPayload {
  readonly timestamp?: number;
  readonly sequence?: number;
  readonly uuid?: string;
  readonly metrics: readonly SparkplugMetric[];
}

const maxMetrics = 5000;
const maxProperties = 64;

/**
 * Reads the fields of a Sparkplug B payload (Eclipse Sparkplug 3.0, sparkplug_b.proto) that readings need: names,
 * aliases, times, types, plain values, null and historical flags, plain properties. Data sets, templates, bytes and
 * metadata are passed over. Numbers are plain numbers, also 64-bit ones.
 *
 * @throws {ProtobufError} if the bytes are no Protocol Buffers message
 */
export function parseSparkplugPayload(bytes: Buffer): SparkplugPayload {
  let timestamp: number | undefined;
  let sequence: number | undefined;
  let uuid: string | undefined;
  const metrics: SparkplugMetric[] = [];
  for (const field of protobufFields(bytes)) {
    if (field.wire === 'varint') {
      if (field.number === 1) timestamp = Number(field.value);
      else if (field.number === 3) sequence = Number(field.value);
    } else if (field.wire === 'bytes') {
      if (field.number === 2 && metrics.length < maxMetrics) metrics.push(parseMetric(field.value));
      else if (field.number === 4) uuid = field.value.toString('utf8', 0, 128);
    }
  }
  return {
    metrics,
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(sequence === undefined ? {} : { sequence }),
    ...(uuid === undefined ? {} : { uuid }),
  };
}

interface Draft {
  name?: string;
  alias?: bigint;
  timestamp?: number;
  dataType?: number;
  isHistorical: boolean;
  isNull: boolean;
  value?: number | boolean | string;
  properties: Map<string, number | boolean | string>;
}

function parseMetric(bytes: Buffer): SparkplugMetric {
  const metric: Draft = { isHistorical: false, isNull: false, properties: new Map() };
  let raw: ProtobufField | undefined;
  for (const field of protobufFields(bytes)) {
    if (field.number >= 10 && field.number <= 15) raw = field;
    else if (field.wire === 'varint') readFlag(metric, field.number, field.value);
    else if (field.wire === 'bytes' && field.number === 1) metric.name = field.value.toString('utf8');
    else if (field.wire === 'bytes' && field.number === 9) metric.properties = parseProperties(field.value);
  }
  // The type may follow the value in the message.
  const value = raw && plainValue(raw, raw.number - 10, metric.dataType);
  if (value !== undefined) metric.value = value;
  return metric;
}

function readFlag(metric: Draft, number: number, value: bigint): void {
  if (number === 2) metric.alias = value;
  else if (number === 3) metric.timestamp = Number(value);
  else if (number === 4) metric.dataType = Number(value);
  else if (number === 5) metric.isHistorical = value !== 0n;
  else if (number === 7) metric.isNull = value !== 0n;
}

/** Signed types travel as unsigned two's complement: data type -> bits. */
const signedBits: Readonly<Record<number, number>> = { 1: 8, 2: 16, 3: 32, 4: 64 };

/** The oneof of metric and property: 0 int, 1 long, 2 float, 3 double, 4 boolean, 5 string, from its first number. */
function plainValue(
  field: ProtobufField,
  kind: number,
  dataType: number | undefined,
): number | boolean | string | undefined {
  if (field.wire === 'varint') {
    if (kind === 4) return field.value !== 0n;
    if (kind !== 0 && kind !== 1) return undefined;
    const bits =
      dataType !== undefined && Object.hasOwn(signedBits, dataType) ? signedBits[dataType] : undefined;
    return Number(bits === undefined ? field.value : BigInt.asIntN(bits, field.value));
  }
  if (field.wire === 'fixed32' && kind === 2) return shortFloat(field.value.readFloatLE(0));
  if (field.wire === 'fixed64' && kind === 3) return field.value.readDoubleLE(0);
  return field.wire === 'bytes' && kind === 5 ? field.value.toString('utf8') : undefined;
}

/** 32 bits hold about 7 digits: 27.2 is meant by 27.200000762939453. */
const shortFloat = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(7)) : value);

function parseProperties(bytes: Buffer): Map<string, number | boolean | string> {
  const keys: string[] = [];
  const values: (number | boolean | string | undefined)[] = [];
  for (const field of protobufFields(bytes)) {
    if (field.wire !== 'bytes') continue;
    if (field.number === 1 && keys.length < maxProperties) keys.push(field.value.toString('utf8', 0, 128));
    else if (field.number === 2 && values.length < maxProperties) values.push(parseProperty(field.value));
  }
  const properties = new Map<string, number | boolean | string>();
  for (const [index, key] of keys.entries()) {
    const value = values[index];
    if (value !== undefined) properties.set(key, value);
  }
  return properties;
}

function parseProperty(bytes: Buffer): number | boolean | string | undefined {
  let type: number | undefined;
  let raw: ProtobufField | undefined;
  for (const field of protobufFields(bytes)) {
    if (field.number === 1 && field.wire === 'varint') type = Number(field.value);
    else if (field.number >= 3 && field.number <= 8) raw = field;
  }
  return raw && plainValue(raw, raw.number - 3, type);
}
