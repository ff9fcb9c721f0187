import { ModelDomainError } from '../errors.ts';
import { acidCalculations } from './acidCalculations.ts';
import {
  type Calculation,
  canonicalName,
  closestName,
  type Outputs,
  type Wanted,
  wordsOf,
} from './calculation.ts';
import { coldChainCalculations } from './coldChainCalculations.ts';
import { conversionCalculations } from './conversionCalculations.ts';
import { runFit } from './fitCalculations.ts';
import { isFitModel } from './fitModelNames.ts';
import { gammaGridCalculations } from './gammaGridCalculations.ts';
import { goodnessCalculations } from './goodnessCalculations.ts';
import { growthCalculations } from './growthCalculations.ts';
import { heatCalculations } from './heatCalculations.ts';
import { inactivationCalculations } from './inactivationCalculations.ts';
import { Inputs } from './inputs.ts';
import { monteCarloCalculations } from './monteCarloCalculations.ts';
import { preservationCalculations } from './preservationCalculations.ts';
import { qualityCalculations } from './qualityCalculations.ts';
import { secondaryCalculations } from './secondaryCalculations.ts';
import { shelfLifeCalculations } from './shelfLifeCalculations.ts';

/** Every prediction; fits have a registry of their own. */
export const calculations: readonly Calculation[] = [
  ...growthCalculations,
  ...inactivationCalculations,
  ...qualityCalculations,
  ...secondaryCalculations,
  ...acidCalculations,
  ...conversionCalculations,
  ...shelfLifeCalculations,
  ...coldChainCalculations,
  ...heatCalculations,
  ...gammaGridCalculations,
  ...monteCarloCalculations,
  ...goodnessCalculations,
  ...preservationCalculations,
];

/** Kinds whose cases may be fits. */
const fitKinds = ['fit', 'fits', 'tahu_default'];

const byKind = new Map<string, Map<string, Calculation>>();
for (const calculation of calculations)
  for (const kind of calculation.kinds) {
    const models = byKind.get(kind) ?? new Map<string, Calculation>();
    byKind.set(kind, models);
    for (const name of [calculation.model, ...(calculation.aliases ?? [])])
      for (const key of [canonicalName(name), wordsOf(name)])
        if (!models.has(key)) models.set(key, calculation);
  }

/** All kinds that are known, in order. */
export const calculationKinds: readonly string[] = [
  ...new Set([...byKind.keys(), 'fit', 'tahu_default']),
].sort();

/** The prediction of a kind and model; a model that another kind has is found there. */
export function calculationOf(kind: string, model: string): Calculation | undefined {
  for (const name of [canonicalName(model), wordsOf(model)])
    for (const models of [byKind.get(kind), ...byKind.values()]) {
      const found = models?.get(name);
      if (found) return found;
    }
  for (const models of [byKind.get(kind), ...byKind.values()]) {
    const closest = closestName(model, models?.keys() ?? []);
    if (closest !== undefined) return models?.get(closest);
  }
  return undefined;
}

const nothingWanted: Wanted = { names: [], parameters: [] };

/**
 * Runs the calculation of a (kind, model) on plain JSON.
 *
 * @param kind  such as static_growth, secondary, shelf_life, fit
 * @param model  such as baranyi, ctmi, remaining_shelf_life; the fits reuse the names of the predictions
 * @param json  inputs by the names of the schema, units in the names
 * @param wanted  names only: what will be read of the answer, and the parameters a fit shall estimate
 * @throws {ModelDomainError} for an unknown kind or model, a missing or bad input
 * @example
 * calculate('secondary', 'ratkowsky_sqrt', { b: 0.03, Tmin: -2, x: [8] }).mu_ln_per_h; // => [0.09]
 */
export function calculate(
  kind: string,
  model: string,
  json: unknown,
  wanted: Wanted = nothingWanted,
  response?: string,
): Outputs {
  if (!calculationKinds.includes(kind))
    throw new ModelDomainError('kind', kind, `one of ${calculationKinds.join(', ')}`);
  const inputs = new Inputs(json);
  if (fitKinds.includes(kind) && inputs.has('data', 'experiments') && isFitModel(model))
    return runFit(model, inputs, wanted, response);
  const calculation =
    kind === 'fit' ? byKind.get(kind)?.get(canonicalName(model)) : calculationOf(kind, model);
  if (!calculation) throw new ModelDomainError('model', model, `a model of kind ${kind}`);
  return calculation.run(inputs, wanted);
}
