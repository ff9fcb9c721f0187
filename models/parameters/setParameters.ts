import type { Treatment } from '../contracts/batch.ts';
import type { ParameterChange, ParameterName, ParameterView } from '../contracts/parameterSets.ts';
import type { Parameter } from './parameterSet.ts';
import { type SpoilageFlora, type TahuParameters, tahuParametersFor } from './tahu.ts';

/** What a set of a laboratory consists of: the flora and where it was tested. Everything else is its class's. */
export interface SetNumbers {
  readonly parameterSetId: string;
  readonly version: number;
  readonly spoilage: SpoilageFlora;
  readonly testedRangeC: { readonly min: number; readonly max: number };
}

export const parameterUnits = {
  initialLog10Cfu: 'log10 CFU/g',
  h0: 'ln',
  maxLog10Cfu: 'log10 CFU/g',
  b: 'h^-0.5 K^-1',
  tMinC: 'C',
  bTMinCorrelation: '1',
  c: '1/K',
  tMaxC: 'C',
  heldBelowC: 'C',
  limitLog10Cfu: 'log10 CFU/g',
  lotRateLnSd: 'ln',
} as const satisfies Readonly<Record<ParameterName, string>>;

export const parameterNames = Object.keys(parameterUnits) as readonly ParameterName[];

const all: readonly Treatment[] = [
  'none',
  'water-immersed',
  'turmeric-boiled',
  'vacuum',
  'packed-heated',
  'packed-heated-p90',
];

/** Treatments that a set for one of them may be used for: those whose numbers come with one built-in set. */
export function treatmentsLike(treatment: Treatment): readonly Treatment[] {
  const { parameterSetId } = tahuParametersFor(treatment);
  return all.filter(other => tahuParametersFor(other).parameterSetId === parameterSetId);
}

/** One object for each set and treatment: draws and curves are remembered by it. */
const composed = new WeakMap<SpoilageFlora, Map<string, TahuParameters>>();

/**
 * The parameters of a batch by a set of a laboratory. Caps, pathogens, the rule for sealed packs and the temperature that
 * is too warm are those of its class and treatment, whatever the set says: no set can make a promise longer than they let
 * it. Outside of what was tested the worse of model and tested edge counts, as for every set.
 */
export function parametersBySet(set: SetNumbers, treatment: Treatment): TahuParameters {
  const known = composed.get(set.spoilage) ?? new Map<string, TahuParameters>();
  composed.set(set.spoilage, known);
  const key = `${set.parameterSetId} ${set.version} ${treatment}`;
  const parameters: TahuParameters = known.get(key) ?? {
    ...tahuParametersFor(treatment),
    parameterSetId: set.parameterSetId,
    parameterSetVersion: set.version,
    spoilage: set.spoilage,
    testedRangeC: set.testedRangeC,
  };
  known.set(key, parameters);
  return parameters;
}

/** The numbers of a flora in the order in which they are shown. */
export function parameterViews(spoilage: SpoilageFlora): ParameterView[] {
  return parameterNames.map(name => {
    const parameter: Parameter | null = spoilage[name];
    return {
      name,
      value: parameter?.value ?? null,
      unit: parameterUnits[name],
      mark: parameter?.mark ?? 'assumed',
      source: parameter?.source ?? '',
      matrix: parameter?.matrix ?? '',
      sd: parameter?.sd ?? null,
      sdMark: parameter?.sdMark ?? null,
      range: parameter?.range === undefined ? null : [parameter.range[0], parameter.range[1]],
    };
  });
}

/** Numbers that are not the same in two floras. */
export function parameterDiff(before: SpoilageFlora, after: SpoilageFlora): ParameterChange[] {
  const changes: ParameterChange[] = [];
  for (const name of parameterNames) {
    const [a, b]: (Parameter | null)[] = [before[name], after[name]];
    const old = { value: a?.value ?? null, sd: a?.sd ?? null };
    const next = { value: b?.value ?? null, sd: b?.sd ?? null };
    const isRangeSame = String(a?.range) === String(b?.range);
    if (old.value !== next.value || old.sd !== next.sd || !isRangeSame)
      changes.push({ name, unit: parameterUnits[name], before: old, after: next });
  }
  return changes;
}
