import { ModelDomainError, notNegative, positive } from '../errors.ts';
import { choleskyFactor } from '../fitting/linearAlgebra.ts';
import { generator } from '../fitting/startValues.ts';
import { type BaranyiPopulation, baranyiCount, baranyiGrowthRequired } from '../growth/baranyi.ts';
import { normalQuantile } from '../shelf-life/normalDistribution.ts';

/** Parameters by name, such as b, tMinC, h0, logN0. */
type Parameters = Readonly<Record<string, number>>;

export interface TimeToLimitDraws {
  /** Names of the uncertain parameters, in the order of mean and covariance. */
  readonly names: readonly string[];
  readonly mean: readonly number[];
  readonly covariance: readonly (readonly number[])[];
  /** Parameters that are not uncertain. */
  readonly fixed: Parameters;
  /** Integral of mu so far, and mu from now on, at the parameters of a draw. */
  readonly history: (parameters: Parameters) => number;
  readonly futureMuLnPerH: (parameters: Parameters) => number;
  /** Count at the limit: one value, or evenly spread between two. */
  readonly limitLog10Cfu: number | readonly [number, number];
  /** Standard deviation of ln(rate) between lots; 0 when absent. */
  readonly lotRateLnSd?: number;
  readonly draws: number;
  readonly seed: number;
}

/** A count of the laboratory, to condition draws on. */
export interface LaboratoryCount {
  /** Integral of mu from the start to the sample, at the parameters of a draw. */
  readonly muIntegral: (parameters: Parameters) => number;
  readonly countLog10CfuPerG: number;
  /** Standard deviation of such a count, log10; 0.3 when absent. */
  readonly sdLog10?: number;
}

export interface WeightedHours {
  /** Ascending; Infinity where a draw never gets there. */
  readonly hours: Float64Array;
  /** Weight of each, together 1. */
  readonly weights: Float64Array;
  /** How many equal draws the weights are worth: few mean that the counts contradict the model. */
  readonly effectiveDraws: number;
}

/** h0 cannot be negative: a draw below this is taken here. */
const smallestH0 = 1e-6;
/** Analyst and sample together. */
const usualCountSd = 0.3;

/**
 * Hours until a count is reached, for draws of uncertain parameters (joint normal, h0 cut off at 0).
 *
 * @returns ascending; Infinity where a draw never gets there. The same for the same seed
 * @throws {ModelDomainError} when the covariance is not positive semi-definite, or logN0 is missing
 */
export function timeToLimitDraws(request: TimeToLimitDraws): Float64Array {
  const hours = new Float64Array(request.draws);
  let next = 0;
  for (const { parameters, lot, limit } of drawsOf(request)) {
    hours[next] = hoursOf(request, parameters, lot, limit);
    next += 1;
  }
  return hours.sort();
}

/**
 * The same after counts of the laboratory: a draw that predicted them counts more (importance weights with a normal
 * likelihood). Updates the starting count and the lot's rate together.
 *
 * @param counts  one or more
 * @throws {ModelDomainError} as timeToLimitDraws, and when no draw comes near the counts
 */
export function conditionedTimeToLimit(
  request: TimeToLimitDraws,
  counts: readonly LaboratoryCount[],
): WeightedHours {
  const draws: { hours: number; logWeight: number }[] = [];
  for (const { parameters, lot, limit } of drawsOf(request)) {
    let logWeight = 0;
    for (const count of counts) {
      const predicted = baranyiCount(lot * count.muIntegral(parameters), populationOf(parameters));
      const z = (predicted - count.countLog10CfuPerG) / positive('sdLog10', count.sdLog10 ?? usualCountSd);
      logWeight -= (z * z) / 2;
    }
    draws.push({ hours: hoursOf(request, parameters, lot, limit), logWeight });
  }
  draws.sort((a, b) => a.hours - b.hours);
  // Relative to the best draw: the weights themselves may all be too small for a number.
  const top = draws.reduce((max, draw) => Math.max(max, draw.logWeight), -Infinity);
  const weights = Float64Array.from(draws, draw => Math.exp(draw.logWeight - top));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  for (const [i, weight] of weights.entries()) weights[i] = weight / sum;
  const effectiveDraws = 1 / weights.reduce((total, weight) => total + weight * weight, 0);
  if (!(effectiveDraws >= 10))
    throw new ModelDomainError(
      'counts',
      counts.map(count => count.countLog10CfuPerG),
      'near what the parameters predict: hardly any draw comes close',
    );
  return { hours: Float64Array.from(draws, draw => draw.hours), weights, effectiveDraws };
}

/**
 * Quantile of weighted hours: the first at which the weights below reach p.
 *
 * @param p  above 0, below 1
 */
export function weightedQuantile({ hours, weights }: WeightedHours, p: number): number {
  let below = 0;
  for (const [i, weight] of weights.entries()) {
    below += weight;
    if (below >= p) return hours[i]!;
  }
  return hours.at(-1)!;
}

interface Draw {
  readonly parameters: Parameters;
  readonly lot: number;
  readonly limit: number;
}

function* drawsOf(request: TimeToLimitDraws): Generator<Draw> {
  const { names, mean, covariance, draws, seed, lotRateLnSd = 0 } = request;
  if (mean.length !== names.length || covariance.length !== names.length)
    throw new ModelDomainError(
      'covariance',
      covariance.length,
      `as many rows as parameters (${names.length})`,
    );
  const factor = choleskyFactor(covariance);
  if (!factor) throw new ModelDomainError('covariance', covariance, 'positive semi-definite');
  notNegative('lotRateLnSd', lotRateLnSd);
  const uniform = generator(seed);
  const normal = () => normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, uniform())));
  const standard = new Float64Array(names.length);
  // One record for all draws, read before the next is made: a new one each would cost more than the draw.
  const parameters: Record<string, number> = { ...request.fixed };
  const fixedH0 = parameters.h0 ?? 0;
  for (let draw = 0; draw < draws; draw += 1) {
    for (let i = 0; i < names.length; i += 1) standard[i] = normal();
    parameters.h0 = fixedH0;
    for (let i = 0; i < names.length; i += 1) {
      const row = factor[i]!;
      let value = mean[i]!;
      for (let k = 0; k <= i; k += 1) value += row[k]! * standard[k]!;
      parameters[names[i]!] = value;
    }
    parameters.h0 = Math.max(smallestH0, parameters.h0);
    const lot = lotRateLnSd > 0 ? Math.exp(lotRateLnSd * normal()) : 1;
    const given = request.limitLog10Cfu;
    const limit = typeof given === 'number' ? given : given[0] + (given[1] - given[0]) * uniform();
    yield { parameters, lot, limit };
  }
}

function populationOf({ logN0, h0, logNmax }: Parameters): BaranyiPopulation {
  if (logN0 === undefined) throw new ModelDomainError('logN0', logN0, 'among the parameters');
  const maxLog10Cfu = logNmax === undefined ? null : Math.max(logNmax, logN0);
  return { initialLog10Cfu: logN0, h0: h0!, maxLog10Cfu };
}

function hoursOf(
  request: TimeToLimitDraws,
  parameters: Parameters,
  lot: number,
  limitLog10Cfu: number,
): number {
  const required = baranyiGrowthRequired(limitLog10Cfu, populationOf(parameters));
  if (required === null) return Infinity;
  const left = required - lot * request.history(parameters);
  if (left <= 0) return 0;
  const mu = lot * request.futureMuLnPerH(parameters);
  return mu > 0 ? left / mu : Infinity;
}
