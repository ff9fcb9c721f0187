import type { Treatment } from '../../models/contracts/batch.ts';
import { parametersBySet, type SetNumbers } from '../../models/parameters/setParameters.ts';
import { type TahuParameters, tahuParametersFor } from '../../models/parameters/tahu.ts';
import { type Batch, endedAt } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { listParameterSetsOfAllOrganisations } from '../store/metadata/parameterSets.ts';
import { listUsesOfAllOrganisations, type ParameterSetUse } from '../store/metadata/parameterSetUses.ts';

type DatedBatch = Pick<Batch, 'orgId' | 'treatment' | 'soldOutAt' | 'discarded' | 'dividedAt'>;

/** By which parameters the batches of each firm are estimated. In memory: asked at every life that is opened. */
export interface ParametersInUse {
  /**
   * Of a batch that is there those in use now; of one that has ended those in use then, so that what was promised can be
   * read again as it was.
   *
   * @param at  as it was known then; default: now
   */
  of(batch: DatedBatch, at?: number): TahuParameters;
  now(orgId: string, treatment: Treatment): TahuParameters;
  /** As they will be with a set (null: the built-in one): the same object for equal sets of a firm. */
  bySet(orgId: string, set: SetNumbers | null, treatment: Treatment): TahuParameters;
  /** Null: the built-in set, since ever. */
  useOf(orgId: string, treatment: Treatment): ParameterSetUse | null;
  /** What is in use from `use.since` on; a set that is not built in comes along. */
  begin(use: ParameterSetUse, set: SetNumbers | null): void;
  /** Reads anew what is in use: another server may have begun something. */
  reload(db: MetadataDb): Promise<void>;
}

interface Used {
  readonly use: ParameterSetUse;
  readonly parameters: TahuParameters;
}

/** Without any set of a laboratory. */
export function builtInParameters(): ParametersInUse {
  return new Uses();
}

export async function loadParametersInUse(db: MetadataDb): Promise<ParametersInUse> {
  const uses = new Uses();
  await uses.reload(db);
  return uses;
}

async function listWithSets(db: MetadataDb) {
  const sets = new Map(
    (await listParameterSetsOfAllOrganisations(db)).map(set => [
      `${set.orgId}/${set.parameterSetId}/${set.version}`,
      set,
    ]),
  );
  return (await listUsesOfAllOrganisations(db)).map(use => ({
    use,
    set: sets.get(`${use.orgId}/${use.parameterSetId}/${use.version}`) ?? null,
  }));
}

class Uses implements ParametersInUse {
  /** By firm and treatment, the earliest first. */
  readonly #uses = new Map<string, Used[]>();
  /** One flora for equal ones: draws are remembered by it. */
  readonly #sets = new Map<string, SetNumbers>();

  of(batch: DatedBatch, at = Number.POSITIVE_INFINITY): TahuParameters {
    const used = this.#uses.get(`${batch.orgId}/${batch.treatment}`);
    if (used === undefined) return tahuParametersFor(batch.treatment);
    const until = Math.min(at, endedAt(batch) ?? Number.POSITIVE_INFINITY);
    return used.findLast(({ use }) => use.since <= until)?.parameters ?? tahuParametersFor(batch.treatment);
  }

  now(orgId: string, treatment: Treatment): TahuParameters {
    return this.#uses.get(`${orgId}/${treatment}`)?.at(-1)?.parameters ?? tahuParametersFor(treatment);
  }

  bySet(orgId: string, set: SetNumbers | null, treatment: Treatment): TahuParameters {
    return set === null ? tahuParametersFor(treatment) : parametersBySet(this.#shared(orgId, set), treatment);
  }

  useOf(orgId: string, treatment: Treatment): ParameterSetUse | null {
    return this.#uses.get(`${orgId}/${treatment}`)?.at(-1)?.use ?? null;
  }

  begin(use: ParameterSetUse, set: SetNumbers | null): void {
    const { orgId, treatment } = use;
    const key = `${orgId}/${treatment}`;
    const parameters = this.bySet(orgId, set, treatment);
    this.#uses.set(key, [...(this.#uses.get(key) ?? []), { use, parameters }]);
  }

  async reload(db: MetadataDb): Promise<void> {
    const all = await listWithSets(db);
    this.#uses.clear();
    for (const { use, set } of all) this.begin(use, set);
  }

  #shared(orgId: string, set: SetNumbers): SetNumbers {
    const key = `${orgId}/${set.parameterSetId}/${set.version}`;
    const known = this.#sets.get(key) ?? set;
    this.#sets.set(key, known);
    return known;
  }
}
