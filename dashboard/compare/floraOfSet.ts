import type { Treatment } from '../../models/contracts/batch.ts';
import type { ParameterSetView } from '../../models/contracts/parameterSets.ts';
import type { Parameter } from '../../models/parameters/parameterSet.ts';
import { parametersBySet, treatmentsLike } from '../../models/parameters/setParameters.ts';
import { type SpoilageFlora, type TahuParameters, tahuParametersFor } from '../../models/parameters/tahu.ts';

/** A set of a laboratory as this page needs it; the server's view of one fits. */
export type ComparedSet = Pick<
  ParameterSetView,
  | 'parameterSetId'
  | 'version'
  | 'treatment'
  | 'title'
  | 'isBuiltIn'
  | 'testedRangeC'
  | 'testedLevers'
  | 'parameters'
>;

export const nameOfSet = ({
  parameterSetId,
  version,
}: Pick<ComparedSet, 'parameterSetId' | 'version'>): string => `${parameterSetId}@${version}`;

const floras = new WeakMap<ComparedSet, SpoilageFlora>();

/**
 * The parameters of a class of tahu: by a set where it is for this class, else those that come with the program. The
 * same object for the same set and class, so that draws are made once.
 */
export function parametersFor(treatment: Treatment, set: ComparedSet | null): TahuParameters {
  if (set === null || set.isBuiltIn || !treatmentsLike(set.treatment).includes(treatment))
    return tahuParametersFor(treatment);
  const { parameterSetId, version, testedRangeC } = set;
  return parametersBySet({ parameterSetId, version, spoilage: floraOf(set), testedRangeC }, treatment);
}

function floraOf(set: ComparedSet): SpoilageFlora {
  const known = floras.get(set);
  if (known !== undefined) return known;
  const own: Record<string, Parameter | null> = { ...tahuParametersFor(set.treatment).spoilage };
  for (const { name, value, unit, mark, source, matrix, sd, sdMark, range } of set.parameters)
    own[name] =
      value === null
        ? null
        : {
            ...{ value, unit, mark, source, matrix },
            ...(sd === null ? {} : { sd }),
            ...(sdMark === null ? {} : { sdMark }),
            ...(range === null ? {} : { range }),
          };
  const flora = own as unknown as SpoilageFlora;
  floras.set(set, flora);
  return flora;
}
