import type { RankedModel } from '../contracts/fit.ts';

type Report = Readonly<Record<string, unknown>>;

/** A model and its report, or why there is none. */
export type TriedModel = { readonly model: string; readonly parameters: number } & (
  | { readonly report: Report }
  | { readonly failure: string }
);

/**
 * Models of the same data by AICc, the best first. What is not identifiable or failed has no place: it comes last.
 *
 *   weight_i = exp(-d_i / 2) / sum exp(-d / 2),  d = AICc - smallest AICc
 */
export function rankModels(tried: readonly TriedModel[]): RankedModel[] {
  const rows = tried.map(rowOf);
  const best = rows.reduce((least, row) => Math.min(least, row.aicc ?? Infinity), Infinity);
  const likelihood = (row: RankedModel) => (row.aicc === null ? 0 : Math.exp((best - row.aicc) / 2));
  const total = rows.reduce((sum, row) => sum + likelihood(row), 0);
  return rows
    .map(row => ({
      ...row,
      deltaAicc: row.aicc === null ? null : row.aicc - best,
      weight: row.aicc === null ? null : likelihood(row) / total,
    }))
    .toSorted((a, b) => (a.aicc ?? Infinity) - (b.aicc ?? Infinity) || 0);
}

function rowOf(tried: TriedModel): RankedModel {
  const { model, parameters } = tried;
  const none = { n: 0, rss: null, rmse: null, aicc: null, deltaAicc: null, weight: null };
  if ('failure' in tried)
    return { ...{ model, parameters }, state: 'failed', reason: tried.failure, ...none };
  const { report } = tried;
  if (report.status === 'not_identifiable') {
    const reason = ((report.reasons as string[] | undefined) ?? []).join('; ');
    return { ...{ model, parameters }, state: 'not-identifiable', reason, ...none };
  }
  const criteria = report.criteria as { AICc: number | null; RMSE_df?: number };
  const isPlain = typeof report.rss === 'number';
  return {
    ...{ model, parameters },
    state: criteria.AICc === null ? 'failed' : 'ok',
    reason: criteria.AICc === null ? `${report.n} observations are too few to compare it` : null,
    n: report.n as number,
    rss: isPlain ? (report.rss as number) : null,
    rmse: isPlain ? criteria.RMSE_df! : (report.sigma as number),
    aicc: criteria.AICc,
    deltaAicc: null,
    weight: null,
  };
}
