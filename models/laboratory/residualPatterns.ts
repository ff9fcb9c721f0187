import { studentTQuantile } from '../fitting/studentT.ts';
import { normalQuantile } from '../shelf-life/normalDistribution.ts';
import type { FittedRow } from './fitInput.ts';
import type { FittedModel } from './fittedModel.ts';

/** Observed minus fitted, of a row whose value is known. */
export interface Residual {
  readonly row: FittedRow['row'];
  readonly series: string;
  readonly temperatureC: number | null;
  readonly timeH: number;
  readonly fitted: number;
  readonly residual: number;
}

/**
 * What residuals show that chance would not (5 %, divided by how many places are looked at).
 *   runs         the curve misses a trend in time: too few changes of sign
 *   funnel       the spread is another where counts are high
 *   late         the mean at high counts of one temperature is not 0: the model runs ahead (below 0) or behind
 *   temperature  the mean of one temperature is not 0: the model of the rate misses it
 *   outlier      one stands out
 */
export type ResidualPattern =
  | { readonly kind: 'runs'; readonly runs: number; readonly expected: number; readonly z: number }
  | { readonly kind: 'funnel'; readonly lowSd: number; readonly highSd: number; readonly z: number }
  | {
      readonly kind: 'late';
      readonly temperatureC: number;
      readonly above: number;
      readonly mean: number;
      readonly n: number;
    }
  | { readonly kind: 'temperature'; readonly temperatureC: number; readonly mean: number; readonly n: number }
  | { readonly kind: 'outlier'; readonly row: number; readonly residual: number; readonly sds: number };

/** Residuals of the rows whose value is known, in the order of the data. */
export function residualsOf(fitted: FittedModel): Residual[] {
  const { input, observations } = fitted;
  const curve = fitted.curve(observations.rows);
  return input.rows.flatMap((own, i) => {
    if (own.censoring !== 'none') return [];
    const { value } = curve[i]!;
    return [
      {
        row: own.row,
        series: own.series.series,
        temperatureC: own.temperatureC,
        timeH: own.row.timeH,
        fitted: value,
        residual: observations.observed[i]! - value,
      },
    ];
  });
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** About a mean that is known: 0 of residuals. */
const rms = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length));

const sdOf = (values: readonly number[]): number => {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / Math.max(1, values.length - 1));
};

/**
 * Names what is left in the residuals, the strongest first of each kind.
 *
 * @param late  counts from here on are late in growth
 */
export function residualPatterns(residuals: readonly Residual[], late: number): ResidualPattern[] {
  if (residuals.length < 8) return [];
  return [
    ...latePatterns(residuals, late),
    ...temperaturePatterns(residuals),
    ...runsPattern(residuals),
    ...funnelPattern(residuals),
    ...outlierPatterns(residuals),
  ];
}

function byTemperature(residuals: readonly Residual[]): [number, Residual[]][] {
  const known = residuals.filter(one => one.temperatureC !== null);
  return [...Map.groupBy(known, one => one.temperatureC!)];
}

/** Student's t of a mean against 0, with the level shared among so many tests. */
function isOff(values: readonly number[], tests: number): boolean {
  const n = values.length;
  if (n < 4) return false;
  const sd = sdOf(values);
  return Math.abs(mean(values)) > (studentTQuantile(1 - 0.025 / tests, n - 1) * sd) / Math.sqrt(n) && sd > 0;
}

function latePatterns(residuals: readonly Residual[], late: number): ResidualPattern[] {
  const groups = byTemperature(residuals).map(
    ([temperatureC, own]) => [temperatureC, own.filter(one => one.fitted > late)] as const,
  );
  return groups
    .filter(([, own]) =>
      isOff(
        own.map(one => one.residual),
        groups.length,
      ),
    )
    .map(([temperatureC, own]): ResidualPattern & { kind: 'late' } => ({
      ...{ kind: 'late', temperatureC, above: late, n: own.length },
      mean: mean(own.map(one => one.residual)),
    }))
    .toSorted((a, b) => Math.abs(b.mean) - Math.abs(a.mean));
}

function temperaturePatterns(residuals: readonly Residual[]): ResidualPattern[] {
  const groups = byTemperature(residuals);
  if (groups.length < 2) return [];
  return groups
    .filter(([, own]) =>
      isOff(
        own.map(one => one.residual),
        groups.length,
      ),
    )
    .map(([temperatureC, own]): ResidualPattern & { kind: 'temperature' } => ({
      ...{ kind: 'temperature', temperatureC, n: own.length },
      mean: mean(own.map(one => one.residual)),
    }))
    .toSorted((a, b) => Math.abs(b.mean) - Math.abs(a.mean));
}

/** Wald and Wolfowitz within each series, replicates of one moment as their mean. */
function runsPattern(residuals: readonly Residual[]): ResidualPattern[] {
  let runs = 0;
  let expected = 0;
  let variance = 0;
  for (const own of Map.groupBy(residuals, one => one.series).values()) {
    const moments = [...Map.groupBy(own, one => one.timeH)].toSorted((a, b) => a[0] - b[0]);
    const signs = moments.map(([, at]) => mean(at.map(one => one.residual)) > 0);
    const up = signs.filter(Boolean).length;
    const down = signs.length - up;
    const n = signs.length;
    if (n < 4 || up === 0 || down === 0) continue;
    const own_ = (2 * up * down) / n + 1;
    runs += 1 + signs.slice(1).filter((sign, i) => sign !== signs[i]).length;
    expected += own_;
    variance += ((own_ - 1) * (own_ - 2)) / (n - 1);
  }
  if (variance <= 0) return [];
  const z = (runs - expected) / Math.sqrt(variance);
  return z < normalQuantile(0.025) ? [{ kind: 'runs', runs, expected, z }] : [];
}

/** Spread of the lowest third of the fitted counts against the highest. */
function funnelPattern(residuals: readonly Residual[]): ResidualPattern[] {
  const ordered = residuals.toSorted((a, b) => a.fitted - b.fitted);
  const third = Math.floor(ordered.length / 3);
  if (third < 6) return [];
  const lowSd = rms(ordered.slice(0, third).map(one => one.residual));
  const highSd = rms(ordered.slice(-third).map(one => one.residual));
  if (!(lowSd > 0) || !(highSd > 0)) return [];
  // The logarithm of a variance has the variance 2/n.
  const z = (2 * Math.log(highSd / lowSd)) / Math.sqrt(4 / third);
  return Math.abs(z) > normalQuantile(0.995) ? [{ kind: 'funnel', lowSd, highSd, z }] : [];
}

function outlierPatterns(residuals: readonly Residual[]): ResidualPattern[] {
  const sd = rms(residuals.map(one => one.residual));
  return residuals
    .filter(one => Math.abs(one.residual) > 3.5 * sd)
    .toSorted((a, b) => Math.abs(b.residual) - Math.abs(a.residual))
    .slice(0, 3)
    .map(one => ({
      kind: 'outlier',
      row: one.row.row,
      residual: one.residual,
      sds: Math.abs(one.residual) / sd,
    }));
}
