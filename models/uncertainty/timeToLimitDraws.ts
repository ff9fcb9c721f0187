import { ModelDomainError, notNegative } from '../errors.ts';
import { choleskyFactor } from '../fitting/linearAlgebra.ts';
import { generator } from '../fitting/startValues.ts';
import { baranyiGrowthRequired } from '../growth/baranyi.ts';
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

/** h0 cannot be negative: a draw below this is taken here. */
const smallestH0 = 1e-6;

/**
 * Hours until a count is reached, for draws of uncertain parameters (joint normal, h0 cut off at 0).
 *
 * @returns ascending; Infinity where a draw never gets there. The same for the same seed
 * @throws {ModelDomainError} when the covariance is not positive semi-definite, or logN0 is missing
 */
export function timeToLimitDraws(request: TimeToLimitDraws): Float64Array {
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
  const hours = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw += 1) {
    const standard = names.map(normal);
    const parameters: Record<string, number> = { ...request.fixed };
    for (const [i, name] of names.entries())
      parameters[name] =
        mean[i]! + factor[i]!.reduce((sum, weight, k) => sum + weight * (standard[k] ?? 0), 0);
    parameters.h0 = Math.max(smallestH0, parameters.h0 ?? 0);
    const lot = lotRateLnSd > 0 ? Math.exp(lotRateLnSd * normal()) : 1;
    const limit = request.limitLog10Cfu;
    const limitLog10 = typeof limit === 'number' ? limit : limit[0] + (limit[1] - limit[0]) * uniform();
    hours[draw] = hoursOf(request, parameters, lot, limitLog10);
  }
  return hours.sort();
}

function hoursOf(
  request: TimeToLimitDraws,
  parameters: Parameters,
  lot: number,
  limitLog10Cfu: number,
): number {
  const { logN0, h0, logNmax } = parameters;
  if (logN0 === undefined) throw new ModelDomainError('logN0', logN0, 'among the parameters');
  const required = baranyiGrowthRequired(limitLog10Cfu, {
    initialLog10Cfu: logN0,
    h0: h0!,
    maxLog10Cfu: logNmax === undefined ? null : Math.max(logNmax, logN0),
  });
  if (required === null) return Infinity;
  const left = required - lot * request.history(parameters);
  if (left <= 0) return 0;
  const mu = lot * request.futureMuLnPerH(parameters);
  return mu > 0 ? left / mu : Infinity;
}
