import { studentTQuantile } from '../fitting/studentT.ts';
import type { FitReport } from './fittedModel.ts';

type Interval = readonly [lower: number | null, upper: number | null];

/** A parameter with what is known of it. */
export interface EstimateRow {
  readonly name: string;
  readonly estimate: number;
  readonly error: number | null;
  /** From the curvature at the optimum: estimate +- t(0.95) standard errors. */
  readonly wald90: Interval | null;
  /** null within: open on that side. */
  readonly profile95: Interval | null;
  readonly bootstrap95: Interval | null;
}

/** The estimates of a report in its order; empty when it has none. */
export function estimateRows(report: FitReport): EstimateRow[] {
  const estimates = (report.estimates ?? {}) as Readonly<Record<string, number>>;
  const errors = report.standard_errors as Readonly<Record<string, number>> | null | undefined;
  const names = (report.parameter_order as readonly string[] | undefined) ?? Object.keys(estimates);
  const df = (report.n as number) - names.length;
  const t = df > 0 ? studentTQuantile(0.95, df) : null;
  const profile = report.profile95 as Readonly<Record<string, Interval>> | undefined;
  const bootstrap = report.bootstrap95 as
    | { readonly intervals: Readonly<Record<string, Interval>> }
    | undefined;
  return names
    .filter(name => estimates[name] !== undefined)
    .map(name => {
      const estimate = estimates[name]!;
      const error = errors?.[name] ?? null;
      return {
        ...{ name, estimate, error },
        wald90: error === null || t === null ? null : [estimate - t * error, estimate + t * error],
        profile95: profile?.[name] ?? null,
        bootstrap95: bootstrap?.intervals[name] ?? null,
      };
    });
}
