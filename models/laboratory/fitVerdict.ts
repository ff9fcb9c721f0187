import type { FitReport } from './fittedModel.ts';

/** Why parameters are not, or only just, determined; each with the numbers of its sentence. */
export type VerdictReason =
  | { readonly code: 'few'; readonly n: number; readonly parameters: number; readonly needed: number }
  | { readonly code: 'condition'; readonly condition: number }
  | { readonly code: 'apart' }
  | { readonly code: 'no-effect'; readonly names: string }
  | {
      readonly code: 'wide' | 'unknown' | 'uncertain';
      readonly name: string;
      readonly estimate: number;
      readonly error: number;
    }
  | { readonly code: 'cold'; readonly coldestC: number }
  | { readonly code: 'warm'; readonly warmestC: number }
  | { readonly code: 'correlated'; readonly first: string; readonly second: string; readonly r: number }
  | { readonly code: 'failed-resamples'; readonly failed: number; readonly of: number }
  | { readonly code: 'other'; readonly text: string };

export interface FitVerdict {
  /** 'refused': there is no result to show. 'caution': a reader must know something. */
  readonly kind: 'good' | 'caution' | 'refused';
  readonly reasons: readonly VerdictReason[];
}

/** What a report says of how well its data determine it. */
export function fitVerdict(report: FitReport): FitVerdict {
  const reasons = ((report.reasons as string[] | undefined) ?? []).map(reasonOf);
  if (report.status === 'not_identifiable') return { kind: 'refused', reasons };
  const all = [...reasons, ...correlated(report), ...failedResamples(report)];
  return { kind: all.length > 0 ? 'caution' : 'good', reasons: all };
}

type Rule = readonly [pattern: RegExp, reason: (found: RegExpExecArray) => VerdictReason];

const number = (text: string | undefined): number => Number(text);

/** The sentences of the identifiability gates, as numbers again. */
const rules: readonly Rule[] = [
  [
    /^(\d+) observations for (\d+) parameters: (?:at least )?(\d+)/,
    ([, n, parameters, needed]) => ({
      ...{ code: 'few', n: number(n), parameters: number(parameters), needed: number(needed) },
    }),
  ],
  [/^condition number (\S+):/, ([, condition]) => ({ code: 'condition', condition: number(condition) })],
  [/^the parameters cannot be told apart/, () => ({ code: 'apart' })],
  [/^(.+) without effect/, ([, names]) => ({ code: 'no-effect', names: names! })],
  [
    /^(\S+) (\S+) with standard error (\S+): (wider|nothing|the error)/,
    ([, name, estimate, error, what]) => ({
      code: what === 'wider' ? 'wide' : what === 'nothing' ? 'unknown' : 'uncertain',
      ...{ name: name!, estimate: number(estimate), error: number(error) },
    }),
  ],
  [/within 5 C of Tmin: the coldest is (\S+)/, ([, c]) => ({ code: 'cold', coldestC: number(c) })],
  [/above the optimum: the warmest is (\S+)/, ([, c]) => ({ code: 'warm', warmestC: number(c) })],
];

function reasonOf(text: string): VerdictReason {
  for (const [pattern, reason] of rules) {
    const found = pattern.exec(text);
    if (found) return reason(found);
  }
  return { code: 'other', text };
}

/** From here on one parameter makes up for the other, and intervals of one alone are too narrow a look. */
const highCorrelation = 0.95;

function correlated(report: FitReport): VerdictReason[] {
  const matrix = report.correlation as readonly (readonly number[])[] | null | undefined;
  const names = report.parameter_order as readonly string[] | undefined;
  if (!matrix || !names) return [];
  return names.flatMap((second, j) =>
    names.slice(0, j).flatMap((first, i): VerdictReason[] => {
      const r = matrix[j]![i]!;
      return Math.abs(r) > highCorrelation ? [{ code: 'correlated', first, second, r }] : [];
    }),
  );
}

function failedResamples(report: FitReport): VerdictReason[] {
  const found = report.bootstrap95 as { failed: number; resamples: number } | undefined;
  if (!found || found.failed <= 0.05 * found.resamples) return [];
  return [{ code: 'failed-resamples', failed: found.failed, of: found.resamples }];
}
