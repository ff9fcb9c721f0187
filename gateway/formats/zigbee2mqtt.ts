import type { Metric } from '../../models/contracts/foreign.ts';
import type { DeviceFormat } from './deviceFormat.ts';
import type { Findings } from './findings.ts';
import type { OpenedMessage } from './openedMessage.ts';
import { isObject, type JsonObject, textOf } from './safeJson.ts';

/** Fields of a device's state that are measurements. Everything else beside them is a setting or no concern of ours. */
const measured: Readonly<Record<string, Metric>> = {
  temperature: 'temperature',
  humidity: 'humidity',
  pressure: 'pressure',
  battery: 'battery',
  voltage: 'voltage',
  linkquality: 'linkquality',
  dew_point: 'dewpoint',
  dewpoint: 'dewpoint',
};
/** Endpoints and probes: temperature_1, humidity_l2, temperature_probe. */
const channelled = /^(temperature|humidity)_(l?\d{1,2}|probe|external|ext|left|right|top|bottom)$/;

/**
 * Zigbee2MQTT: `<base>/<friendly name>` with the device's cached state as JSON (or, with `output: attribute`, one plain
 * value at `<base>/<friendly name>/<attribute>`), `…/availability`, and the bridge's own topics.
 */
export const zigbee2mqtt: DeviceFormat = {
  family: 'zigbee2mqtt',
  read(message, findings) {
    const [base, ...rest] = message.parts;
    if (base === undefined || !/^zigbee2mqtt/i.test(base) || rest.length === 0) return false;
    const last = rest.at(-1) ?? '';
    if (rest[0] === 'bridge') readBridge(rest.slice(1).join('/'), message, findings);
    else if (last === 'availability' && rest.length > 1)
      readAvailability(rest.slice(0, -1).join('/'), message, findings);
    else if (last === 'set' || last === 'get' || rest.at(-2) === 'set' || rest.at(-2) === 'get')
      findings.note('command-topic');
    else readState(rest, message, findings);
    return true;
  },
};

function readState(path: readonly string[], message: OpenedMessage, findings: Findings): void {
  const attribute = path.at(-1) ?? '';
  if (path.length > 1 && (Object.hasOwn(measured, attribute) || channelled.test(attribute))) {
    const plain = message.peekJson();
    if (typeof plain === 'number' || plain === null) {
      readField(path.slice(0, -1).join('/'), attribute, plain, findings.arrival(), findings);
      return;
    }
  }
  const state = message.object(findings);
  if (!state) return;
  const device = isObject(state.device) ? textOf(state.device.ieeeAddr) : undefined;
  const node = device?.toLowerCase() ?? path.join('/');
  const time = findings.timeOf(state.last_seen, 'gateway', node, 'ms');
  for (const [key, raw] of Object.entries(state)) readField(node, key, raw, time, findings);
  // Devices without a percentage say it in one bit or one word.
  const word = textOf(state.battery_state);
  if (typeof state.battery_low === 'boolean')
    findings.event('battery-state', node, state.battery_low ? 'low' : 'ok');
  else if (word !== undefined && word.length <= 16) findings.event('battery-state', node, word);
}

function readField(
  node: string,
  key: string,
  raw: unknown,
  time: ReturnType<Findings['arrival']>,
  findings: Findings,
): void {
  const match = channelled.exec(key);
  const metric = Object.hasOwn(measured, key) ? measured[key] : (match?.[1] as Metric | undefined);
  if (!metric) return;
  // A null is a field the bridge knows of and has not heard yet, not a fault.
  findings.value({
    node,
    channel: match?.[2],
    metric,
    raw,
    unit: metric === 'voltage' ? batteryVoltageUnit(raw) : undefined,
    time,
    nullMeans: 'nothing',
  });
}

/** Battery devices report millivolts, mains plugs volts, under the same name. */
function batteryVoltageUnit(raw: unknown): 'mV' | 'V' {
  return Number(typeof raw === 'string' || typeof raw === 'number' ? raw : 0) >= 1000 ? 'mV' : 'V';
}

function readAvailability(node: string, message: OpenedMessage, findings: Findings): void {
  const state = stateWord(message, findings);
  if (state !== undefined) findings.availability(node, state === 'online');
}

/** "online", or {"state": "online"}. */
function stateWord(message: OpenedMessage, findings: Findings): 'online' | 'offline' | undefined {
  if (message.isEmpty) {
    findings.note('empty');
    return undefined;
  }
  const json = message.peekJson();
  const word = isObject(json) ? textOf(json.state) : (textOf(json) ?? message.text(findings));
  if (word === 'online' || word === 'offline') return word;
  if (!findings.isRejected) findings.reject('unknown-state');
  return undefined;
}

function readBridge(topic: string, message: OpenedMessage, findings: Findings): void {
  if (topic === 'state') {
    const state = stateWord(message, findings);
    if (state !== undefined) findings.event('gateway-availability', 'bridge', state);
    return;
  }
  if (topic !== 'event') {
    findings.note('bridge-topic');
    return;
  }
  const event = message.object(findings);
  const data: JsonObject | undefined = isObject(event?.data) ? event.data : undefined;
  const address = textOf(data?.ieee_address) ?? textOf(data?.friendly_name);
  if (event?.type === 'device_joined' && address !== undefined)
    findings.event('joined', address.toLowerCase(), 'pending-claim');
}
