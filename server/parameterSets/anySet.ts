import type { Treatment } from '../../models/contracts/batch.ts';
import type { SetNumbers } from '../../models/parameters/setParameters.ts';
import { treatmentsLike } from '../../models/parameters/setParameters.ts';
import { type TahuParameters, tahuParametersFor } from '../../models/parameters/tahu.ts';
import { ApiError } from '../errors.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { listProposals } from '../store/metadata/parameterSetProposals.ts';
import { findParameterSet, type StoredParameterSet } from '../store/metadata/parameterSets.ts';

export interface SetRef {
  readonly parameterSetId: string;
  readonly version: number;
}

/** A set that comes with the program, or one of a laboratory. */
export type AnySet =
  | { readonly kind: 'built-in'; readonly treatment: Treatment; readonly numbers: SetNumbers }
  | {
      readonly kind: 'stored';
      readonly treatment: Treatment;
      readonly numbers: SetNumbers;
      readonly stored: StoredParameterSet;
    };

/** One treatment of each class stands for its built-in set. */
export const builtInTreatments: readonly Treatment[] = ['none', 'packed-heated'];

export function builtInSet(treatment: Treatment): AnySet {
  const { parameterSetId, parameterSetVersion, spoilage, testedRangeC } = tahuParametersFor(treatment);
  return {
    kind: 'built-in',
    treatment,
    numbers: { parameterSetId, version: parameterSetVersion, spoilage, testedRangeC },
  };
}

export const storedSet = (stored: StoredParameterSet): AnySet => ({
  ...{ kind: 'stored', treatment: stored.treatment, numbers: stored, stored },
});

export const refOf = ({ parameterSetId, parameterSetVersion }: TahuParameters): SetRef => ({
  parameterSetId,
  version: parameterSetVersion,
});

/**
 * A set that a firm may see: a built-in one, its own, one it took over, or one that was proposed to it.
 *
 * @throws {ApiError} parameter_set.not_found
 */
export async function requireSet(db: MetadataDb, orgId: string, ref: SetRef): Promise<AnySet> {
  const builtIn = builtInTreatments
    .map(builtInSet)
    .find(({ numbers }) => numbers.parameterSetId === ref.parameterSetId && numbers.version === ref.version);
  if (builtIn !== undefined) return builtIn;
  const stored = await findParameterSet(db, orgId, ref.parameterSetId, ref.version);
  if (stored !== null) return storedSet(stored);
  const proposed = (await listProposals(db, orgId)).find(
    ({ set }) => set.parameterSetId === ref.parameterSetId && set.version === ref.version,
  );
  if (proposed !== undefined) return storedSet(proposed.set);
  throw new ApiError(
    'parameter_set.not_found',
    `there is no parameter set ${ref.parameterSetId} v${ref.version}`,
  );
}

/** @throws {ApiError} request.invalid for a treatment of another class than the set's */
export function requireTreatments(
  set: Pick<AnySet, 'treatment'>,
  treatments: readonly Treatment[] | undefined,
  field = 'treatments',
): readonly Treatment[] {
  const like = treatmentsLike(set.treatment);
  const asked = [...new Set(treatments ?? [set.treatment])];
  const wrong = asked.find(treatment => !like.includes(treatment));
  if (wrong === undefined) return asked;
  const allowed = `must be of the class the set was made for: ${like.join(', ')}`;
  throw new ApiError('request.invalid', `${field} ${allowed}`, [{ field, value: wrong, allowed }]);
}
