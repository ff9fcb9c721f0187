import { type FitOrder, type FitRunProgress, fitRunSteps, shownReport } from '../calculations/fitRun.ts';
import type { FitProgressView, RankedModel } from '../contracts/fit.ts';
import { ModelDomainError } from '../errors.ts';
import { rankModels, type TriedModel } from './rankModels.ts';

/** What a worker is given. */
export type FitJob =
  | { readonly kind: 'fit'; readonly order: FitOrder }
  | { readonly kind: 'ranking'; readonly orders: readonly FitOrder[] };

export type FitOutcome =
  | { readonly kind: 'fit'; readonly report: Readonly<Record<string, unknown>> }
  | { readonly kind: 'ranking'; readonly ranking: readonly RankedModel[] };

/** Runs a job to its end, telling how far it is after each step. */
export function runFitJob(job: FitJob, tell: (progress: FitProgressView) => void): FitOutcome {
  if (job.kind === 'fit') return { kind: 'fit', report: shownReport(runToEnd(job.order, tell)) };
  const of = job.orders.length;
  const tried = job.orders.map((order, i): TriedModel => {
    tell({ stage: 'models', done: i, of, bestRss: null });
    const parameters = order.parameters.length;
    try {
      return { model: order.model, parameters, report: runToEnd(order, () => {}) };
    } catch (error) {
      // A model that cannot be computed on these data has no place among the others, and says why.
      if (!(error instanceof ModelDomainError)) throw error;
      return { model: order.model, parameters, failure: error.message };
    }
  });
  tell({ stage: 'models', done: of, of, bestRss: null });
  return { kind: 'ranking', ranking: rankModels(tried) };
}

function runToEnd(order: FitOrder, tell: (progress: FitProgressView) => void) {
  const steps = fitRunSteps(order);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    tell(withoutReport(step.value));
  }
}

const withoutReport = ({ stage, done, of, bestRss }: FitRunProgress): FitProgressView => ({
  ...{ stage, done, of, bestRss },
});
