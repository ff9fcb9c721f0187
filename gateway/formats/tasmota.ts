import type { Metric } from '../../models/contracts/foreign.ts';
import type { DeviceFormat } from './deviceFormat.ts';
import type { Findings } from './findings.ts';
import type { OpenedMessage } from './openedMessage.ts';
import { isObject, type JsonObject, textOf } from './safeJson.ts';
import type { SampleTime } from './sampleTime.ts';

const measured: Readonly<Record<string, Metric>> = {
  Temperature: 'temperature',
  ProbeTemperature: 'temperature',
  Humidity: 'humidity',
  DewPoint: 'dewpoint',
  Pressure: 'pressure',
  // Zigbee and Bluetooth devices behind a Tasmota bridge
  BatteryPercentage: 'battery',
  Battery: 'battery',
  BatteryVoltage: 'voltage',
  LinkQuality: 'linkquality',
  RSSI: 'rssi',
};
/** Keys beside the sensors whose temperature is the electronics' own, or that are no sensor. */
const notSensors: ReadonlySet<string> = new Set(['ESP32', 'ENERGY', 'Wifi', 'StatusSNS', 'Thermostat']);
const kinds: ReadonlySet<string> = new Set([
  'SENSOR',
  'STATE',
  'LWT',
  'STATUS8',
  'STATUS10',
  'STATUS11',
  'STATUS',
]);

/**
 * Tasmota: `tele/<topic>/SENSOR`, `…/STATE`, `…/LWT` and the answers `stat/<topic>/STATUS8`, 10 and 11; also with the
 * full topic turned around (`<topic>/tele/SENSOR`). Times are local to the device unless they carry an offset.
 */
export const tasmota: DeviceFormat = {
  family: 'tasmota',
  read(message, findings) {
    const place = placeOf(message.parts);
    if (!place) return false;
    const { node, kind } = place;
    if (kind === 'LWT') readWill(node, message, findings);
    else if (!kinds.has(kind)) findings.note('no-measurement-topic');
    else readStatus(node, message, findings);
    return true;
  },
};

function placeOf(parts: readonly string[]): { node: string; kind: string } | undefined {
  const kind = parts.at(-1) ?? '';
  if (parts.length < 3 || !/^[A-Z][A-Z0-9_]*$/.test(kind)) return undefined;
  const isPrefix = (part: string | undefined) => part === 'tele' || part === 'stat';
  if (isPrefix(parts[0])) return { node: parts.slice(1, -1).join('/'), kind };
  if (isPrefix(parts.at(-2))) return { node: parts.slice(0, -2).join('/'), kind };
  return undefined;
}

function readWill(node: string, message: OpenedMessage, findings: Findings): void {
  if (message.isEmpty) {
    findings.note('empty');
    return;
  }
  const word = message.text(findings);
  if (word === undefined) return;
  if (/^online$/i.test(word)) findings.availability(node, true);
  else if (/^offline$/i.test(word)) findings.availability(node, false);
  else findings.reject('unknown-state');
}

function readStatus(node: string, message: OpenedMessage, findings: Findings): void {
  const root = message.object(findings);
  if (!root) return;
  const inner = root.StatusSNS ?? root.StatusSTS;
  const status = isObject(inner) ? inner : root;
  const time = findings.timeOf(status.Time, 'device', node);
  const temperatureUnit = unitOf(status.TempUnit, message.context.declaredTempUnit ?? '°C');
  const pressureUnit = textOf(status.PressureUnit) ?? 'hPa';
  const units = { temperature: temperatureUnit, dewpoint: temperatureUnit, pressure: pressureUnit };
  for (const [name, sensor] of Object.entries(status)) {
    if (!isObject(sensor) || notSensors.has(name)) continue;
    if (name === 'ZbReceived') readZigbee(sensor, time, units, findings);
    else if (name === 'DS18x20') readOldProbes(node, sensor, time, units, findings);
    else readSensor(node, channelOf(name, sensor), sensor, time, units, findings);
  }
  // The Sonoff SC has no sensor object: its values stand beside the time.
  readSensor(node, undefined, status, time, units, findings);
  const wifi = isObject(status.Wifi) ? status.Wifi : undefined;
  if (wifi) findings.value({ node, metric: 'rssi', raw: wifi.Signal, time });
  findings.value({ node, metric: 'voltage', raw: status.Vcc, time });
}

/** "F" and "C" as SetOption8 publishes them. */
const unitOf = (raw: unknown, otherwise: string): string => textOf(raw) ?? otherwise;

type Units = Readonly<Partial<Record<Metric, string>>>;

function readSensor(
  node: string,
  channel: string | undefined,
  sensor: JsonObject,
  time: SampleTime,
  units: Units,
  findings: Findings,
): void {
  // A Bluetooth device heard by the Tasmota is a node of its own.
  const mac = textOf(sensor.mac);
  const isOwn = mac !== undefined && /^[0-9a-f]{12}$/i.test(mac.replaceAll(':', ''));
  const source = isOwn ? mac.replaceAll(':', '').toLowerCase() : node;
  for (const [key, metric] of Object.entries(measured)) {
    if (!Object.hasOwn(sensor, key)) continue;
    const place = { node: source, channel: isOwn ? undefined : channel };
    findings.value({ ...place, metric, raw: sensor[key], unit: units[metric], time });
  }
}

/** Suffixes count the probes on the bus and move when one is added; the serial number stays. */
function channelOf(name: string, sensor: JsonObject): string {
  const id = textOf(sensor.Id) ?? textOf(sensor.Address);
  return id === undefined ? name : `${name.replace(/[-_]\d+$/, '')}:${id}`;
}

function readOldProbes(
  node: string,
  probes: JsonObject,
  time: SampleTime,
  units: Units,
  findings: Findings,
): void {
  for (const [name, probe] of Object.entries(probes)) {
    if (!isObject(probe)) continue;
    const kind = textOf(probe.Type) ?? 'DS18B20';
    const id = textOf(probe.Address) ?? textOf(probe.Id) ?? name;
    readSensor(node, `${kind}:${id}`, probe, time, units, findings);
  }
}

function readZigbee(devices: JsonObject, time: SampleTime, units: Units, findings: Findings): void {
  for (const [shortAddress, device] of Object.entries(devices)) {
    if (!isObject(device)) continue;
    const node = textOf(device.IEEEAddr)?.toLowerCase() ?? textOf(device.Name) ?? shortAddress;
    const endpoint = device.Endpoint;
    const channel = typeof endpoint === 'number' && endpoint !== 1 ? String(endpoint) : undefined;
    readSensor(node, channel, device, time, units, findings);
  }
}
