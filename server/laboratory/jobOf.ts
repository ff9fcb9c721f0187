import type { NewFit } from '../../models/contracts/fit.ts';
import { type FitData, fitInputOf, fitOrderOf } from '../../models/laboratory/fitInput.ts';
import type { FitJob } from '../../models/laboratory/fitJob.ts';
import { modelUseOf, usualFree } from '../../models/laboratory/fitModelsOf.ts';
import type { Fit } from '../store/metadata/fits.ts';

/**
 * What a worker has to do for a fit.
 *
 * @throws {ModelDomainError} when the data do not suit the model
 */
export function jobOf(data: FitData, { kind, request }: Pick<Fit, 'kind' | 'request'>): FitJob {
  if (kind === 'fit') return { kind, order: fitOrderOf(fitInputOf(data, request), request) };
  const orders = requestsOf(request).map(one => fitOrderOf(fitInputOf(data, one), one));
  return { kind, orders };
}

/** The fits of a ranking: each model with what is usually estimated of it. */
export function requestsOf({ models = [], ...request }: Fit['request']): NewFit[] {
  return models.map(model => ({
    ...request,
    model,
    free: usualFree(modelUseOf(model), fixedNames(request)),
  }));
}

export const fixedNames = ({ fixed }: Pick<NewFit, 'fixed'>): string[] => Object.keys(fixed ?? {});
