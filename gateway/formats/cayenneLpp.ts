import type { Metric } from '../../models/contracts/foreign.ts';
import type { DeviceFormat } from './deviceFormat.ts';
import type { Findings } from './findings.ts';
import type { OpenedMessage } from './openedMessage.ts';
import { decodeText } from './safeJson.ts';
import type { SampleTime } from './sampleTime.ts';

interface LppType {
  readonly bytes: number;
  readonly metric?: Metric;
  readonly divisor?: number;
  readonly signed?: boolean;
}

/** Cayenne LPP data types (IPSO object number minus 3200) with the bytes of their value. */
const types: Readonly<Record<number, LppType>> = {
  0: { bytes: 1 },
  1: { bytes: 1 },
  2: { bytes: 2 },
  3: { bytes: 2 },
  100: { bytes: 4 },
  101: { bytes: 2 },
  102: { bytes: 1 },
  103: { bytes: 2, metric: 'temperature', divisor: 10, signed: true },
  104: { bytes: 1, metric: 'humidity', divisor: 2 },
  113: { bytes: 6 },
  115: { bytes: 2, metric: 'pressure', divisor: 10 },
  116: { bytes: 2, metric: 'voltage', divisor: 100 },
  117: { bytes: 2 },
  118: { bytes: 4 },
  120: { bytes: 1 },
  121: { bytes: 2 },
  125: { bytes: 2 },
  128: { bytes: 2 },
  130: { bytes: 4 },
  131: { bytes: 4 },
  132: { bytes: 2 },
  133: { bytes: 4 },
  134: { bytes: 6 },
  135: { bytes: 3 },
  136: { bytes: 9 },
  142: { bytes: 1 },
};
const unixTime = 0x85;

/** Raw Cayenne LPP bytes (or their hex or base64 text) on a topic that says so: `lpp/…/<device>/up`. */
export const cayenneLpp: DeviceFormat = {
  family: 'cayenne-lpp',
  read(message, findings) {
    if (!message.parts.some(part => /^(cayenne-?)?lpp$/i.test(part) || /^cayenne$/i.test(part))) return false;
    const node = nodeOf(message.parts);
    if (message.isEmpty) findings.note('empty');
    else if (node === undefined) findings.reject('bad-name');
    else readBytes(node, message, findings);
    return true;
  },
};

function nodeOf(parts: readonly string[]): string | undefined {
  const names = parts.filter(part => part !== '' && !/^((cayenne-?)?lpp|cayenne)$/i.test(part));
  return /^(up|uplink|data|raw|payload)$/i.test(names.at(-1) ?? '') ? names.at(-2) : names.at(-1);
}

interface Field {
  readonly channel: string;
  readonly metric: Metric;
  readonly value: number;
}

interface Fields {
  readonly fields: readonly Field[];
  readonly measuredAtS?: number;
  readonly fault?: 'truncated' | 'unknown-type';
}

function readBytes(node: string, message: OpenedMessage, findings: Findings): void {
  const binary = parseLpp(message.payload);
  const best = binary.fault === undefined ? binary : (fromText(message.payload) ?? binary);
  if (best.fault !== undefined) {
    findings.reject(best.fault);
    findings.isPartial = true;
  }
  const time: SampleTime =
    best.measuredAtS === undefined
      ? findings.arrival()
      : findings.epochTime(best.measuredAtS, 'device', node, 's');
  for (const { channel, metric, value } of best.fields)
    findings.value({ node, channel, metric, raw: value, time });
}

/** Some bridges publish the bytes written out. Only taken when the bytes themselves make no sense. */
function fromText(payload: Uint8Array): Fields | undefined {
  const text = decodeText(payload)?.trim() ?? '';
  const isHex = /^(?:[0-9a-f]{2})+$/i.test(text);
  if (!isHex && !/^[A-Za-z0-9+/]{4,}={0,2}$/.test(text)) return undefined;
  const fields = parseLpp(Buffer.from(text, isHex ? 'hex' : 'base64'));
  return fields.fault === undefined ? fields : undefined;
}

function parseLpp(bytes: Uint8Array): Fields {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Field[] = [];
  let measuredAtS: number | undefined;
  const result = (fault?: Fields['fault']): Fields => ({
    fields,
    ...(measuredAtS === undefined ? {} : { measuredAtS }),
    ...(fault === undefined ? {} : { fault }),
  });
  let at = 0;
  while (at < bytes.length) {
    if (at + 2 > bytes.length) return result('truncated');
    const channel = view.getUint8(at);
    const code = view.getUint8(at + 1);
    const type = Object.hasOwn(types, code) ? types[code] : undefined;
    if (!type) return result('unknown-type');
    if (at + 2 + type.bytes > bytes.length) return result('truncated');
    if (code === unixTime) measuredAtS = view.getUint32(at + 2);
    if (type.metric) {
      const raw = type.bytes === 1 ? view.getUint8(at + 2) : read16(view, at + 2, type.signed === true);
      fields.push({ channel: String(channel), metric: type.metric, value: raw / (type.divisor ?? 1) });
    }
    at += 2 + type.bytes;
  }
  return result();
}

const read16 = (view: DataView, at: number, signed: boolean) =>
  signed ? view.getInt16(at) : view.getUint16(at);
