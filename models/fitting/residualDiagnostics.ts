import { ModelDomainError } from '../errors.ts';
import { normalQuantile } from '../shelf-life/normalDistribution.ts';

export interface ResidualDiagnostics {
  /** Runs of one sign against what chance gives, as a standard normal value; below -1.96: a trend is left. */
  readonly runsZ: number | null;
  /** Correlation of each residual with the next, in the order given (time). */
  readonly lagOneCorrelation: number;
  /** Correlation of the sorted residuals with normal quantiles (Filliben); near 1 = normal. */
  readonly normality: number;
  /** Largest residual over the standard deviation of all. */
  readonly largest: number;
  /** Sentences for a reader; empty when nothing is wrong. */
  readonly remarks: readonly string[];
}

/**
 * What residuals tell about a fit: whether a trend is left, whether they are normal, whether one stands out.
 *
 * @param residuals  in the order of time; four or more
 */
export function residualDiagnostics(residuals: readonly number[]): ResidualDiagnostics {
  if (residuals.length < 4) throw new ModelDomainError('residuals', residuals.length, 'four or more');
  const n = residuals.length;
  const mean = residuals.reduce((sum, value) => sum + value, 0) / n;
  const centred = residuals.map(value => value - mean);
  const square = centred.reduce((sum, value) => sum + value * value, 0);
  const sd = Math.sqrt(square / (n - 1));
  const lagOne = centred.slice(1).reduce((sum, value, i) => sum + value * centred[i]!, 0);
  const lagOneCorrelation = square > 0 ? lagOne / square : 0;
  const runsZ = runsOf(residuals);
  const normality = sd > 0 ? normalCorrelation(centred) : 1;
  const largest = sd > 0 ? Math.max(...centred.map(Math.abs)) / sd : 0;
  const remarks = [
    ...(runsZ !== null && runsZ < -1.96
      ? ['too few changes of sign: the curve misses a trend of the data']
      : []),
    ...(normality < 0.9 ? ['residuals are far from normal: the intervals are approximate'] : []),
    ...(largest > 3.5 ? ['one observation stands out: check it before it is kept'] : []),
  ];
  return { runsZ, lagOneCorrelation, normality, largest, remarks };
}

/** Wald and Wolfowitz; null when all residuals have one sign. */
function runsOf(residuals: readonly number[]): number | null {
  const signs = residuals.filter(value => value !== 0).map(value => value > 0);
  const up = signs.filter(Boolean).length;
  const down = signs.length - up;
  if (up === 0 || down === 0) return null;
  const n = up + down;
  const runs = 1 + signs.slice(1).filter((sign, i) => sign !== signs[i]).length;
  const expected = (2 * up * down) / n + 1;
  const variance = ((expected - 1) * (expected - 2)) / (n - 1);
  return variance > 0 ? (runs - expected) / Math.sqrt(variance) : null;
}

function normalCorrelation(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const scores = sorted.map((_, i) => normalQuantile((i + 1 - 0.3175) / (sorted.length + 0.365)));
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  return dot(sorted, scores) / Math.sqrt(dot(sorted, sorted) * dot(scores, scores));
}
