import { finite, ModelDomainError, positive } from './errors.ts';

/** How to fill an interval longer than `maxGap`: a straight line, the last value, or a stated one. */
export type GapFill =
  | { readonly maxGap: number; readonly fill: 'linear' | 'hold' }
  | { readonly maxGap: number; readonly fill: 'assume'; readonly assumed: number };

/**
 * A quantity over time, as readings give it: temperature over hours, or over minutes of a heat treatment.
 * Two equal times are a jump: the left value holds up to it, the right value after. Beyond the last time the last
 * value holds.
 */
export interface Profile {
  /** Not decreasing; hours or minutes, the caller's choice. At least one. */
  readonly times: readonly number[];
  readonly values: readonly number[];
  /** Straight lines between times, or each value held until the next. */
  readonly interpolation: 'linear' | 'step';
  readonly gaps?: GapFill;
}

/** A straight line from (from, fromValue) to (to, toValue), to > from. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly fromValue: number;
  readonly toValue: number;
}

/**
 * The profile as straight pieces without holes from its first time until `until`.
 *
 * @param profile  times and values of equal length, finite, times not decreasing
 * @param until  where to stop, in the unit of times; before the first time there are no pieces
 * @throws {ModelDomainError} naming the first time or value that is wrong
 * @example
 * piecesOf({ times: [0, 2], values: [4, 8], interpolation: 'step' }, 1); // => [{ from: 0, to: 1, fromValue: 4, toValue: 4 }]
 */
export function piecesOf(profile: Profile, until: number): Piece[] {
  checkProfile(profile);
  finite('until', until);
  const { times, values } = profile;
  const pieces: Piece[] = [];
  for (let i = 0; i + 1 < times.length; i += 1) {
    const from = times[i]!;
    const to = times[i + 1]!;
    if (from >= until) break;
    if (to > from) pieces.push(clip(pieceBetween(profile, from, to, values[i]!, values[i + 1]!), until));
  }
  const last = times.at(-1)!;
  if (until > last)
    pieces.push({ from: last, to: until, fromValue: values.at(-1)!, toValue: values.at(-1)! });
  return pieces;
}

function pieceBetween(profile: Profile, from: number, to: number, left: number, right: number): Piece {
  const { gaps } = profile;
  if (gaps && to - from > gaps.maxGap) {
    if (gaps.fill === 'assume') return { from, to, fromValue: gaps.assumed, toValue: gaps.assumed };
    return { from, to, fromValue: left, toValue: gaps.fill === 'linear' ? right : left };
  }
  return { from, to, fromValue: left, toValue: profile.interpolation === 'linear' ? right : left };
}

function clip(piece: Piece, until: number): Piece {
  return piece.to <= until ? piece : { ...piece, to: until, toValue: valueOn(piece, until) };
}

/** Value of a straight piece at a time within it. */
export function valueOn(piece: Piece, time: number): number {
  const share = (time - piece.from) / (piece.to - piece.from);
  return piece.fromValue + share * (piece.toValue - piece.fromValue);
}

/**
 * Values of the profile at times, in any order; at a jump the right-hand one.
 *
 * @throws {ModelDomainError} before the first time
 * @example
 * valuesAt({ times: [0, 2], values: [4, 8], interpolation: 'linear' }, [1, 9]); // => [6, 8]
 */
export function valuesAt(profile: Profile, asked: readonly number[]): number[] {
  checkProfile(profile);
  const { times, values } = profile;
  return asked.map(time => {
    if (!(finite('time', time) >= times[0]!))
      throw new ModelDomainError('time', time, `at or after the first time of the profile (${times[0]})`);
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle]! <= time) low = middle + 1;
      else high = middle;
    }
    if (low === times.length) return values.at(-1)!;
    const i = low - 1;
    return valueOn(pieceBetween(profile, times[i]!, times[low]!, values[i]!, values[low]!), time);
  });
}

/** Hours (or minutes) within [first time, until] that lie in gaps, by the profile's own maxGap. */
export function gapLength(profile: Profile, until: number): number {
  const { gaps, times } = profile;
  if (!gaps) return 0;
  let total = 0;
  for (let i = 0; i + 1 < times.length; i += 1)
    if (times[i + 1]! - times[i]! > gaps.maxGap)
      total += Math.max(0, Math.min(until, times[i + 1]!) - times[i]!);
  return total;
}

/** Throws unless the profile can be read. */
export function checkProfile({ times, values, gaps }: Profile): void {
  if (times.length === 0) throw new ModelDomainError('times', times, 'one or more times');
  if (times.length !== values.length)
    throw new ModelDomainError('values', values.length, `as many as times (${times.length})`);
  for (const [i, time] of times.entries()) {
    finite(`times[${i}]`, time);
    finite(`values[${i}]`, values[i]!);
    if (i > 0 && time < times[i - 1]!)
      throw new ModelDomainError(`times[${i}]`, time, `at or after the time before it (${times[i - 1]})`);
  }
  if (gaps) positive('maxGap', gaps.maxGap);
  if (gaps?.fill === 'assume') finite('assumed', gaps.assumed);
}
