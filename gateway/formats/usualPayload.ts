/** The fields of one reading as they stand in a payload; what is left out is undefined. */
export interface UsualFields {
  nodeId: string | undefined;
  probe: string | undefined;
  /** Epoch milliseconds. */
  measuredAt: number | undefined;
  temperatureC: number | null | undefined;
  humidityPct: number | null | undefined;
  batteryPct: number | null | undefined;
  sequence: number | null | undefined;
}

const names = [
  'nodeId',
  'probe',
  'measuredAt',
  'temperatureC',
  'humidityPct',
  'batteryPct',
  'sequence',
] as const;
const fields = names.map((name, bit) => ({ name, bytes: Buffer.from(name), bit: 1 << bit }));
const [quote, backslash, comma, colon, minus, dot] = [0x22, 0x5c, 0x2c, 0x3a, 0x2d, 0x2e];
const [zero, nine, open, close, letterN] = [0x30, 0x39, 0x7b, 0x7d, 0x6e];
/** So many digits and a power of ten as large are exact, and so is their quotient to the last bit. */
const mostDigits = 15;
const tens = Array.from({ length: mostDigits + 1 }, (_, n) => 10 ** n);

let bytes: Buffer = Buffer.alloc(0);
let at = 0;

/**
 * Reads a payload that is one flat object of known fields, each at most once, without an escape, an exponent or a letter
 * beyond ASCII. Undefined for all else, whatever the bytes: the JSON parser then judges it. That both read the same is
 * proved by a test.
 */
export function readUsualPayload(payload: Buffer): UsualFields | undefined {
  bytes = payload;
  at = 0;
  const read = { nodeId: undefined, probe: undefined, measuredAt: undefined } as UsualFields;
  read.temperatureC = read.humidityPct = read.batteryPct = read.sequence = undefined;
  if (!takes(open)) return undefined;
  let seen = 0;
  do {
    const field = fieldHere();
    if (!field || (seen & field.bit) !== 0 || !takes(colon)) return undefined;
    seen |= field.bit;
    skipSpace();
    if (!readValue(read, field.name)) return undefined;
  } while (takes(comma));
  if (!takes(close)) return undefined;
  skipSpace();
  return at === bytes.length ? read : undefined;
}

function readValue(read: UsualFields, name: (typeof names)[number]): boolean {
  if (name === 'nodeId' || name === 'probe') {
    const value = textHere();
    read[name] = value;
    return value !== undefined;
  }
  if (name === 'measuredAt') {
    const value = bytes[at] === quote ? instantHere() : numberHere();
    read.measuredAt = value;
    return !Number.isNaN(value);
  }
  if (bytes[at] === letterN) {
    read[name] = null;
    return isNullHere();
  }
  const value = numberHere();
  read[name] = value;
  return !Number.isNaN(value);
}

function skipSpace(): void {
  for (
    let byte = bytes[at];
    byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
    byte = bytes[at]
  )
    at++;
}

function takes(byte: number): boolean {
  skipSpace();
  if (bytes[at] !== byte) return false;
  at++;
  return true;
}

function fieldHere(): (typeof fields)[number] | undefined {
  if (!takes(quote)) return undefined;
  for (const field of fields) {
    const length = field.bytes.length;
    if (bytes[at + length] !== quote) continue;
    let same = 0;
    while (same < length && bytes[at + same] === field.bytes[same]) same++;
    if (same < length) continue;
    at += length + 1;
    return field;
  }
  return undefined;
}

function textHere(): string | undefined {
  if (bytes[at] !== quote) return undefined;
  const from = at + 1;
  for (let end = from; end < bytes.length; end++) {
    const byte = bytes[end]!;
    if (byte === quote) {
      at = end + 1;
      return bytes.toString('latin1', from, end);
    }
    if (byte < 0x20 || byte > 0x7e || byte === backslash) return undefined;
  }
  return undefined;
}

function isNullHere(): boolean {
  const isNull = bytes[at + 1] === 0x75 && bytes[at + 2] === 0x6c && bytes[at + 3] === 0x6c;
  at += 4;
  return isNull;
}

/** NaN when it is not one, or has too many digits. */
function numberHere(): number {
  const isNegative = bytes[at] === minus;
  if (isNegative) at++;
  const from = at;
  let value = digits();
  const whole = at - from;
  if (whole === 0 || (whole > 1 && bytes[from] === zero) || whole > mostDigits) return Number.NaN;
  if (bytes[at] === dot) {
    at++;
    const fractionFrom = at;
    const fraction = digits();
    const places = at - fractionFrom;
    if (places === 0 || whole + places > mostDigits) return Number.NaN;
    value = (value * tens[places]! + fraction) / tens[places]!;
  }
  const next = bytes[at]!;
  // "e" and "E" go on with the number.
  if (next === 0x65 || next === 0x45) return Number.NaN;
  return isNegative ? -value : value;
}

function digits(): number {
  let value = 0;
  for (let byte = bytes[at]!; byte >= zero && byte <= nine; byte = bytes[++at]!)
    value = value * 10 + byte - zero;
  return value;
}

/** `2026-11-24T03:00:00Z` or with up to three decimals, on a day that every month has; NaN for every other. */
function instantHere(): number {
  at++;
  const year = number2() * 100 + number2();
  const month = separated(minus);
  const day = separated(minus);
  const hour = separated(0x54);
  const minute = separated(colon);
  const second = separated(colon);
  const isUsual =
    year >= 2000 && year <= 2099 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour <= 23;
  if (!(isUsual && minute <= 59 && second <= 59)) return Number.NaN;
  let ms = 0;
  if (bytes[at] === dot) {
    const from = ++at;
    ms = digits();
    const places = at - from;
    if (places < 1 || places > 3) return Number.NaN;
    ms *= tens[3 - places]!;
  }
  if (bytes[at] !== 0x5a || bytes[at + 1] !== quote) return Number.NaN;
  at += 2;
  return dayAt(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
}

/** Two digits behind a separator; NaN when they are not there. */
function separated(by: number): number {
  return bytes[at++] === by ? number2() : Number.NaN;
}

function number2(): number {
  const tensDigit = bytes[at++]! - zero;
  const ones = bytes[at++]! - zero;
  return tensDigit >= 0 && tensDigit <= 9 && ones >= 0 && ones <= 9 ? tensDigit * 10 + ones : Number.NaN;
}

let lastDay = 0;
let lastDayAt = 0;

/** Most readings are of the same day as the one before. */
function dayAt(year: number, month: number, day: number): number {
  const which = (year * 100 + month) * 100 + day;
  if (which !== lastDay) {
    lastDay = which;
    lastDayAt = Date.UTC(year, month - 1, day);
  }
  return lastDayAt;
}
