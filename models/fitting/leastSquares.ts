import { ModelDomainError } from '../errors.ts';
import { backSubstitute, type Matrix, triangularise } from './linearAlgebra.ts';

/** Residuals of a model at a set of parameters. May throw ModelDomainError where the model does not exist. */
export type Residuals = (parameters: readonly number[]) => number[];

export interface LeastSquaresOptions {
  readonly lower?: readonly number[];
  readonly upper?: readonly number[];
  readonly maxIterations?: number;
  /** Relative change of the sum of squares and of every parameter at which to stop. */
  readonly tolerance?: number;
}

export interface LeastSquaresResult {
  readonly parameters: readonly number[];
  readonly residuals: readonly number[];
  /** d residual / d parameter at the optimum, by central differences. */
  readonly jacobian: Matrix;
  readonly rss: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * Nonlinear least squares by Levenberg-Marquardt: damping scaled by the columns of the Jacobian (More 1978), each step
 * by QR, central differences, bounds by projection.
 *
 * @param residuals  n values, n >= number of parameters; a ModelDomainError or a value that is not finite refuses a step
 * @param start  where residuals are finite
 * @returns the best point found; `converged` false when maxIterations ran out
 * @throws {ModelDomainError} when the residuals at the start are not finite
 * @see More JJ (1978), Lecture Notes in Mathematics 630:105-116
 */
export function leastSquares(
  residuals: Residuals,
  start: readonly number[],
  options: LeastSquaresOptions = {},
): LeastSquaresResult {
  const { maxIterations = 200, tolerance = 1e-12 } = options;
  const inBounds = (parameters: readonly number[]) =>
    parameters.map((value, j) =>
      Math.min(options.upper?.[j] ?? Infinity, Math.max(options.lower?.[j] ?? -Infinity, value)),
    );
  let parameters = inBounds(start);
  let current = attempt(residuals, parameters);
  if (!current) throw new ModelDomainError('start', start, 'a point where the model can be computed');
  let jacobian = jacobianAt(residuals, parameters, current.values, options);
  const scale = parameters.map(() => 0);
  let damping = 1e-3;
  let quiet = 0;
  // Data that the model meets exactly leave nothing to lower.
  const floor = 1e-26 * Math.max(...current.values.map(Math.abs), 1) ** 2;
  let checkpoint = current.rss;
  let iterations = 0;
  for (; iterations < maxIterations && quiet < 2 && current.rss > floor; iterations += 1) {
    // A flat valley: thirty steps that together gain nothing.
    if (iterations % 30 === 29) {
      if (checkpoint - current.rss <= 1e-10 * current.rss) break;
      checkpoint = current.rss;
    }
    for (const j of scale.keys()) scale[j] = Math.max(scale[j]!, Math.hypot(...jacobian.map(row => row[j]!)));
    const step = dampedStep(jacobian, current.values, scale, damping);
    const trial = step && inBounds(parameters.map((value, j) => value + step[j]!));
    const next = trial && attempt(residuals, trial);
    if (!trial || !next || !(next.rss <= current.rss)) {
      damping *= 4;
      // No direction leads down any more: the optimum to rounding, or a kink.
      if (damping > 1e16) break;
      continue;
    }
    const moved = trial.some(
      (value, j) => Math.abs(value - parameters[j]!) > 1e-10 * (Math.abs(value) + 1e-12),
    );
    quiet = current.rss - next.rss <= tolerance * current.rss && !moved ? quiet + 1 : 0;
    if (next.rss === current.rss && !moved) quiet = 2;
    parameters = trial;
    current = next;
    damping = Math.max(1e-15, damping / 6);
    jacobian = jacobianAt(residuals, parameters, current.values, options);
  }
  const { values, rss } = current;
  return { parameters, residuals: values, jacobian, rss, iterations, converged: iterations < maxIterations };
}

function attempt(
  residuals: Residuals,
  parameters: readonly number[],
): { values: number[]; rss: number } | null {
  try {
    const values = residuals(parameters);
    const rss = values.reduce((sum, value) => sum + value * value, 0);
    return Number.isFinite(rss) ? { values, rss } : null;
  } catch (error) {
    // Outside the domain of the model there is no curve to compare: the step is refused, as if it were infinitely bad.
    if (error instanceof ModelDomainError) return null;
    throw error;
  }
}

function dampedStep(
  jacobian: Matrix,
  values: readonly number[],
  scale: readonly number[],
  damping: number,
): number[] | null {
  const extra = scale.map((length, j) =>
    scale.map((_, k) => (j === k ? Math.sqrt(damping) * (length || 1) : 0)),
  );
  const right = [...values.map(value => -value), ...scale.map(() => 0)];
  const { r, qty } = triangularise([...jacobian, ...extra], right);
  const step = backSubstitute(r, qty);
  return step?.every(Number.isFinite) ? step : null;
}

function jacobianAt(
  residuals: Residuals,
  parameters: readonly number[],
  values: readonly number[],
  { lower, upper }: LeastSquaresOptions,
): number[][] {
  const columns = parameters.map((value, j) => {
    const h = 6e-6 * Math.max(Math.abs(value), 1e-4);
    const at = (to: number) =>
      to < (lower?.[j] ?? -Infinity) || to > (upper?.[j] ?? Infinity)
        ? null
        : attempt(
            residuals,
            parameters.map((other, k) => (k === j ? to : other)),
          );
    const above = at(value + h);
    const below = at(value - h);
    // At the edge of the domain only one side exists.
    const high = above?.values ?? values;
    const low = below?.values ?? values;
    const width = (above ? h : 0) + (below ? h : 0);
    return values.map((_, i) => (width > 0 ? (high[i]! - low[i]!) / width : 0));
  });
  return values.map((_, i) => columns.map(column => column[i]!));
}
