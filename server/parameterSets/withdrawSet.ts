import type { Principal } from '../api/route.ts';
import { addAudit } from '../store/metadata/audit.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { withdrawProposalsOfAllOrganisations } from '../store/metadata/parameterSetProposals.ts';
import {
  markCopiesOfAllOrganisations,
  markParameterSet,
  type StoredParameterSet,
} from '../store/metadata/parameterSets.ts';

/**
 * Takes a set of this firm back: what nobody has decided on is over everywhere; where it is in use it stays until they
 * switch, and says that it was withdrawn.
 */
export async function withdrawSet(
  db: MetadataDb,
  { orgId, actor }: Pick<Principal, 'orgId' | 'actor'>,
  set: StoredParameterSet,
  now: number,
): Promise<StoredParameterSet> {
  const withdrawnAt = set.withdrawnAt ?? now;
  await db.transaction().execute(async transaction => {
    await markParameterSet(transaction, orgId, set, { withdrawnAt });
    await markCopiesOfAllOrganisations(transaction, orgId, set, withdrawnAt);
    await withdrawProposalsOfAllOrganisations(transaction, orgId, set, now);
    const subject = `${set.parameterSetId} v${set.version}`;
    await addAudit(transaction, {
      ...{ at: now, orgId, actor, action: 'parameter-set.withdrawn', subject, detail: '' },
    });
  });
  return { ...set, withdrawnAt };
}
