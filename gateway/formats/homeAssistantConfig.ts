import type { Metric } from '../../models/contracts/foreign.ts';
import { bareId } from './bareId.ts';
import { isObject, type JsonObject, textOf } from './safeJson.ts';

/** A sensor that discovery declared: where its values come and what they are. */
export interface DiscoveredSensor {
  readonly node: string;
  readonly channel: string;
  readonly metric: Metric;
  readonly unit: string | undefined;
  readonly stateTopic: string;
  /** Own keys to walk in the JSON payload; empty: the payload is the value. */
  readonly path: readonly string[];
}

/** Where a device says whether it is there. */
export interface DiscoveredAvailability {
  readonly node: string;
  readonly topic: string;
  readonly online: string;
  readonly offline: string;
  readonly path: readonly string[];
}

export type Discovery =
  | { readonly ok: false; readonly reason: string }
  | {
      readonly ok: true;
      readonly sensors: readonly DiscoveredSensor[];
      readonly availability: readonly DiscoveredAvailability[];
    };

const maxComponents = 64;

/** Whether a topic's messages have a reader of their own, so that no declaration is needed or wanted. */
export function isReadNatively(topic: string): boolean {
  const root = topic.split('/')[0] ?? '';
  return (
    /^(zigbee2mqtt[^/]*|tele|stat|shellies|application|v3|spBv1\.0|ruuvi)$/.test(root) ||
    /(^|\/)[A-Za-z0-9_]+toMQTT\//.test(topic)
  );
}

/** Home Assistant's short names of the keys we read, and the long ones they stand for. */
const longNames: Readonly<Record<string, string>> = {
  stat_t: 'state_topic',
  val_tpl: 'value_template',
  unit_of_meas: 'unit_of_measurement',
  dev_cla: 'device_class',
  uniq_id: 'unique_id',
  obj_id: 'object_id',
  dev: 'device',
  ids: 'identifiers',
  cns: 'connections',
  sn: 'serial_number',
  avty: 'availability',
  avty_t: 'availability_topic',
  avty_tpl: 'availability_template',
  pl_avail: 'payload_available',
  pl_not_avail: 'payload_not_available',
  t: 'topic',
  p: 'platform',
  cmps: 'components',
};

const metricByClass: Readonly<Record<string, Metric>> = {
  temperature: 'temperature',
  humidity: 'humidity',
  pressure: 'pressure',
  atmospheric_pressure: 'pressure',
  battery: 'battery',
  voltage: 'voltage',
  signal_strength: 'rssi',
};

/** `{{ value_json.a.b }}` or `{{ value }}`; nothing that could compute. */
const pathTemplate =
  /^\{\{\s*value_json((?:\.[A-Za-z_][A-Za-z0-9_]{0,63}|\['[A-Za-z0-9_ -]{1,64}'\]){1,8})\s*\}\}$/;
const plainTemplate = /^\{\{\s*value\s*\}\}$/;

/** The keys a template walks; undefined when it is more than a walk. */
export function templatePath(template: string): readonly string[] | undefined {
  if (plainTemplate.test(template.trim())) return [];
  const match = template.length <= 512 ? pathTemplate.exec(template.trim()) : null;
  if (!match?.[1]) return undefined;
  return [...match[1].matchAll(/\.([A-Za-z0-9_]+)|\['([^']+)'\]/g)].map(m => m[1] ?? m[2] ?? '');
}

/**
 * Reads a discovery config of one sensor (`…/sensor/…/config`) or of a device with its components
 * (`…/device/…/config`). Anything that is not a sensor of a quantity we keep yields nothing.
 *
 * @param ids  the parts of the topic between component and "config": [node id,] object id
 */
export function readDiscovery(config: JsonObject, component: string, ids: readonly string[]): Discovery {
  const full = expand(config);
  const device = isObject(full.device) ? expand(full.device) : undefined;
  const node = deviceId(device) ?? ids[0];
  if (node === undefined) return { ok: false, reason: 'discovery-without-device' };
  const availability = readAvailability(full, node);
  if (availability === 'refused') return { ok: false, reason: 'template-refused' };
  const sensors: DiscoveredSensor[] = [];
  const parts: readonly [string, JsonObject][] =
    component === 'device' ? componentsOf(full) : [[ids.at(-1) ?? node, full]];
  for (const [channel, part] of parts) {
    const sensor = readSensor(part, node, channel, textOf(full.state_topic));
    if (typeof sensor === 'string') return { ok: false, reason: sensor };
    if (sensor) sensors.push(sensor);
  }
  return { ok: true, sensors, availability };
}

/** Short keys made long, and "~" in topics replaced by the base topic. */
function expand(config: JsonObject): JsonObject {
  const base = textOf(config['~']);
  const full: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of Object.entries(config)) {
    const name = (Object.hasOwn(longNames, key) ? longNames[key] : undefined) ?? key;
    full[name] = base !== undefined && name.endsWith('topic') ? withBase(value, base) : value;
    if (name === 'availability' && Array.isArray(value))
      full[name] = value.map((item: unknown) => (isObject(item) ? expandAvailability(item, base) : item));
  }
  return full;
}

function expandAvailability(item: JsonObject, base: string | undefined): JsonObject {
  const full = expand(item);
  return base === undefined ? full : { ...full, topic: withBase(full.topic, base) };
}

function withBase(topic: unknown, base: string): unknown {
  if (typeof topic !== 'string') return topic;
  if (topic.startsWith('~')) return base + topic.slice(1);
  return topic.endsWith('~') ? topic.slice(0, -1) + base : topic;
}

function deviceId(device: JsonObject | undefined): string | undefined {
  const ids = device?.identifiers;
  const first: unknown = Array.isArray(ids) ? ids[0] : ids;
  if (textOf(first) !== undefined) return textOf(first);
  const connections = Array.isArray(device?.connections) ? (device.connections as unknown[])[0] : undefined;
  const address: unknown = Array.isArray(connections) ? connections[1] : undefined;
  return typeof address === 'string' ? bareId(address) : undefined;
}

function componentsOf(full: JsonObject): [string, JsonObject][] {
  const components = isObject(full.components) ? full.components : {};
  return Object.entries(components)
    .slice(0, maxComponents)
    .flatMap(([id, part]): [string, JsonObject][] => {
      const expanded = isObject(part)
        ? expand({ ...(full['~'] === undefined ? {} : { '~': full['~'] }), ...part })
        : undefined;
      return expanded?.platform === 'sensor' ? [[id, expanded]] : [];
    });
}

/** A sensor; undefined when it measures nothing we keep; the reason when it must be refused. */
function readSensor(
  config: JsonObject,
  node: string,
  channel: string,
  sharedTopic: string | undefined,
): DiscoveredSensor | string | undefined {
  const deviceClass = textOf(config.device_class);
  const metric =
    deviceClass !== undefined && Object.hasOwn(metricByClass, deviceClass)
      ? metricByClass[deviceClass]
      : undefined;
  if (!metric) return undefined;
  const stateTopic = textOf(config.state_topic) ?? sharedTopic;
  if (stateTopic === undefined) return 'discovery-without-topic';
  // What has a reader of its own may have any template: it is not used.
  const template = isReadNatively(stateTopic) ? undefined : config.value_template;
  const path =
    template === undefined ? [] : typeof template === 'string' ? templatePath(template) : undefined;
  if (!path) return 'template-refused';
  return { node, channel, metric, unit: textOf(config.unit_of_measurement), stateTopic, path };
}

function readAvailability(full: JsonObject, node: string): DiscoveredAvailability[] | 'refused' {
  const list: readonly unknown[] = Array.isArray(full.availability)
    ? full.availability.slice(0, 8)
    : [full.availability];
  const found: DiscoveredAvailability[] = [];
  const single = { ...full, topic: full.availability_topic, value_template: full.availability_template };
  for (const raw of [...list, single]) {
    const item = isObject(raw) ? expand(raw) : undefined;
    const topic = textOf(item?.topic);
    if (!item || topic === undefined) continue;
    const template = item.value_template;
    const path =
      template === undefined ? [] : typeof template === 'string' ? templatePath(template) : undefined;
    if (!path) return 'refused';
    const online = textOf(item.payload_available) ?? 'online';
    found.push({ node, topic, online, offline: textOf(item.payload_not_available) ?? 'offline', path });
  }
  return found;
}
