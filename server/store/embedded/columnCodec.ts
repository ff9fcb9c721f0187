import { type ByteReader, type ByteWriter, unzigzag, zigzag } from './byteStream.ts';
import { readRice, riceShift, writeRice } from './riceBits.ts';

/**
 * A column of numbers in few bytes, every one of them back bit for bit (minus zero and NaN too). Numbers that are
 * decimals of at most six places become whole numbers of the smallest power of ten that gives them all back; these are
 * written as what they lie above their least, or as steps less the usual step, whichever takes fewer bits. Any other
 * column is written as it is.
 */
const kinds = { same: 0, plain: 1, aboveLeast: 2, steps: 3, evenSteps: 4 } as const;
const mostDecimals = 6;
/** Differences of such numbers and their zigzags are still exact. */
const greatest = 2 ** 49;

let whole = new Float64Array(4096);
let codes = new Float64Array(4096);

/** @param values  of which the first `count` are written; `readColumn` must be told the same count */
export function writeColumn(out: ByteWriter, values: Float64Array, count: number): void {
  if (count === 0) return;
  const first = values[0]!;
  if (isEverywhere(values, count, first)) {
    out.u8(kinds.same);
    out.f64(first);
    return;
  }
  makeRoom(count);
  const decimals = scaleToWhole(values, count);
  if (decimals === undefined || !writeWhole(out, count, decimals)) {
    out.u8(kinds.plain);
    for (let i = 0; i < count; i++) out.f64(values[i]!);
  }
}

export function readColumn(input: ByteReader, values: Float64Array, count: number): void {
  if (count === 0) return;
  const kind = input.u8();
  if (kind === kinds.same) {
    values.fill(input.f64(), 0, count);
    return;
  }
  if (kind === kinds.plain) {
    for (let i = 0; i < count; i++) values[i] = input.f64();
    return;
  }
  const scale = 10 ** input.u8();
  const start = input.signed();
  const usual = kind === kinds.aboveLeast ? 0 : input.signed();
  if (kind === kinds.evenSteps) {
    for (let i = 0; i < count; i++) values[i] = (start + i * usual) / scale;
    return;
  }
  const shift = input.u8();
  if (kind === kinds.aboveLeast) {
    input.offset = readRice(input.bytes, input.offset, values, count, shift);
    for (let i = 0; i < count; i++) values[i] = (start + values[i]!) / scale;
    return;
  }
  makeRoom(count);
  input.offset = readRice(input.bytes, input.offset, codes, count - 1, shift);
  let value = start;
  values[0] = value;
  for (let i = 1; i < count; i++) {
    const code = codes[i - 1]!;
    value += usual + (code < 2 ** 31 ? (code >>> 1) ^ -(code & 1) : unzigzag(code));
    values[i] = value;
  }
  if (scale !== 1) for (let i = 0; i < count; i++) values[i] = values[i]! / scale;
}

function isEverywhere(values: Float64Array, count: number, value: number): boolean {
  for (let i = 1; i < count; i++) if (!Object.is(values[i], value)) return false;
  return true;
}

/** Fills `whole`; returns the power of ten, undefined when there is none that gives every value back. */
function scaleToWhole(values: Float64Array, count: number): number | undefined {
  for (let decimals = 0; decimals <= mostDecimals; decimals++) {
    const scale = 10 ** decimals;
    let i = 0;
    for (; i < count; i++) {
      const value = values[i]!;
      const scaled = Math.round(value * scale);
      if (scaled / scale !== value) break;
      // Whole numbers have no minus zero.
      if (Math.abs(scaled) > greatest || (scaled === 0 && Object.is(value, -0))) return undefined;
      whole[i] = scaled;
    }
    if (i === count) return decimals;
  }
  return undefined;
}

/** Of `whole`; false when writing it plainly takes less. */
function writeWhole(out: ByteWriter, count: number, decimals: number): boolean {
  const start = whole[0]!;
  let least = start;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const value = whole[i]!;
    sum += value;
    if (value < least) least = value;
  }
  const usual = usualStep(count);
  let stepSum = 0;
  for (let i = 1; i < count; i++) stepSum += codes[i - 1] = zigzag(whole[i]! - whole[i - 1]! - usual);
  if (stepSum === 0) {
    head(out, kinds.evenSteps, decimals, start);
    out.signed(usual);
    return true;
  }
  const steps = riceShift(stepSum, count - 1);
  const above = riceShift(Math.max(0, sum - least * count), count);
  if (Math.min(steps.bits, above.bits) > count * 64) return false;
  if (steps.bits <= above.bits) {
    head(out, kinds.steps, decimals, start);
    out.signed(usual);
    out.u8(steps.shift);
    writeRice(out, codes, count - 1, steps.shift);
  } else {
    head(out, kinds.aboveLeast, decimals, least);
    out.u8(above.shift);
    for (let i = 0; i < count; i++) codes[i] = whole[i]! - least;
    writeRice(out, codes, count, above.shift);
  }
  return true;
}

function head(out: ByteWriter, kind: number, decimals: number, start: number): void {
  out.u8(kind);
  out.u8(decimals);
  out.signed(start);
}

/** The median of the steps; of a few spread over a long column. */
function usualStep(count: number): number {
  const samples = Math.min(count - 1, 11);
  const picked: number[] = [];
  for (let i = 0; i < samples; i++) {
    const at = 1 + Math.floor((i * (count - 1)) / samples);
    picked.push(whole[at]! - whole[at - 1]!);
  }
  picked.sort((a, b) => a - b);
  return picked[samples >> 1]!;
}

function makeRoom(count: number): void {
  if (count <= whole.length) return;
  whole = new Float64Array(count * 2);
  codes = new Float64Array(count * 2);
}
