import type { Metric } from '../../models/contracts/foreign.ts';
import { bareId } from './bareId.ts';
import type { DeviceFormat } from './deviceFormat.ts';
import type { Findings } from './findings.ts';
import type { OpenedMessage } from './openedMessage.ts';
import { isObject, type JsonObject, textOf } from './safeJson.ts';
import type { SampleTime } from './sampleTime.ts';

const gatewayTopic = /^([A-Za-z0-9_]+)toMQTT$/;
/** The modules that measure something else than their own board. */
const measuringModules: ReadonlySet<string> = new Set(['BT', 'CLIMA', 'DHT', 'OneWire', 'RTL_433']);
const deviceId = /^[0-9a-f]{2}([:-]?[0-9a-f]{2}){1,7}$/i;

interface FieldMeaning {
  readonly metric: Metric;
  readonly unit?: string;
}

const fields: Readonly<Record<string, FieldMeaning>> = {
  tempc: { metric: 'temperature' },
  hum: { metric: 'humidity' },
  batt: { metric: 'battery' },
  volt: { metric: 'voltage' },
  pres: { metric: 'pressure', unit: 'hPa' },
  pa: { metric: 'pressure', unit: 'Pa' },
  dp: { metric: 'dewpoint' },
  tempc2_dp: { metric: 'dewpoint' },
  rssi: { metric: 'rssi' },
  // rtl_433
  temperature_C: { metric: 'temperature' },
  humidity: { metric: 'humidity' },
  pressure_hPa: { metric: 'pressure', unit: 'hPa' },
  pressure_kPa: { metric: 'pressure', unit: 'kPa' },
};
/** Several probes of one thermometer: tempc2, temperature_2_C. */
const numbered = /^(?:tempc(\d{1,2})|temperature_(\d{1,2})_C)$/;
/** °F of a value that may also stand there in °C. */
const fahrenheit: Readonly<Record<string, string>> = { tempf: 'tempc', temperature_F: 'temperature_C' };

/**
 * OpenMQTTGateway (`<base>/<gateway>/BTtoMQTT/<MAC>`, `RTL_433toMQTT`, `CLIMAtoMQTT`, `OneWiretoMQTT`) and Theengs
 * Gateway: JSON with the same value in °C and °F, of which one is taken.
 */
export const theengs: DeviceFormat = {
  family: 'openmqttgateway',
  read(message, findings) {
    const at = message.parts.findIndex(part => gatewayTopic.test(part));
    if (at > 0) {
      const module = gatewayTopic.exec(message.parts[at] ?? '')?.[1] ?? '';
      if (!measuringModules.has(module)) findings.note('no-measurement-topic');
      else readReport(message.parts[at - 1] ?? '', message.parts.slice(at + 1), message, findings);
      return true;
    }
    if (message.parts.length >= 3 && message.part(-1) === 'LWT') return readWill(message, findings);
    if (!looksTheengs(message.peekJson())) return false;
    readReport(message.part(-1) ?? '', [], message, findings);
    return true;
  },
};

/** Theengs can publish all devices to one topic: then only the shape tells. */
function looksTheengs(json: unknown): boolean {
  if (!isObject(json) || !deviceId.test(textOf(json.id) ?? '')) return false;
  return Object.hasOwn(json, 'model_id') && (Object.hasOwn(json, 'tempc') || Object.hasOwn(json, 'hum'));
}

function readWill(message: OpenedMessage, findings: Findings): boolean {
  const word = message.text(findings);
  if (word !== 'online' && word !== 'offline') return false;
  findings.event('gateway-availability', message.part(-2) ?? '', word);
  return true;
}

function readReport(
  gateway: string,
  rest: readonly string[],
  message: OpenedMessage,
  findings: Findings,
): void {
  const report = message.object(findings);
  if (!report) return;
  const place = placeOf(report, gateway, rest);
  const { node } = place;
  const time = findings.timeOf(report.UTCtime ?? report.unixtime ?? report.time, 'gateway', node);
  for (const [key, raw] of Object.entries(report))
    readField(place, key, raw, report, time, findings, message.context.declaredTempUnit);
  const isLow = report.battery_ok === undefined ? report.lowbatt : Number(report.battery_ok) <= 0;
  if (typeof isLow === 'boolean') findings.event('battery-state', node, isLow ? 'low' : 'ok');
  // A bare signal strength is somebody's phone passing by, not one of our devices.
  const isMeasured = findings.found.some(({ reading }) => reading.metric !== 'rssi');
  if (!isMeasured && !hasMeasurement(report)) findings.found.splice(0);
}

const hasMeasurement = (report: JsonObject) =>
  Object.keys(report).some(
    key => key !== 'rssi' && (Object.hasOwn(fields, key) || Object.hasOwn(fahrenheit, key)),
  );

function readField(
  place: Place,
  key: string,
  raw: unknown,
  report: JsonObject,
  time: SampleTime,
  findings: Findings,
  declaredUnit: string | undefined,
): void {
  if (Object.hasOwn(fields, key)) {
    const meaning = fields[key];
    if (meaning) findings.value({ ...place, metric: meaning.metric, raw, unit: meaning.unit, time });
    return;
  }
  const celsius = Object.hasOwn(fahrenheit, key) ? fahrenheit[key] : undefined;
  if (celsius !== undefined && !Object.hasOwn(report, celsius))
    findings.value({ ...place, metric: 'temperature', raw, unit: '°F', time });
  // Wired DHT and DS18x20 sensors of older firmware: one value, in the unit it was built with.
  if (key === 'temp' && !Object.hasOwn(report, 'tempc'))
    findings.value({ ...place, metric: 'temperature', raw, unit: textOf(report.unit) ?? declaredUnit, time });
  const match = numbered.exec(key);
  if (match)
    findings.value({ node: place.node, channel: match[1] ?? match[2], metric: 'temperature', raw, time });
}

interface Place {
  readonly node: string;
  readonly channel?: string;
}

/** The device's Bluetooth address; of a radio sensor model, channel and id; of a wired probe the gateway and which. */
function placeOf(report: JsonObject, gateway: string, rest: readonly string[]): Place {
  const id = textOf(report.mac) ?? textOf(report.id);
  if (id !== undefined) return { node: deviceId.test(id) ? bareId(id) : id };
  const last = rest.at(-1);
  if (last !== undefined && deviceId.test(last)) return { node: bareId(last) };
  if (textOf(report.model) !== undefined && report.id !== undefined) {
    const parts = rest.length > 0 ? rest : [report.model, report.channel, report.id];
    return {
      node: parts
        .filter(part => part !== undefined && part !== null)
        .map(String)
        .join('/'),
    };
  }
  const wired = textOf(report.addr) ?? rest.join('/');
  return wired === '' ? { node: gateway } : { node: gateway, channel: wired };
}
