import { finite, ModelDomainError } from './errors.ts';
import { type Piece, type Profile, piecesOf, valueOn } from './profile.ts';

/** A rate that depends on one quantity, mostly temperature, with what an integrator must know about it. */
export interface RateOf {
  readonly rate: (value: number) => number;
  /** Values where the rate or its slope jumps: an integral is split there. */
  readonly kinks: readonly number[];
  /** The rate is a polynomial of at most third degree between kinks, so that Simpson's rule is exact. */
  readonly cubic?: boolean;
}

/**
 * Integral of a rate over one straight piece, split at the kinks and exact between them: to rounding for cubic rates,
 * to about 1e-13 relative otherwise.
 */
export function integrateOverPiece(piece: Piece, rateOf: RateOf): number {
  const { fromValue, toValue } = piece;
  const duration = piece.to - piece.from;
  // So nearly flat that dividing by the difference could overflow: one value stands for all.
  if (Math.abs(toValue - fromValue) < 1e-12) return duration * rateOf.rate((fromValue + toValue) / 2);
  const low = Math.min(fromValue, toValue);
  const high = Math.max(fromValue, toValue);
  const inside = rateOf.kinks.filter(kink => kink > low && kink < high).sort((a, b) => a - b);
  const edges = [low, ...inside, high];
  let overValues = 0;
  for (let i = 0; i + 1 < edges.length; i += 1) overValues += overInterval(rateOf, edges[i]!, edges[i + 1]!);
  // On a straight line dt = duration / (high - low) dT, whichever way it runs.
  return (duration / (high - low)) * overValues;
}

function overInterval({ rate, cubic }: RateOf, low: number, high: number): number {
  if (cubic) return ((high - low) / 6) * (rate(low) + 4 * rate((low + high) / 2) + rate(high));
  return overNarrow(rate, low, high) ?? gaussKronrod(rate, low, high);
}

/** Gauss-Kronrod 3-7 points on [-1, 1]: node, Kronrod weight, Gauss weight. */
const fewNodes: readonly (readonly [number, number, number])[] = [
  [0.9604912687080202, 0.1046562260264673, 0],
  [0.7745966692414834, 0.2684880898683334, 0.5555555555555556],
  [0.4342437493468025, 0.4013974147759622, 0],
];
const fewCentreWeights = [0.4509165386584741, 0.8888888888888888] as const;

/**
 * Seven points are enough for the narrow pieces between readings, at half the price of fifteen: null where three and
 * seven do not agree to 1e-11, so that seven would not be good to rounding.
 */
function overNarrow(rate: (value: number) => number, low: number, high: number): number | null {
  const centre = (low + high) / 2;
  const half = (high - low) / 2;
  const middle = rate(centre);
  let kronrod = fewCentreWeights[0] * middle;
  let gauss = fewCentreWeights[1] * middle;
  for (const [node, kronrodWeight, gaussWeight] of fewNodes) {
    const pair = rate(centre - half * node) + rate(centre + half * node);
    kronrod += kronrodWeight * pair;
    gauss += gaussWeight * pair;
  }
  return Math.abs(kronrod - gauss) <= 1e-11 * Math.abs(kronrod) ? half * kronrod : null;
}

/** Gauss-Kronrod 7-15 points on [-1, 1]: node, Kronrod weight, Gauss weight. Piessens et al. (1983), QUADPACK. */
const nodes: readonly (readonly [number, number, number])[] = [
  [0.9914553711208126, 0.022935322010529224, 0],
  [0.9491079123427585, 0.06309209262997856, 0.1294849661688697],
  [0.8648644233597691, 0.10479001032225019, 0],
  [0.7415311855993943, 0.14065325971552592, 0.27970539148927664],
  [0.5860872354676911, 0.1690047266392679, 0],
  [0.4058451513773972, 0.19035057806478542, 0.3818300505051189],
  [0.20778495500789848, 0.20443294007529889, 0],
];
const centreWeights = [0.20948214108472782, 0.4179591836734694] as const;

/**
 * Integral of a smooth function between two numbers, adaptive, to about 1e-13 relative. Split at kinks first.
 *
 * @example
 * gaussKronrod(x => 3 * x * x, 0, 2); // => 8
 */
export function gaussKronrod(rate: (value: number) => number, low: number, high: number): number {
  return refined(rate, low, high, 0, 0);
}

function refined(
  rate: (value: number) => number,
  low: number,
  high: number,
  depth: number,
  slack: number,
): number {
  const centre = (low + high) / 2;
  const half = (high - low) / 2;
  const middle = rate(centre);
  let kronrod = centreWeights[0] * middle;
  let gauss = centreWeights[1] * middle;
  for (const [node, kronrodWeight, gaussWeight] of nodes) {
    const pair = rate(centre - half * node) + rate(centre + half * node);
    kronrod += kronrodWeight * pair;
    gauss += gaussWeight * pair;
  }
  // The Gauss sum is the worse of the two: when it agrees to 1e-11 of the whole, the Kronrod sum is good to rounding.
  const allowed = depth === 0 ? 1e-11 * Math.abs(half * kronrod) : slack;
  if (depth >= 24 || Math.abs(half * (kronrod - gauss)) <= allowed) return half * kronrod;
  return refined(rate, low, centre, depth + 1, allowed) + refined(rate, centre, high, depth + 1, allowed);
}

/**
 * Integral of a rate from the start of the profile to each of `times`. Asking for more times changes no answer.
 *
 * @param profile  readings
 * @param rateOf  the rate and its kinks
 * @param times  finite, not before the profile starts, in any order
 * @returns one number for each of `times`, >= 0 for a rate >= 0
 * @throws {ModelDomainError} for a time before the profile
 */
export function integralAt(profile: Profile, rateOf: RateOf, times: readonly number[]): number[] {
  const start = profile.times[0];
  let until = start ?? 0;
  for (const [i, time] of times.entries()) {
    if (!(finite(`times[${i}]`, time) >= until) && time < (start ?? 0))
      throw new ModelDomainError(`times[${i}]`, time, `at or after the first time of the profile (${start})`);
    until = Math.max(until, time);
  }
  const pieces = piecesOf(profile, until);
  const sums = [0];
  for (const piece of pieces) sums.push(sums.at(-1)! + integrateOverPiece(piece, rateOf));
  return times.map(time => integralUpTo(pieces, sums, rateOf, time));
}

function integralUpTo(
  pieces: readonly Piece[],
  sums: readonly number[],
  rateOf: RateOf,
  time: number,
): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pieces[middle]!.to <= time) low = middle + 1;
    else high = middle;
  }
  const piece = pieces[low];
  if (!piece || time <= piece.from) return sums[low]!;
  return sums[low]! + integrateOverPiece({ ...piece, to: time, toValue: valueOn(piece, time) }, rateOf);
}

/**
 * When the integral of a rate reaches a target.
 *
 * @param target  >= 0
 * @param until  where to stop looking
 * @returns the time, or null when the target is not reached by `until`
 */
export function timeOfIntegral(
  profile: Profile,
  rateOf: RateOf,
  target: number,
  until: number,
): number | null {
  let sum = 0;
  for (const piece of piecesOf(profile, until)) {
    const whole = integrateOverPiece(piece, rateOf);
    if (sum + whole >= target) return timeWithin(piece, rateOf, target - sum, whole);
    sum += whole;
  }
  return null;
}

function timeWithin(piece: Piece, rateOf: RateOf, needed: number, whole: number): number {
  const span = piece.to - piece.from;
  if (needed <= 0) return piece.from;
  if (piece.fromValue === piece.toValue) return piece.from + (span * needed) / whole;
  let low = piece.from;
  let high = piece.to;
  // Bisection: 60 halvings reach the last digit, and the integral never falls.
  for (let i = 0; i < 60 && high - low > 1e-14 * Math.abs(high); i += 1) {
    const middle = (low + high) / 2;
    const part = { ...piece, to: middle, toValue: valueOn(piece, middle) };
    if (integrateOverPiece(part, rateOf) < needed) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
