import { BoundedMap } from './boundedMap.ts';
import type { DeviceFormat } from './deviceFormat.ts';
import type { Findings } from './findings.ts';
import {
  type DiscoveredAvailability,
  type DiscoveredSensor,
  isReadNatively,
  readDiscovery,
} from './homeAssistantConfig.ts';
import type { OpenedMessage } from './openedMessage.ts';
import { isObject } from './safeJson.ts';

const maxTopics = 5000;
const maxSensorsPerTopic = 32;

/**
 * Home Assistant discovery: `<prefix>/sensor/[<node>/]<object>/config` and `<prefix>/device/<id>/config` declare topics;
 * what then comes on those topics is read as declared. A config counts only for topics its sender may speak for, and
 * only with templates that walk to a value.
 */
export function createHomeAssistant(prefix = 'homeassistant'): DeviceFormat {
  const topics = new Topics();
  return {
    family: 'ha-discovery',
    read(message, findings) {
      const { parts } = message;
      if (parts[0] === prefix && parts.at(-1) === 'config' && parts.length >= 4 && parts.length <= 5) {
        readConfig(message, findings, topics);
        return true;
      }
      if (parts[0] === prefix && parts.length === 2 && parts[1] === 'status') {
        findings.note('no-measurement-topic');
        return true;
      }
      const sensors = topics.sensors.get(message.topic);
      const availability = topics.availability.get(message.topic);
      if (availability) readAvailability(availability, message, findings);
      if (sensors) readSensors([...sensors.values()], message, findings);
      return sensors !== undefined || availability !== undefined;
    },
  };
}

/** What was declared, by topic. Which config declared what is kept so that an empty one takes it back. */
class Topics {
  /** state topic -> config and channel -> sensor */
  readonly sensors = new BoundedMap<string, Map<string, DiscoveredSensor>>(maxTopics);
  readonly availability = new BoundedMap<string, DiscoveredAvailability>(maxTopics);
  readonly #byConfig = new BoundedMap<string, readonly DiscoveredSensor[]>(maxTopics);

  declare(config: string, sensors: readonly DiscoveredSensor[]): void {
    this.forget(config);
    for (const sensor of sensors) {
      const known = this.sensors.get(sensor.stateTopic) ?? new Map<string, DiscoveredSensor>();
      if (known.size >= maxSensorsPerTopic) continue;
      known.set(`${config}\n${sensor.channel}`, sensor);
      this.sensors.set(sensor.stateTopic, known);
    }
    this.#byConfig.set(config, sensors);
  }

  forget(config: string): void {
    for (const sensor of this.#byConfig.get(config) ?? []) {
      const known = this.sensors.get(sensor.stateTopic);
      known?.delete(`${config}\n${sensor.channel}`);
      if (known?.size === 0) this.sensors.delete(sensor.stateTopic);
    }
    this.#byConfig.delete(config);
  }
}

function readConfig(message: OpenedMessage, findings: Findings, topics: Topics): void {
  const [, component = '', ...ids] = message.parts.slice(0, -1);
  if (message.isEmpty) {
    topics.forget(message.topic);
    findings.note('discovery-removed');
    return;
  }
  if (component !== 'sensor' && component !== 'device') {
    findings.note('not-a-sensor');
    return;
  }
  const config = message.object(findings);
  if (!config) return;
  const discovery = readDiscovery(config, component, ids);
  if (!discovery.ok) {
    findings.reject(discovery.reason);
    return;
  }
  const hasSensors = discovery.sensors.length > 0;
  const named = [
    ...discovery.sensors.map(sensor => sensor.stateTopic),
    ...(hasSensors ? discovery.availability.map(entry => entry.topic) : []),
  ];
  if (named.some(topic => !mayDeclare(topic, message.context.topicPrefixes))) {
    findings.reject('discovery-topic-refused');
    return;
  }
  const sensors = discovery.sensors.filter(sensor => !isReadNatively(sensor.stateTopic));
  topics.declare(message.topic, sensors);
  if (sensors.length > 0)
    for (const entry of discovery.availability) topics.availability.set(entry.topic, entry);
  findings.isTaken = sensors.length > 0;
  if (!findings.isTaken) findings.note('no-measurement');
}

/** Whether a client may have this topic read: a plain topic, not the broker's or a native node's, under its prefixes. */
function mayDeclare(topic: string, prefixes: readonly string[] | undefined): boolean {
  // Theengs and OpenMQTTGateway declare wildcard topics; their messages are read by shape and need no declaration.
  const isTheirs = /^\+\/\+\/[A-Za-z0-9_]+toMQTT\/[^+#]+$/.test(topic);
  if (topic.length > 512 || topic.includes('\0') || (/[+#]/.test(topic) && !isTheirs)) return false;
  if (topic.startsWith('$') || topic === 'tahan' || topic.startsWith('tahan/')) return false;
  return prefixes === undefined || isTheirs || prefixes.some(prefix => isUnder(topic, prefix));
}

function isUnder(topic: string, prefix: string): boolean {
  const bare = prefix.replace(/\/?#?$/, '');
  return bare !== '' && (topic === bare || topic.startsWith(`${bare}/`));
}

function readAvailability(entry: DiscoveredAvailability, message: OpenedMessage, findings: Findings): void {
  const value = entry.path.length === 0 ? message.text(findings) : walk(message.peekJson(), entry.path);
  const word = typeof value === 'string' ? value : String(value);
  if (word === entry.online) findings.availability(entry.node, true);
  else if (word === entry.offline) findings.availability(entry.node, false);
}

function readSensors(sensors: readonly DiscoveredSensor[], message: OpenedMessage, findings: Findings): void {
  if (message.isEmpty) {
    findings.note('empty');
    return;
  }
  const needsJson = sensors.some(sensor => sensor.path.length > 0);
  const json = needsJson ? message.json(findings) : undefined;
  if (needsJson && findings.isRejected) return;
  if (needsJson && !isObject(json)) {
    findings.reject('wrong-root-type');
    return;
  }
  const time = findings.arrival();
  for (const { node, channel, metric, unit: declared, path } of sensors) {
    const raw = path.length === 0 ? message.text(findings) : walk(json, path);
    if (raw === undefined) continue;
    const unit = declared ?? (metric === 'temperature' ? message.context.declaredTempUnit : undefined);
    // A temperature without a unit would be a guess between °C and °F.
    const isUnitOpen = metric === 'temperature' && unit === undefined;
    if (isUnitOpen) findings.note('unit-unknown');
    const quality = isUnitOpen ? ('suspect' as const) : undefined;
    findings.value({ node, channel, metric, raw, unit, time, quality });
  }
}

/** Own keys only; undefined when the way ends. */
function walk(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const key of path) {
    if (!isObject(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}
