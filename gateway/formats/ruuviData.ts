/** One measurement as a Ruuvi tag advertises it; null where the tag says "not available". */
export interface RuuviSample {
  readonly temperatureC: number | null;
  readonly humidityPct: number | null;
  readonly pressurePa: number | null;
  readonly voltageV: number | null;
  readonly sequence?: number;
  /** The end of the tag's address as it stands in the data, in lower case hex. */
  readonly macTail?: string;
}

const ruuviCompany = 0x0499;
const manufacturerSpecific = 0xff;

/**
 * The Ruuvi payload of a Bluetooth advertisement written in hex: the manufacturer data of company 0x0499, without the
 * company id. `foreign` when the advertisement is another maker's, `truncated` when it ends inside one of its parts.
 */
export function manufacturerData(hex: string): Uint8Array | 'not-hex' | 'foreign' | 'truncated' {
  if (hex.length > 1024 || hex.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(hex)) return 'not-hex';
  const bytes = Buffer.from(hex, 'hex');
  let at = 0;
  while (at + 1 < bytes.length) {
    const length = bytes[at] ?? 0;
    const end = at + 1 + length;
    if (length === 0) return 'foreign';
    const isMakers = bytes[at + 1] === manufacturerSpecific;
    const isRuuvis = isMakers && at + 4 <= bytes.length && bytes.readUInt16LE(at + 2) === ruuviCompany;
    if (end > bytes.length) return isRuuvis || (isMakers && at + 4 > bytes.length) ? 'truncated' : 'foreign';
    if (isRuuvis && length >= 4) return bytes.subarray(at + 4, end);
    at = end;
  }
  return 'foreign';
}

const decoders: Readonly<Record<number, { readonly bytes: number; decode(bytes: Buffer): RuuviSample }>> = {
  3: { bytes: 14, decode: decodeFormat3 },
  5: { bytes: 24, decode: decodeFormat5 },
  197: { bytes: 18, decode: decodeFormatC5 },
  6: { bytes: 20, decode: decodeFormat6 },
  225: { bytes: 40, decode: decodeFormatE1 },
};

/** Decodes data formats 3 (RAWv1), 5 (RAWv2), C5, 6 and E1; others (8 is encrypted) are `unknown`. */
export function decodeRuuvi(data: Uint8Array): RuuviSample | 'unknown' | 'truncated' {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const format = bytes[0] ?? 0;
  const decoder = Object.hasOwn(decoders, format) ? decoders[format] : undefined;
  if (!decoder) return 'unknown';
  return bytes.length >= decoder.bytes ? decoder.decode(bytes) : 'truncated';
}

const signed = (raw: number, scale: number) => (raw === -0x8000 ? null : raw * scale);
const unsigned = (raw: number, scale: number, offset = 0) => (raw === 0xffff ? null : raw * scale + offset);

/** Temperature, humidity and pressure stand in the same six bytes of formats 5, C5, 6 and E1. */
function climate(bytes: Buffer) {
  return {
    temperatureC: signed(bytes.readInt16BE(1), 0.005),
    humidityPct: unsigned(bytes.readUInt16BE(3), 0.0025),
    pressurePa: unsigned(bytes.readUInt16BE(5), 1, 50_000),
  };
}

/** Upper 11 bits: millivolts above 1.6 V; all ones: not available. */
function cellVoltage(powerInfo: number): number | null {
  const mv = powerInfo >> 5;
  return mv === 0x7ff ? null : (mv + 1600) / 1000;
}

/** All ones: the tag does not give it. */
function macTail(bytes: Buffer): { macTail?: string } {
  return bytes.every(byte => byte === 0xff) ? {} : { macTail: bytes.toString('hex') };
}

function sequence(raw: number, none: number): { sequence?: number } {
  return raw === none ? {} : { sequence: raw };
}

/** Humidity in half percents, temperature as sign and magnitude with hundredths, voltage in mV. */
function decodeFormat3(bytes: Buffer): RuuviSample {
  const whole = bytes.readUInt8(2);
  const magnitude = (whole & 0x7f) + bytes.readUInt8(3) / 100;
  return {
    temperatureC: whole & 0x80 ? -magnitude : magnitude,
    humidityPct: bytes.readUInt8(1) / 2,
    pressurePa: bytes.readUInt16BE(4) + 50_000,
    voltageV: bytes.readUInt16BE(12) / 1000,
  };
}

function decodeFormat5(bytes: Buffer): RuuviSample {
  return {
    ...climate(bytes),
    voltageV: cellVoltage(bytes.readUInt16BE(13)),
    ...sequence(bytes.readUInt16BE(16), 0xffff),
    ...macTail(bytes.subarray(18, 24)),
  };
}

/** Format 5 without acceleration. */
function decodeFormatC5(bytes: Buffer): RuuviSample {
  return {
    ...climate(bytes),
    voltageV: cellVoltage(bytes.readUInt16BE(7)),
    ...sequence(bytes.readUInt16BE(10), 0xffff),
    ...macTail(bytes.subarray(12, 18)),
  };
}

function decodeFormat6(bytes: Buffer): RuuviSample {
  return {
    ...climate(bytes),
    voltageV: null,
    sequence: bytes.readUInt8(15),
    ...macTail(bytes.subarray(17, 20)),
  };
}

function decodeFormatE1(bytes: Buffer): RuuviSample {
  return {
    ...climate(bytes),
    voltageV: null,
    ...sequence(bytes.readUIntBE(25, 3), 0xffffff),
    ...macTail(bytes.subarray(34, 40)),
  };
}
