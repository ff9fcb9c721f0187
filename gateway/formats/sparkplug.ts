import type { ForeignQuality, Metric } from '../../models/contracts/foreign.ts';
import { BoundedMap } from './boundedMap.ts';
import type { DeviceFormat } from './deviceFormat.ts';
import { namedField, supplyUnit } from './fieldNames.ts';
import type { Findings } from './findings.ts';
import type { OpenedMessage } from './openedMessage.ts';
import { parseSparkplugPayload, type SparkplugMetric, type SparkplugPayload } from './sparkplugPayload.ts';

type Verb = 'NBIRTH' | 'NDATA' | 'NDEATH' | 'DBIRTH' | 'DDATA' | 'DDEATH';
const verbs: ReadonlySet<string> = new Set(['NBIRTH', 'NDATA', 'NDEATH', 'DBIRTH', 'DDATA', 'DDEATH']);
const maxAliasesPerEdge = 5000;

/** What a birth certificate declared under an alias. */
interface Declared {
  readonly name: string;
  readonly unit?: string;
  readonly dataType?: number;
}

/** An edge node's session: aliases are unique within it and die with it. */
interface Edge {
  readonly aliases: Map<bigint, Declared>;
  readonly unitByName: Map<string, string>;
  sequence: number | undefined;
}

interface Place {
  readonly verb: Verb;
  readonly edgeKey: string;
  /** "edge" or "edge/device". */
  readonly node: string;
}

/**
 * Sparkplug B: `spBv1.0/<group>/<verb>/<edge node>[/<device>]`, Protocol Buffers. Births declare names, aliases and
 * units; data may carry aliases alone, so what was declared is kept per edge node.
 */
export function createSparkplug(): DeviceFormat {
  const edges = new BoundedMap<string, Edge>(500);
  return {
    family: 'sparkplug-b',
    read(message, findings) {
      if (message.parts[0] !== 'spBv1.0') return false;
      const place = placeOf(message.parts);
      if (place) readMessage(place, message, findings, edges);
      else findings.note('no-measurement-topic');
      return true;
    },
  };
}

function placeOf(parts: readonly string[]): Place | undefined {
  const [, group, verb, edge, device] = parts;
  if (!group || !edge || verb === undefined || !verbs.has(verb) || parts.length > 5) return undefined;
  const isDevice = verb.startsWith('D');
  if (isDevice !== (device !== undefined && device !== '')) return undefined;
  return { verb: verb as Verb, edgeKey: `${group}/${edge}`, node: isDevice ? `${edge}/${device}` : edge };
}

function readMessage(
  place: Place,
  message: OpenedMessage,
  findings: Findings,
  edges: BoundedMap<string, Edge>,
): void {
  const payload = parse(message);
  if (!payload) {
    findings.reject('not-protobuf');
    return;
  }
  if (place.verb === 'NDEATH' || place.verb === 'DDEATH') {
    findings.availability(place.node, false);
    if (place.verb === 'NDEATH') edges.delete(place.edgeKey);
    return;
  }
  if (payload.uuid === 'SPBV1.0_COMPRESSED') {
    findings.event('needs-codec', place.node, 'compressed');
    findings.setAside('undecoded');
    return;
  }
  const edge = edgeOf(place, edges);
  checkSequence(edge, payload, place, findings);
  const isBirth = place.verb === 'NBIRTH' || place.verb === 'DBIRTH';
  if (isBirth) {
    findings.availability(place.node, true);
    declare(edge, payload);
  }
  for (const metric of payload.metrics) readMetric(place, edge, metric, payload, findings);
}

function parse(message: OpenedMessage): SparkplugPayload | undefined {
  const { buffer, byteOffset, byteLength } = message.payload;
  try {
    return parseSparkplugPayload(Buffer.from(buffer, byteOffset, byteLength));
  } catch {
    return undefined;
  }
}

function edgeOf(place: Place, edges: BoundedMap<string, Edge>): Edge {
  const known = place.verb === 'NBIRTH' ? undefined : edges.get(place.edgeKey);
  if (known) return known;
  const edge: Edge = { aliases: new Map(), unitByName: new Map(), sequence: undefined };
  edges.set(place.edgeKey, edge);
  return edge;
}

/** Counts 0 to 255 over all messages of an edge node; a hole means something was lost, which it can only tell again. */
function checkSequence(edge: Edge, payload: SparkplugPayload, place: Place, findings: Findings): void {
  const { sequence } = payload;
  if (sequence === undefined) return;
  const expected = edge.sequence === undefined ? sequence : (edge.sequence + 1) % 256;
  if (sequence !== expected && place.verb !== 'NBIRTH' && sequence !== edge.sequence)
    findings.note('sequence-gap');
  edge.sequence = sequence;
}

function declare(edge: Edge, payload: SparkplugPayload): void {
  for (const metric of payload.metrics) {
    if (metric.name === undefined) continue;
    const unit = unitOf(metric);
    if (unit !== undefined && edge.unitByName.size < maxAliasesPerEdge)
      edge.unitByName.set(metric.name, unit);
    if (metric.alias === undefined) continue;
    if (edge.aliases.size >= maxAliasesPerEdge && !edge.aliases.has(metric.alias)) continue;
    edge.aliases.set(metric.alias, {
      name: metric.name,
      ...(unit === undefined ? {} : { unit }),
      ...(metric.dataType === undefined ? {} : { dataType: metric.dataType }),
    });
  }
}

function unitOf(metric: SparkplugMetric): string | undefined {
  for (const [key, value] of metric.properties)
    if (/^(eng(ineering)?[ _]?)?units?$/i.test(key) && typeof value === 'string') return value;
  return undefined;
}

function readMetric(
  place: Place,
  edge: Edge,
  metric: SparkplugMetric,
  payload: SparkplugPayload,
  findings: Findings,
): void {
  const declared = metric.alias === undefined ? undefined : edge.aliases.get(metric.alias);
  const name = metric.name ?? declared?.name;
  if (name === undefined) {
    findings.setAside('unknown-alias');
    findings.isPartial = true;
    if (!findings.events.some(event => event.kind === 'rebirth-needed'))
      findings.event('rebirth-needed', place.node);
    return;
  }
  const kind = metricOf(name);
  if (!kind) return;
  const { node } = place;
  const stamp = metric.timestamp ?? payload.timestamp;
  const time = stamp === undefined ? findings.arrival() : findings.epochTime(stamp, 'device', node, 'ms');
  const unit = unitOf(metric) ?? declared?.unit ?? edge.unitByName.get(name) ?? kind.unit;
  const raw = metric.isNull ? null : signed(metric.value, metric.dataType, declared?.dataType);
  findings.value({
    node,
    channel: name,
    metric: kind.metric,
    raw: raw === undefined ? null : raw,
    unit: unit ?? (kind.metric === 'voltage' ? supplyUnit(raw) : undefined),
    time,
    historical: metric.isHistorical,
    // A birth declares metrics it has no value of yet.
    nullMeans: place.verb === 'NBIRTH' || place.verb === 'DBIRTH' ? 'nothing' : 'fault',
    quality: qualityOf(metric, findings),
  });
}

/** Data messages may leave the type to the birth: then a negative 32-bit number arrives as a large one. */
function signed(value: SparkplugMetric['value'], own: number | undefined, declared: number | undefined) {
  if (typeof value !== 'number' || own !== undefined || declared === undefined || declared > 3) return value;
  return Number(BigInt.asIntN([8, 16, 32][declared - 1] ?? 32, BigInt(Math.trunc(value))));
}

/** "Sensor/Temperature": the last part names the quantity, a setting anywhere in the path rules it out. */
function metricOf(name: string): { metric: Metric; unit?: string } | undefined {
  if (/^(node control|device control|properties|bdSeq)(\/|$)/i.test(name)) return undefined;
  if (/set ?-?_?points?|alarm|limit|threshold|calibration|target/i.test(name)) return undefined;
  const parts = name.split('/');
  const own = namedField(parts.at(-1) ?? '');
  if (own) return { metric: own.metric, ...(own.unit === undefined ? {} : { unit: own.unit }) };
  // "Temperature/Value": the last part says nothing of its own.
  const parent = /^(value|pv|current|reading)$/i.test(parts.at(-1) ?? '')
    ? namedField(parts.at(-2) ?? '')
    : undefined;
  return parent && { metric: parent.metric };
}

/** Sparkplug's "Quality" property: 192 good, 0 bad, 500 stale. */
function qualityOf(metric: SparkplugMetric, findings: Findings): ForeignQuality | undefined {
  const quality = metric.properties.get('Quality') ?? metric.properties.get('quality');
  if (quality === undefined || quality === 192) return undefined;
  findings.note('quality-flag');
  return quality === 0 ? 'bad' : 'suspect';
}
