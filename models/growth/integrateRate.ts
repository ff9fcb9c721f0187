import type { Segment } from '../temperatureHistory.ts';
import { msPerHour } from '../units.ts';

/** Five-point Gauss–Legendre on [-1, 1]: exact for polynomials up to degree 9. */
const nodes = [0, 0.5384693101056831, -0.5384693101056831, 0.906179845938664, -0.906179845938664] as const;
const weights = [
  0.5688888888888889, 0.47862867049936647, 0.47862867049936647, 0.23692688505618908, 0.23692688505618908,
] as const;

/** Longest piece of one quadrature, in hours and in degrees: keeps the error of smooth rates below 1e-9 of the sum. */
const longestPieceH = 1;
const widestPieceC = 2.5;

/**
 * Integral of a rate over a straight piece of temperature history.
 *
 *   integral from `from` to `to` of rate(T(t)) dt,   T linear in t
 *
 * The segment is split where T crosses one of `kinksC` (temperatures at which the rate is not smooth: Tmin, Tmax), then
 * into pieces of at most 1 h and 5 C, each by five-point Gauss–Legendre. A pure function of the segment: the same
 * segment gives the same bits whenever it is asked.
 *
 * @param segment  ends finite, `to` not before `from`
 * @param rate     unit per hour at a temperature in degrees Celsius
 * @param kinksC   ascending
 * @returns the unit of `rate` times hours: M in ln units when `rate` is a growth rate
 */
export function integrateRate(
  segment: Segment,
  rate: (temperatureC: number) => number,
  kinksC: readonly number[] = [],
): number {
  const { fromC, toC } = segment;
  const durationH = (segment.to - segment.from) / msPerHour;
  if (fromC === toC) return durationH * rate(fromC);
  const lowC = Math.min(fromC, toC);
  const highC = Math.max(fromC, toC);
  // Of the time as a share, not through hours per degree: ends may differ by less than a double can divide by.
  const hoursBetween = (startC: number, endC: number): number =>
    durationH * ((endC - startC) / (highC - lowC));
  // The integral does not care for the direction of time: always upwards, so a segment and its mirror agree.
  let sum = 0;
  let startC = lowC;
  for (const kinkC of kinksC) {
    if (kinkC <= startC) continue;
    if (kinkC >= highC) break;
    sum += integrateSmooth(startC, kinkC, hoursBetween(startC, kinkC), rate);
    startC = kinkC;
  }
  return sum + integrateSmooth(startC, highC, hoursBetween(startC, highC), rate);
}

function integrateSmooth(
  lowC: number,
  highC: number,
  hours: number,
  rate: (temperatureC: number) => number,
): number {
  const widthC = highC - lowC;
  const pieces = Math.max(1, Math.ceil(hours / longestPieceH), Math.ceil(widthC / widestPieceC));
  const halfC = widthC / pieces / 2;
  let sum = 0;
  for (let piece = 0; piece < pieces; piece++) {
    const middleC = lowC + (2 * piece + 1) * halfC;
    for (let node = 0; node < 5; node++) sum += weights[node]! * rate(middleC + nodes[node]! * halfC);
  }
  return (sum * hours) / (2 * pieces);
}
