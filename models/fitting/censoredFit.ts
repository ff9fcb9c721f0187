import { ModelDomainError } from '../errors.ts';
import { normalProbability } from '../shelf-life/normalDistribution.ts';
import { type FitRequest, fitParameters, problemOf } from './fitParameters.ts';
import { leastSquares } from './leastSquares.ts';
import { inverseOfCrossProduct } from './linearAlgebra.ts';

/** An observation is the value itself, or only known to lie below (a detection limit) or above (a plate overgrown). */
export type Censoring = 'none' | 'below' | 'above';

export interface CensoredFitResult {
  readonly estimates: Readonly<Record<string, number>>;
  /** From the curvature of the likelihood with sigma held; null where the data do not determine them. */
  readonly standardErrors: Readonly<Record<string, number>> | null;
  /** In the order of the free parameters; null where the data do not determine them. */
  readonly covariance: readonly (readonly number[])[] | null;
  /** Standard deviation of an observation, by maximum likelihood. */
  readonly sigma: number;
  readonly logLik: number;
  readonly censored: number;
}

/**
 * Fits counts of which some are only known to be below a limit (or above one), by maximum likelihood (tobit). Putting
 * half the limit in their place would bend the curve.
 *
 *   ln L = sum over values [ln phi((y - f)/s) - ln s] + sum over "below" ln Phi((y - f)/s) + sum over "above" ln Phi((f - y)/s)
 *
 * @param request  as for fitParameters; a censored observation holds its limit
 * @param censoring  one for each observation
 * @throws {ModelDomainError} when every observation is censored, or the lists differ in length
 */
export function fitCensored(request: FitRequest, censoring: readonly Censoring[]): CensoredFitResult {
  const { observed } = request.data;
  if (censoring.length !== observed.length)
    throw new ModelDomainError('censoring', censoring.length, `as many as observations (${observed.length})`);
  const values = censoring.filter(kind => kind === 'none').length;
  if (values <= request.free.length)
    throw new ModelDomainError(
      'censoring',
      values,
      `more values than free parameters (${request.free.length})`,
    );
  const problem = problemOf(request);
  const plain = fitParameters(request);
  let parameters = request.free.map(name => plain.estimates[name]!);
  const deviances = (sigma: number) => (at: readonly number[]) =>
    problem.predict(at).map((value, i) => devianceRoot(observed[i]!, value, sigma, censoring[i]!));
  const lossAt = (lnSigma: number) => {
    const sigma = Math.exp(lnSigma);
    const result = leastSquares(deviances(sigma), parameters, { lower: problem.lower, maxIterations: 100 });
    parameters = [...result.parameters];
    return result.rss + 2 * values * lnSigma;
  };
  const lnSigma = minimise(lossAt, Math.log(plain.sigma || 0.1) - 3, Math.log(plain.sigma || 0.1) + 1.5);
  const sigma = Math.exp(lnSigma);
  const loss = lossAt(lnSigma);
  const final = leastSquares(deviances(sigma), parameters, { lower: problem.lower });
  const covariance = inverseOfCrossProduct(final.jacobian);
  const named = (list: readonly number[]) =>
    Object.fromEntries(request.free.map((name, j) => [name, list[j]!]));
  return {
    estimates: named(final.parameters),
    standardErrors: covariance ? named(covariance.map((row, j) => Math.sqrt(row[j]!))) : null,
    covariance,
    sigma,
    logLik: -0.5 * loss - 0.5 * values * Math.log(2 * Math.PI),
    censored: observed.length - values,
  };
}

/** A number whose square is -2 ln of the likelihood of one observation (without the constant), with the sign of the miss. */
function devianceRoot(observed: number, predicted: number, sigma: number, kind: Censoring): number {
  const z = (observed - predicted) / sigma;
  if (kind === 'none') return -z;
  const side = kind === 'below' ? z : -z;
  // ln Phi far in the tail, where Phi itself is 0: the first term of its expansion.
  const logProbability =
    side > -7 ? Math.log(normalProbability(side)) : -0.5 * side * side - Math.log(-side) - 0.9189385332046727;
  return (kind === 'below' ? 1 : -1) * Math.sqrt(Math.max(0, -2 * logProbability));
}

/** Golden-section search for the smallest value between two ends. */
function minimise(loss: (x: number) => number, from: number, to: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let low = from;
  let high = to;
  let a = high - golden * (high - low);
  let b = low + golden * (high - low);
  let atA = loss(a);
  let atB = loss(b);
  while (high - low > 1e-5) {
    if (atA < atB) {
      high = b;
      b = a;
      atB = atA;
      a = high - golden * (high - low);
      atA = loss(a);
    } else {
      low = a;
      a = b;
      atA = atB;
      b = low + golden * (high - low);
      atB = loss(b);
    }
  }
  return (low + high) / 2;
}
