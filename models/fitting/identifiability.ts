import type { EnvironmentProfile } from '../secondary/environment.ts';
import type { Row } from './fitModel.ts';
import { type Matrix, symmetricEigenvalues } from './linearAlgebra.ts';

/** Whether data determine the parameters, and if not, why. */
export interface Identifiability {
  /** 'flagged': determined, but with something a reader must know. 'not_identifiable': no result to show. */
  readonly status: 'ok' | 'flagged' | 'not_identifiable';
  /** Sentences; empty when ok. */
  readonly reasons: readonly string[];
  /** Condition number of J'J with columns of unit length; null when a column is 0. */
  readonly condition: number | null;
}

/** Above this the smallest change of the data turns the estimates over. */
const largestCondition = 1e8;

/**
 * The gates of a fit. Refused: fewer than p + 2 observations, a condition number of 1e8 or more, a parameter without
 * effect, or a standard error as wide as the quantity itself (for a cardinal temperature, pH or water activity: wider
 * than all of the data's range). Flagged: a standard error above the estimate, fewer than p + 3 observations, Tmin
 * without data within 5 C, Tmax or Topt without data above the optimum.
 */
export function identifiabilityOf(fitted: {
  readonly names: readonly string[];
  readonly spelled: readonly string[];
  readonly estimates: readonly number[];
  readonly errors: readonly number[] | null;
  readonly jacobian: Matrix;
  readonly rows: readonly Row[];
  readonly histories: readonly EnvironmentProfile[];
}): Identifiability {
  const { names, spelled, estimates, errors, jacobian, rows, histories } = fitted;
  const refusals: string[] = [];
  const flags: string[] = [];
  const n = jacobian.length;
  const p = names.length;
  if (n < p + 2) refusals.push(`${n} observations for ${p} parameters: at least ${p + 3} are needed`);
  else if (n < p + 3) flags.push(`${n} observations for ${p} parameters: ${p + 3} or more are better`);
  const condition = conditionOf(jacobian);
  if (condition === null || !errors) refusals.push(withoutEffect(jacobian, spelled));
  else if (condition >= largestCondition)
    refusals.push(`condition number ${condition.toExponential(1)}: the parameters cannot be told apart`);
  for (const [j, error] of (errors ?? []).entries()) {
    const range = rangeOf(names[j]!, rows, histories);
    const estimate = `${spelled[j]} ${estimates[j]!.toPrecision(3)} with standard error ${error.toPrecision(3)}`;
    if (range !== null && error > Math.max(range.to - range.from, 1e-9))
      refusals.push(`${estimate}: wider than all the data`);
    else if (range === null && error > 10 * Math.abs(estimates[j]!))
      refusals.push(`${estimate}: nothing is known of it`);
    else if (error > Math.abs(estimates[j]!))
      flags.push(`${estimate}: the error is larger than the estimate`);
  }
  flags.push(...coverageFlags(names, estimates, rows, histories));
  const status = refusals.length ? 'not_identifiable' : flags.length ? 'flagged' : 'ok';
  return { status, reasons: [...refusals, ...flags], condition };
}

function conditionOf(jacobian: Matrix): number | null {
  const p = jacobian[0]?.length ?? 0;
  const lengths = Array.from({ length: p }, (_, j) => Math.hypot(...jacobian.map(row => row[j]!)));
  if (lengths.some(length => !(length > 0))) return null;
  const cross = lengths.map((li, i) =>
    lengths.map((lj, j) => jacobian.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / (li * lj)),
  );
  const eigenvalues = symmetricEigenvalues(cross);
  const smallest = Math.max(eigenvalues[0]!, Number.MIN_VALUE);
  return eigenvalues.at(-1)! / smallest;
}

function withoutEffect(jacobian: Matrix, spelled: readonly string[]): string {
  const idle = spelled.filter((_, j) => jacobian.every(row => row[j] === 0));
  return idle.length
    ? `${idle.join(', ')} without effect on these data`
    : 'the parameters cannot be told apart';
}

const factorOf: Readonly<Record<string, string>> = {
  tMinC: 'temperatureC',
  tOptC: 'temperatureC',
  tMaxC: 'temperatureC',
  phMin: 'ph',
  phOpt: 'ph',
  phMax: 'ph',
  awMin: 'waterActivity',
  awOpt: 'waterActivity',
};

/** Range of the factor a cardinal value lies on; null for parameters that are not places on an axis. */
function rangeOf(
  name: string,
  rows: readonly Row[],
  histories: readonly EnvironmentProfile[],
): { from: number; to: number } | null {
  const factor = factorOf[name];
  if (!factor) return null;
  const values = [
    ...rows.map(row => row[factor]),
    ...histories.flatMap(history => history.factors[factor] ?? []),
  ];
  const known = values.filter(value => value !== undefined);
  return known.length ? { from: Math.min(...known), to: Math.max(...known) } : null;
}

function coverageFlags(
  names: readonly string[],
  estimates: readonly number[],
  rows: readonly Row[],
  histories: readonly EnvironmentProfile[],
): string[] {
  const flags: string[] = [];
  for (const [j, name] of names.entries()) {
    const range = rangeOf(name, rows, histories);
    if (!range) continue;
    if (name === 'tMinC' && range.from > estimates[j]! + 5)
      flags.push(`no temperature within 5 C of Tmin: the coldest is ${range.from}`);
    if (name === 'tMaxC') {
      const optimum = names.indexOf('tOptC');
      const turn = optimum >= 0 ? estimates[optimum]! : estimates[j]! - 10;
      if (range.to <= turn) flags.push(`no temperature above the optimum: the warmest is ${range.to}`);
    }
  }
  return flags;
}
