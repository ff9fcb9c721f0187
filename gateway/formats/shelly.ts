import { BoundedMap } from './boundedMap.ts';
import type { DeviceFormat } from './deviceFormat.ts';
import type { Findings } from './findings.ts';
import type { OpenedMessage } from './openedMessage.ts';
import { isObject, type JsonObject, textOf } from './safeJson.ts';
import type { SampleTime } from './sampleTime.ts';

const component = /^(temperature|humidity|devicepower|wifi|bthomedevice|bthomesensor|voltmeter)(?::(\d+))?$/;

/** Shelly Plus, Pro and generations 2 to 4: `<prefix>/status/<component>`, `<prefix>/events/rpc`, `<prefix>/online`. */
export const shellyGen2: DeviceFormat = {
  family: 'shelly-gen2',
  read(message, findings) {
    const { parts } = message;
    const last = parts.at(-1) ?? '';
    if (parts.length < 2) return false;
    const prefix = parts.slice(0, parts.at(-2) === 'status' || parts.at(-2) === 'events' ? -2 : -1).join('/');
    if (parts.at(-2) === 'status' && parts.length >= 3 && /^[a-z0-9_]+(:\d+)?$/.test(last)) {
      readComponentTopic(prefix, last, message, findings);
      return true;
    }
    if (parts.at(-2) === 'events' && last === 'rpc') {
      readNotification(prefix, message, findings);
      return true;
    }
    if (last !== 'online' || message.payload.length > 5) return false;
    return readOnline(prefix, message, findings);
  },
};

function readOnline(node: string, message: OpenedMessage, findings: Findings): boolean {
  const state = message.peekJson();
  if (typeof state !== 'boolean') return false;
  findings.availability(node, state);
  return true;
}

function readComponentTopic(node: string, name: string, message: OpenedMessage, findings: Findings): void {
  if (!component.test(name)) {
    findings.note('no-measurement-topic');
    return;
  }
  const status = message.object(findings);
  if (status) readComponent(node, name, status, findings.arrival(), message, findings);
}

function readNotification(node: string, message: OpenedMessage, findings: Findings): void {
  const frame = message.object(findings);
  if (!frame) return;
  const params = isObject(frame.params) ? frame.params : undefined;
  const method = textOf(frame.method);
  if (!params || (method !== 'NotifyStatus' && method !== 'NotifyFullStatus' && method !== 'NotifyEvent')) {
    findings.note('no-measurement');
    return;
  }
  // A battery device that has not yet asked for the time sends null or seconds since it woke.
  const time = findings.timeOf(params.ts, 'device', node, 's');
  if (method === 'NotifyEvent') {
    readBluEvents(params, time, findings);
    return;
  }
  for (const [name, status] of Object.entries(params))
    if (isObject(status) && component.test(name)) readComponent(node, name, status, time, message, findings);
}

function readComponent(
  node: string,
  name: string,
  status: JsonObject,
  time: SampleTime,
  message: OpenedMessage,
  findings: Findings,
): void {
  const [, kind, id] = component.exec(name) ?? [];
  const channel = id === undefined || id === '0' ? undefined : name;
  if (kind === 'temperature') readTemperature(node, channel, status, time, findings);
  else if (kind === 'humidity') findings.value({ node, channel, metric: 'humidity', raw: status.rh, time });
  else if (kind === 'devicepower') readPower(node, status, time, findings);
  else if (kind === 'wifi')
    findings.value({ node, metric: 'rssi', raw: status.rssi, time, nullMeans: 'nothing' });
  else if (kind === 'bthomedevice') readBluDevice(node, name, status, findings);
  else if (kind === 'bthomesensor') readBluSensor(node, name, status, message, findings);
}

function readTemperature(
  node: string,
  channel: string | undefined,
  status: JsonObject,
  time: SampleTime,
  findings: Findings,
): void {
  const isCelsius = status.tC !== undefined;
  findings.value({
    node,
    channel,
    metric: 'temperature',
    raw: isCelsius ? status.tC : status.tF,
    unit: isCelsius ? '°C' : '°F',
    time,
  });
}

/** On USB power the battery reads 0 % and a stray voltage: neither says anything about a battery. */
function readPower(node: string, status: JsonObject, time: SampleTime, findings: Findings): void {
  const external = isObject(status.external) ? status.external : undefined;
  if (external?.present === true) {
    findings.event('power-source', node, 'external');
    return;
  }
  const battery = isObject(status.battery) ? status.battery : undefined;
  findings.value({ node, metric: 'battery', raw: battery?.percent, time, nullMeans: 'nothing' });
  findings.value({ node, metric: 'voltage', raw: battery?.V, time, nullMeans: 'nothing' });
}

/** A Bluetooth device added to a Shelly as component: signal and battery, at the time it was last heard. */
function readBluDevice(node: string, name: string, status: JsonObject, findings: Findings): void {
  const time = findings.timeOf(status.last_updated_ts ?? status.last_update_ts, 'gateway', node, 's');
  findings.value({ node, channel: name, metric: 'rssi', raw: status.rssi, time, nullMeans: 'nothing' });
  findings.value({ node, channel: name, metric: 'battery', raw: status.battery, time, nullMeans: 'nothing' });
}

/** Its status carries a value without saying of what: only a mapping of the object tells. */
function readBluSensor(
  node: string,
  name: string,
  status: JsonObject,
  message: OpenedMessage,
  findings: Findings,
): void {
  const map = message.context.objectMap;
  const entry = map && Object.hasOwn(map, name) ? map[name] : undefined;
  const metric = entry?.metric;
  if (metric !== 'temperature' && metric !== 'humidity' && metric !== 'battery' && metric !== 'pressure') {
    findings.event('needs-mapping', node, name, name);
    findings.setAside('unmapped');
    return;
  }
  const time = findings.timeOf(status.last_updated_ts ?? status.last_update_ts, 'gateway', node, 's');
  findings.value({ node, channel: name, metric, raw: status.value, unit: entry?.unit, time });
}

/** What the BLU script of Shelly's own library emits: a decoded advertisement under the device's own address. */
function readBluEvents(params: JsonObject, time: SampleTime, findings: Findings): void {
  const events = Array.isArray(params.events) ? params.events.slice(0, 100) : [];
  for (const event of events) {
    const data =
      isObject(event) && event.event === 'shelly-blu' && isObject(event.data) ? event.data : undefined;
    const address = textOf(data?.address) ?? textOf(data?.addr);
    if (!data || address === undefined) continue;
    const node = address.replaceAll(/[:-]/g, '').toLowerCase();
    findings.value({ node, metric: 'temperature', raw: first(data.temperature), time });
    findings.value({ node, metric: 'humidity', raw: first(data.humidity), time });
    findings.value({ node, metric: 'battery', raw: data.battery, time });
    findings.value({ node, metric: 'rssi', raw: data.rssi, time });
  }
}

/** Several objects of one kind come as an array; the first is the device's main one. */
const first = (raw: unknown): unknown => (Array.isArray(raw) ? raw[0] : raw);

/**
 * First-generation Shelly: `shellies/<id>/sensor/<quantity>` as plain text, `…/info` as JSON, and the add-on's
 * `…/ext_temperature/<n>`. Plain temperatures are in the unit the device was set to, which only `info` tells.
 */
export function createShellyGen1(): DeviceFormat {
  const unitByNode = new BoundedMap<string, string>(10_000);
  return {
    family: 'shelly-gen1',
    read(message, findings) {
      const [root, node, kind, quantity] = message.parts;
      if (root !== 'shellies' || node === undefined) return false;
      // Later generations may be given the old prefix; their topics tell.
      if (/^(status|events)$/.test(kind ?? '') && message.parts.length === 4) return false;
      const path = message.parts.slice(2).join('/');
      if (path === 'online') readGen1Online(node, message, findings);
      else if (path === 'info') readGen1Info(node, message, findings, unitByNode);
      else if (kind === 'sensor' && quantity !== undefined && message.parts.length === 4)
        readGen1Sensor(node, quantity, message, findings, unitByNode.get(node));
      else if (/^ext_(temperature|humidity)(_f)?$/.test(kind ?? '') && quantity !== undefined)
        readGen1AddOn(node, kind ?? '', quantity, message, findings);
      else if (path === 'ext_temperatures' || path === 'ext_humidities')
        readGen1AddOns(node, path === 'ext_temperatures', message, findings);
      else findings.note('no-measurement-topic');
      return true;
    },
  };
}

function readGen1Online(node: string, message: OpenedMessage, findings: Findings): void {
  const word = message.text(findings);
  if (word === 'true' || word === 'false') findings.availability(node, word === 'true');
}

function readGen1Sensor(
  node: string,
  quantity: string,
  message: OpenedMessage,
  findings: Findings,
  learnedUnit: string | undefined,
): void {
  if (message.isEmpty) {
    findings.note('empty');
    return;
  }
  const raw = message.text(findings);
  if (raw === undefined) return;
  const time = findings.arrival();
  if (quantity === 'temperature') {
    const unit = message.context.declaredTempUnit ?? learnedUnit;
    if (unit === undefined) findings.note('unit-unknown');
    const quality = unit === undefined ? ('suspect' as const) : undefined;
    findings.value({ node, metric: 'temperature', raw, unit: unit ?? '°C', time, quality });
  } else if (quantity === 'humidity') findings.value({ node, metric: 'humidity', raw, time });
  else if (quantity === 'battery') findings.value({ node, metric: 'battery', raw, time });
  else if (quantity === 'error' && raw !== '0') findings.sensorFault(node, undefined, `error ${raw}`);
}

function readGen1Info(
  node: string,
  message: OpenedMessage,
  findings: Findings,
  unitByNode: BoundedMap<string, string>,
): void {
  const info = message.object(findings);
  if (!info) return;
  const time = findings.timeOf(info.unixtime === 0 ? undefined : info.unixtime, 'device', node, 's');
  const tmp = isObject(info.tmp) ? info.tmp : undefined;
  const unit = textOf(tmp?.units);
  if (unit === 'C' || unit === 'F') unitByNode.set(node, unit);
  if (tmp?.is_valid === false) findings.sensorFault(node, undefined, 'invalid');
  else if (tmp) {
    const isCelsius = tmp.tC !== undefined;
    const raw = isCelsius ? tmp.tC : tmp.value;
    findings.value({ node, metric: 'temperature', raw, unit: isCelsius ? '°C' : (unit ?? '°C'), time });
  }
  const hum = isObject(info.hum) ? info.hum : undefined;
  if (hum && hum.is_valid !== false) findings.value({ node, metric: 'humidity', raw: hum.value, time });
  const bat = isObject(info.bat) ? info.bat : undefined;
  findings.value({ node, metric: 'battery', raw: bat?.value, time });
  findings.value({ node, metric: 'voltage', raw: bat?.voltage, time });
  const wifi = isObject(info.wifi_sta) ? info.wifi_sta : undefined;
  findings.value({ node, metric: 'rssi', raw: wifi?.rssi, time, nullMeans: 'nothing' });
}

function readGen1AddOn(
  node: string,
  kind: string,
  channel: string,
  message: OpenedMessage,
  findings: Findings,
): void {
  // The same probe is published twice, in °C and in °F.
  if (kind.endsWith('_f')) {
    findings.note('same-value-in-fahrenheit');
    return;
  }
  const raw = message.text(findings);
  const metric = kind === 'ext_humidity' ? 'humidity' : 'temperature';
  findings.value({ node, channel, metric, raw, time: findings.arrival() });
}

function readGen1AddOns(
  node: string,
  isTemperature: boolean,
  message: OpenedMessage,
  findings: Findings,
): void {
  const probes = message.object(findings);
  for (const [index, probe] of Object.entries(probes ?? {})) {
    if (!isObject(probe)) continue;
    const metric = isTemperature ? 'temperature' : 'humidity';
    const raw = isTemperature ? probe.tC : probe.hum;
    findings.value({ node, channel: textOf(probe.hwID) ?? index, metric, raw, time: findings.arrival() });
  }
}
