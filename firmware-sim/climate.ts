import { uniformAt } from './seededRandom.ts';
import { wibDay, wibHour } from './wib.ts';

const hourMs = 3_600_000;

/** Lowland East Java in the transition season: dawn and early-afternoon means in degrees Celsius. */
const dawnC = 24;
const afternoonC = 32.5;
const dawnHour = 5.5;
const peakHour = 13.5;

/** Half the spread between a cool and a hot day. */
const daySpreadC = 1.2;

/** 0 at dawn, 1 in the early afternoon; two half cosines of 8 and 16 hours. */
function warmthOfDay(at: number): number {
  const sinceDawn = (wibHour(at) - dawnHour + 24) % 24;
  const rise = peakHour - dawnHour;
  return sinceDawn < rise
    ? (1 - Math.cos((Math.PI * sinceDawn) / rise)) / 2
    : (1 + Math.cos((Math.PI * (sinceDawn - rise)) / (24 - rise))) / 2;
}

/** Days differ; between two noons the difference moves along a straight line, so that midnight has no jump. */
function dayOffsetC(at: number, seed: number): number {
  const noonToNoon = at - 12 * hourMs;
  const day = wibDay(noonToNoon);
  const share = wibHour(noonToNoon) / 24;
  const offset = (d: number): number => (2 * uniformAt(seed, 'day', d) - 1) * daySpreadC;
  return offset(day) * (1 - share) + offset(day + 1) * share;
}

/** Shade temperature outdoors in Kediri. */
export function outdoorsC(at: number, seed: number): number {
  return dawnC + (afternoonC - dawnC) * warmthOfDay(at) + dayOffsetC(at, seed);
}

/** Relative humidity outdoors: about 92 % at dawn, 60 % in the early afternoon. */
export function outdoorsHumidityPct(at: number): number {
  return 92 - 32 * warmthOfDay(at);
}

/** Sun on a roof or tarpaulin, 0 at night to 1 at noon. */
export function sunshine(at: number): number {
  return Math.max(0, Math.sin((Math.PI * (wibHour(at) - 6)) / 12));
}

/** A house with open windows: an hour behind the weather and much calmer. */
export function roomC(at: number, seed: number): number {
  return 28.2 + 0.4 * (outdoorsC(at - hourMs, seed) - 28);
}
