import { fitModelNamed } from '../calculations/fitModelNames.ts';
import { ModelDomainError } from '../errors.ts';
import { type Spelling, spellingOf } from '../fitting/parameterNames.ts';
import type { Parameter } from '../parameters/parameterSet.ts';
import { parameterUnits } from '../parameters/setParameters.ts';
import type { SpoilageFlora } from '../parameters/tahu.ts';

/** What `tahan fit` prints, as far as it is read here. */
export interface FitReport {
  readonly status?: unknown;
  readonly estimates?: unknown;
  readonly standard_errors?: unknown;
  readonly correlation?: unknown;
  readonly parameter_order?: unknown;
}

interface Estimate {
  readonly value: number;
  readonly sd: number | null;
}

/** Names of the fit to names of the flora. */
const taken = {
  b: 'b',
  tMinC: 'tMinC',
  c: 'c',
  tMaxC: 'tMaxC',
  h0: 'h0',
  logN0: 'initialLog10Cfu',
  logNmax: 'maxLog10Cfu',
} as const;

/** Widest flora that an error of the fit is taken for; what varies between batches is not in the fit of a laboratory. */
const varies = ['initialLog10Cfu', 'h0'] as const;

/**
 * The flora that a fit of growth curves gives: b, Tmin and, where they were fitted, c, Tmax, h0, log N0 and log Nmax with
 * their errors and the correlation of b and Tmin. What was not fitted stays as in `base`. Start and lag vary more between
 * batches of a kitchen than their error in one experiment: the larger of both standard deviations counts.
 *
 * @throws {ModelDomainError} for a fit that is not identifiable, or of another model than Ratkowsky's square root
 */
export function floraFromFit(
  { model, report }: { readonly model: string; readonly report: FitReport },
  base: SpoilageFlora,
  source: string,
): SpoilageFlora {
  if (report.status === 'not_identifiable')
    throw new ModelDomainError(
      'fit.report.status',
      report.status,
      'ok: these data do not determine the parameters',
    );
  const found = estimatesOf(model, report);
  for (const name of ['b', 'tMinC'])
    if (!found.has(name))
      throw new ModelDomainError(
        'fit.model',
        model,
        'a fit with b and Tmin of Ratkowsky, such as one_step_baranyi_ratkowsky_sqrt',
      );
  const changed: Record<string, Parameter> = {};
  for (const [name, to] of Object.entries(taken)) {
    const estimate = found.get(name);
    if (estimate === undefined) continue;
    const old = base[to];
    changed[to] = {
      value: estimate.value,
      unit: parameterUnits[to],
      mark: 'computed',
      source,
      matrix: old.matrix,
      ...sdOf(to, old, estimate.sd),
      ...(old.range === undefined ? {} : { range: old.range }),
    };
  }
  const correlation = correlationOf(report, model);
  if (correlation !== null)
    changed.bTMinCorrelation = { ...base.bTMinCorrelation, value: correlation, mark: 'computed', source };
  return { ...base, ...changed };
}

function sdOf(to: string, old: Parameter, error: number | null): Pick<Parameter, 'sd' | 'sdMark'> {
  if (old.sd === undefined) return {};
  const isVarying = (varies as readonly string[]).includes(to);
  const keepsOld = error === null || (isVarying && error < old.sd);
  if (keepsOld) return { sd: old.sd, sdMark: old.sdMark ?? 'assumed' };
  return { sd: error, sdMark: 'computed' };
}

function estimatesOf(
  model: string,
  { estimates, standard_errors: errors }: FitReport,
): Map<string, Estimate> {
  const { parameters } = fitModelNamed(model);
  const found = new Map<string, Estimate>();
  if (typeof estimates !== 'object' || estimates === null)
    throw new ModelDomainError('fit.report.estimates', estimates, 'an object of numbers by their names');
  for (const [spelled, value] of Object.entries(estimates)) {
    const spelling = spellingOrNull(spelled, parameters);
    if (spelling === null || typeof value !== 'number') continue;
    const error = (errors as Record<string, unknown> | null | undefined)?.[spelled];
    found.set(spelling.name, {
      value: spelling.toCode(value),
      sd: typeof error === 'number' ? error * slopeOf(spelling, value) : null,
    });
  }
  return found;
}

/** How much the number of the code moves with the number that is spelled. */
function slopeOf({ toCode }: Spelling, value: number): number {
  if (toCode(value) === value) return 1;
  const step = Math.max(1e-6, Math.abs(value) * 1e-6);
  return Math.abs(toCode(value + step) - toCode(value - step)) / (2 * step);
}

function correlationOf({ correlation, parameter_order: order }: FitReport, model: string): number | null {
  if (!Array.isArray(correlation) || !Array.isArray(order)) return null;
  const { parameters } = fitModelNamed(model);
  const names = order.map(spelled => spellingOrNull(String(spelled), parameters)?.name);
  const value: unknown = correlation[names.indexOf('b')]?.[names.indexOf('tMinC')];
  return typeof value === 'number' ? value : null;
}

function spellingOrNull(spelled: string, parameters: readonly string[]): Spelling | null {
  try {
    return spellingOf(spelled, parameters);
  } catch (error) {
    if (error instanceof ModelDomainError) return null;
    throw error;
  }
}
