import type { Metric } from '../../models/contracts/foreign.ts';
import { bareId } from './bareId.ts';
import type { DeviceFormat } from './deviceFormat.ts';
import type { Findings } from './findings.ts';
import type { OpenedMessage } from './openedMessage.ts';
import { decodeRuuvi, manufacturerData, type RuuviSample } from './ruuviData.ts';
import { isObject, type JsonObject, textOf } from './safeJson.ts';
import type { SampleTime } from './sampleTime.ts';

const macForm = /^[0-9a-f]{2}([:-]?[0-9a-f]{2}){5}$/i;

/** Counters are short: after this the same number is a new measurement. */
const repeatedWithinMs = 2 * 60_000;

/**
 * Ruuvi Gateway: `<prefix>/<gateway MAC>/<tag MAC>` with the raw advertisement in `data`, which is decoded here rather
 * than believed decoded; `…/gw_status`. Times are the gateway's, as text of unix seconds, or missing.
 */
export const ruuvi: DeviceFormat = {
  family: 'ruuvi-gateway',
  read(message, findings) {
    const gateway = message.part(-2) ?? '';
    const tag = message.part(-1) ?? '';
    const isRuuvi = message.parts[0] === 'ruuvi' || macForm.test(gateway);
    if (!isRuuvi || message.parts.length < 3) return false;
    if (tag === 'gw_status') readGatewayStatus(gateway, message, findings);
    else if (!macForm.test(tag)) return false;
    else if (message.parts[0] === 'ruuvi' || looksRuuvi(message.peekJson()))
      readTag(bareId(tag), message, findings);
    else return false;
    return true;
  },
};

const looksRuuvi = (json: unknown) => isObject(json) && Object.hasOwn(json, 'gw_mac');

function readGatewayStatus(gateway: string, message: OpenedMessage, findings: Findings): void {
  const json = message.peekJson();
  const state = isObject(json) ? textOf(json.state) : message.text(findings);
  if (state === 'online' || state === 'offline')
    findings.event('gateway-availability', bareId(gateway), state);
}

function readTag(node: string, message: OpenedMessage, findings: Findings): void {
  const report = message.object(findings);
  if (!report) return;
  const time = findings.timeOf(report.ts ?? report.timestamp, 'gateway', node, 's');
  const data = textOf(report.data);
  if (data === undefined) {
    readDecoded(node, report, time, findings);
    return;
  }
  const payload = manufacturerData(data);
  if (payload === 'not-hex') {
    findings.reject('bad-encoding');
    return;
  }
  if (payload === 'foreign') {
    findings.note('not-a-ruuvi');
    return;
  }
  const sample = payload === 'truncated' ? payload : decodeRuuvi(payload);
  if (sample === 'truncated') {
    findings.reject('truncated');
    return;
  }
  if (sample === 'unknown') {
    findings.event('needs-codec', node, `data format ${payload[0] ?? 'none'}`);
    findings.setAside('undecoded');
    return;
  }
  if (sample.macTail !== undefined && !node.endsWith(sample.macTail)) {
    findings.reject('as-another-node');
    return;
  }
  // A tag advertises one measurement many times; the bytes tell a restarted counter from a repetition.
  const isFirst =
    sample.sequence === undefined || findings.isFirst(`ruuvi\n${node}\n${data}`, repeatedWithinMs);
  if (!isFirst) return;
  readSample(node, sample, report, time, findings);
}

function readSample(
  node: string,
  sample: RuuviSample,
  report: JsonObject,
  time: SampleTime,
  findings: Findings,
): void {
  const values: readonly [Metric, unknown, string | undefined][] = [
    ['temperature', sample.temperatureC, undefined],
    ['humidity', sample.humidityPct, undefined],
    ['pressure', sample.pressurePa, 'Pa'],
    ['voltage', sample.voltageV, undefined],
  ];
  for (const [metric, raw, unit] of values)
    findings.value({
      node,
      metric,
      // Tags without a humidity or pressure sensor say so with the same code: only temperature is always there.
      raw,
      unit,
      time,
      nullMeans: metric === 'temperature' ? 'fault' : 'nothing',
    });
  findings.value({ node, metric: 'rssi', raw: report.rssi, time, nullMeans: 'nothing' });
}

/** The gateway's decoded form, where `data` was left out. */
function readDecoded(node: string, report: JsonObject, time: SampleTime, findings: Findings): void {
  findings.value({ node, metric: 'temperature', raw: report.temperature, time });
  findings.value({ node, metric: 'humidity', raw: report.humidity, time, nullMeans: 'nothing' });
  findings.value({ node, metric: 'pressure', raw: report.pressure, unit: 'Pa', time, nullMeans: 'nothing' });
  findings.value({ node, metric: 'voltage', raw: report.voltage, time, nullMeans: 'nothing' });
  findings.value({ node, metric: 'rssi', raw: report.rssi, time, nullMeans: 'nothing' });
}
