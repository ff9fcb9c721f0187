import type { FitModel } from './fitModel.ts';
import { growthFits } from './growthFits.ts';
import { inactivationFits } from './inactivationFits.ts';
import { rateFits } from './rateFits.ts';

const models: ReadonlyMap<string, FitModel> = new Map(
  [...growthFits, ...inactivationFits, ...rateFits].map(model => [model.id, model]),
);

/** Ids of all models that can be fitted, in order. */
export const fitModelIds: readonly string[] = [...models.keys()].sort();

/** The model of an id; undefined when there is none. */
export function fitModelOf(id: string): FitModel | undefined {
  return models.get(id);
}
