import { positive } from '../errors.ts';
import { quantileInPlace } from '../shelf-life/quantile.ts';
import { type FitRequest, type FitResult, problemOf } from './fitParameters.ts';
import { leastSquares } from './leastSquares.ts';
import { generator } from './startValues.ts';

export interface BootstrapResult {
  readonly parameterOrder: readonly string[];
  /** One row of estimates for each resample that converged. */
  readonly draws: readonly (readonly number[])[];
  readonly intervals: Readonly<
    Record<
      string,
      { readonly p025: number | null; readonly median: number | null; readonly p975: number | null }
    >
  >;
  /** Resamples that could not be fitted: many of them are a warning of their own. */
  readonly failed: number;
}

export interface BootstrapProgress {
  readonly done: number;
  readonly of: number;
  /** The intervals of the resamples that are done, for whoever stops here. */
  readonly soFar: () => BootstrapResult;
}

/**
 * Residual bootstrap: fits the prediction plus resampled residuals again and again. The residuals are first made as
 * wide as the error they estimate, sqrt(n/(n - p)). The fallback where neither Wald nor profile intervals hold.
 *
 * Yields after each resample, so that 999 of them can report and be abandoned.
 *
 * @param resamples  999 is usual
 * @param seed  the same seed gives the same intervals
 */
export function* bootstrapSteps(
  request: FitRequest,
  fitted: FitResult,
  resamples: number,
  seed: number,
): Generator<BootstrapProgress, BootstrapResult> {
  positive('resamples', resamples);
  const problem = problemOf(request);
  const start = request.free.map(name => fitted.estimates[name]!);
  const uniform = generator(seed);
  const widen = Math.sqrt(fitted.n / Math.max(1, fitted.df));
  const draws: number[][] = [];
  for (let i = 0; i < resamples; i += 1) {
    const noisy = fitted.predicted.map(
      value => value + widen * fitted.residuals[Math.floor(uniform() * fitted.n)]!,
    );
    const result = leastSquares(
      values => problem.predict(values).map((value, k) => value - noisy[k]!),
      start,
      {
        lower: problem.lower,
        maxIterations: 60,
      },
    );
    if (result.converged) draws.push([...result.parameters]);
    const done = i + 1;
    yield { done, of: resamples, soFar: () => bootstrapResult(request.free, draws, done) };
  }
  return bootstrapResult(request.free, draws, resamples);
}

function bootstrapResult(
  names: readonly string[],
  draws: readonly (readonly number[])[],
  resamples: number,
): BootstrapResult {
  const intervals = Object.fromEntries(
    names.map((name, j) => {
      const column = Float64Array.from(draws, draw => draw[j]!);
      // No resample converged: there is no interval to tell.
      const at = (p: number) => (column.length ? quantileInPlace(column, p) : null);
      return [name, { p025: at(0.025), median: at(0.5), p975: at(0.975) }];
    }),
  );
  return { parameterOrder: names, draws: [...draws], intervals, failed: resamples - draws.length };
}
