import { ModelDomainError } from '../errors.ts';
import { type BootstrapResult, bootstrapSteps } from '../fitting/bootstrap.ts';
import { type FitRequest, type FitResult, fitSteps } from '../fitting/fitParameters.ts';
import { profileInterval } from '../fitting/profileLikelihood.ts';
import type { Outputs } from './calculation.ts';
import { censoredReport, censoredRequestOf, fitReport, fitRequestOf, runFit } from './fitCalculations.ts';
import { twoStepParts } from './fitModelNames.ts';
import { Inputs } from './inputs.ts';

/** A fit as `tahan fit` and the API order it: the same order gives the same report, to the last digit. */
export interface FitOrder {
  readonly model: string;
  /** `data` or `experiments`, optional `fixed`, `start` and `mu_units`. */
  readonly json: Readonly<Record<string, unknown>>;
  /** To estimate; empty: all without a default that are not fixed. */
  readonly parameters: readonly string[];
  readonly response?: string | undefined;
  readonly profile: boolean;
  /** Of the residual bootstrap; null: none. */
  readonly resamples: number | null;
  readonly seed: number;
  /** Name of the column that says which counts are only limits, or one limit for all; null: as the data say. */
  readonly censored: string | number | null;
}

export interface FitRunProgress {
  readonly stage: 'starts' | 'profile' | 'bootstrap';
  readonly done: number;
  readonly of: number;
  /** Smallest sum of squares so far; null before the first. */
  readonly bestRss: number | null;
  /** The report with what is done, for whoever stops here; null where there is none yet. */
  readonly soFar: (() => Outputs) | null;
}

/**
 * A fit step by step, from the first start to the last resample, so that it can tell how far it is and be abandoned.
 *
 * @throws {ModelDomainError} naming what cannot be used
 */
export function* fitRunSteps(order: FitOrder): Generator<FitRunProgress, Outputs> {
  const wanted = { names: [], parameters: order.parameters };
  if (twoStepParts(order.model)) {
    if (order.resamples !== null || order.profile || order.censored !== null)
      throw new ModelDomainError(
        'model',
        order.model,
        'one regression where bootstrap, profile or censored counts are asked for, not two steps',
      );
    return runFit(order.model, new Inputs(order.json), wanted, order.response);
  }
  const limit = typeof order.censored === 'number' ? { LOD: order.censored } : {};
  const inputs = new Inputs(order.json);
  const request = fitRequestOf(order.model, inputs, wanted, order.response);
  const column = typeof order.censored === 'string' ? order.censored : undefined;
  const censored = censoredRequestOf(request, inputs.with(limit), column);
  if (censored) {
    if (order.resamples !== null || order.profile)
      throw new ModelDomainError(
        'profile and bootstrap',
        { profile: order.profile, resamples: order.resamples },
        'absent where counts are censored: they are for counts that are all known',
      );
    return censoredReport(censored.request, censored.censoring);
  }
  const steps = fitSteps(request);
  let step = steps.next();
  for (; !step.done; step = steps.next()) yield { stage: 'starts', ...step.value, soFar: null };
  const result = step.value;
  const report = fitReport(request, result);
  if (result.identifiability.status === 'not_identifiable') return report;
  const profiled = order.profile ? { ...report, profile95: yield* profiles(request, result) } : report;
  if (order.resamples === null) return profiled;
  return yield* bootstrapped(request, result, profiled, order.resamples, order.seed);
}

/** The same, all at once. */
export function fitRun(order: FitOrder): Outputs {
  const steps = fitRunSteps(order);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/** What is shown of a report: where the data do not determine the parameters only that, and why; never an estimate. */
export function shownReport(report: Outputs): Outputs {
  return report.status === 'not_identifiable' && report.reasons
    ? { status: report.status, reasons: report.reasons }
    : report;
}

function* profiles(
  request: FitRequest,
  result: FitResult,
): Generator<FitRunProgress, Record<string, readonly [number | null, number | null]>> {
  const intervals: Record<string, readonly [number | null, number | null]> = {};
  for (const [i, parameter] of request.free.entries()) {
    const { lower, upper } = profileInterval(request, result, parameter);
    intervals[parameter] = [lower, upper];
    yield { stage: 'profile', done: i + 1, of: request.free.length, bestRss: result.rss, soFar: null };
  }
  return intervals;
}

function* bootstrapped(
  request: FitRequest,
  result: FitResult,
  report: Outputs,
  resamples: number,
  seed: number,
): Generator<FitRunProgress, Outputs> {
  const reportOf = (done: number, found: BootstrapResult): Outputs => ({
    ...report,
    bootstrap95: {
      resamples: done,
      asked: resamples,
      complete: done === resamples,
      failed: found.failed,
      intervals: Object.fromEntries(
        Object.entries(found.intervals).map(([name, { p025, p975 }]) => [name, [p025, p975]]),
      ),
    },
  });
  const steps = bootstrapSteps(request, result, resamples, seed);
  let step = steps.next();
  for (; !step.done; step = steps.next()) {
    const { done, of, soFar } = step.value;
    yield { stage: 'bootstrap', done, of, bestRss: result.rss, soFar: () => reportOf(done, soFar()) };
  }
  return reportOf(resamples, step.value);
}
