import { ModelDomainError } from '../errors.ts';
import { type FitRequest, type FitResult, problemOf } from './fitParameters.ts';
import { leastSquares } from './leastSquares.ts';
import { studentTQuantile } from './studentT.ts';

export interface ProfileInterval {
  readonly parameter: string;
  readonly estimate: number;
  /** null: open on that side, the data do not bound the parameter there. */
  readonly lower: number | null;
  readonly upper: number | null;
}

/**
 * Interval of one parameter by profile likelihood: all values for which the best fit of the other parameters is not
 * worse than F(1, n - p) allows. Unlike the Wald interval it follows a curved valley and knows when one side is open;
 * use it where |correlation| > 0.95 or a Wald interval crosses a bound.
 *
 *   (rss(theta) - rss) / s^2 <= t(n - p)^2
 *
 * @param request  as it was fitted
 * @param fitted  its result
 * @param parameter  in the spelling of the request
 * @param confidence  0.95 when absent
 * @throws {ModelDomainError} for an unknown parameter or fewer observations than parameters + 1
 */
export function profileInterval(
  request: FitRequest,
  fitted: FitResult,
  parameter: string,
  confidence = 0.95,
): ProfileInterval {
  const index = request.free.indexOf(parameter);
  if (index < 0) throw new ModelDomainError('parameter', parameter, `one of ${request.free.join(', ')}`);
  if (fitted.df < 1) throw new ModelDomainError('observed', fitted.n, 'more than the free parameters');
  const problem = problemOf(request);
  const best = request.free.map(name => fitted.estimates[name]!);
  const allowed =
    fitted.rss + (fitted.rss / fitted.df) * studentTQuantile((1 + confidence) / 2, fitted.df) ** 2;
  const start = fitted.standardErrors?.[parameter];
  const step = start && Number.isFinite(start) && start > 0 ? start : 0.1 * Math.abs(best[index]!) || 0.1;
  const rssAt = profileOf(problem.residuals, problem.lower, best, index);
  return {
    parameter,
    estimate: best[index]!,
    lower: crossing(rssAt, best[index]!, -step, allowed, problem.lower[index]!),
    upper: crossing(rssAt, best[index]!, step, allowed, Infinity),
  };
}

/** Smallest sum of squares with one parameter held; each call starts where the last one ended. */
function profileOf(
  residuals: (values: readonly number[]) => number[],
  lower: readonly number[],
  best: readonly number[],
  index: number,
): (held: number) => number {
  let others = best.filter((_, j) => j !== index);
  const whole = (free: readonly number[], held: number) => [
    ...free.slice(0, index),
    held,
    ...free.slice(index),
  ];
  return held => {
    if (best.length === 1) return sumOfSquares(residuals, [held]);
    try {
      const result = leastSquares(free => residuals(whole(free, held)), others, {
        lower: lower.filter((_, j) => j !== index),
        maxIterations: 60,
      });
      others = [...result.parameters];
      return result.rss;
    } catch (error) {
      // Outside the domain of the model nothing fits.
      if (error instanceof ModelDomainError) return Infinity;
      throw error;
    }
  };
}

function sumOfSquares(residuals: (values: readonly number[]) => number[], at: readonly number[]): number {
  try {
    return residuals(at).reduce((sum, value) => sum + value * value, 0);
  } catch (error) {
    // Outside the domain of the model nothing fits.
    if (error instanceof ModelDomainError) return Infinity;
    throw error;
  }
}

/** Where the profile rises above what is allowed: stepping out, then halving. null when it does not within 60 steps. */
function crossing(
  rssAt: (held: number) => number,
  from: number,
  step: number,
  allowed: number,
  bound: number,
): number | null {
  let inside = from;
  let outside: number | null = null;
  let stride = step / 2;
  for (let i = 0; i < 60 && outside === null; i += 1) {
    const next = inside + stride;
    if (step < 0 && next <= bound) return bound === -Infinity ? null : openOr(rssAt, bound, allowed, inside);
    if (rssAt(next) > allowed) outside = next;
    else {
      inside = next;
      stride *= 1.5;
    }
    // A hundred standard errors away without a rise: open.
    if (Math.abs(inside - from) > 1000 * Math.abs(step)) return null;
  }
  if (outside === null) return null;
  return halve(rssAt, inside, outside, allowed);
}

function openOr(
  rssAt: (held: number) => number,
  bound: number,
  allowed: number,
  inside: number,
): number | null {
  return rssAt(bound) > allowed ? halve(rssAt, inside, bound, allowed) : null;
}

function halve(rssAt: (held: number) => number, from: number, to: number, allowed: number): number {
  let inside = from;
  let outside = to;
  for (let i = 0; i < 40 && Math.abs(outside - inside) > 1e-7 * Math.abs(outside); i += 1) {
    const middle = (inside + outside) / 2;
    if (rssAt(middle) > allowed) outside = middle;
    else inside = middle;
  }
  return (inside + outside) / 2;
}
