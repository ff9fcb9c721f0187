import type { Publish, Published } from '../../models/contracts/parameterSets.ts';
import type { Principal } from '../api/route.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { listGrantsReceived } from '../store/metadata/grants.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import {
  addProposal,
  decideProposal,
  type ParameterSetProposal,
} from '../store/metadata/parameterSetProposals.ts';
import {
  addParameterSet,
  markParameterSet,
  type StoredParameterSet,
} from '../store/metadata/parameterSets.ts';
import { requireTreatments, storedSet } from './anySet.ts';
import { legalFaults } from './makeSet.ts';

type Parts = Pick<Services, 'db' | 'clock' | 'parameterSwitch'>;

const nameOf = ({ parameterSetId, version }: Pick<StoredParameterSet, 'parameterSetId' | 'version'>) =>
  `${parameterSetId} v${version}`;

/**
 * Proposes a set to the own firm, to firms that let us read their readings, and to those that are named. It drives nobody's
 * promises until an owner there approves it; an owner here may do so for the own firm at once.
 *
 * @throws {ApiError} parameter_set.withdrawn, parameter_set.blocked, organisation.not_found, request.invalid
 */
export async function publishSet(
  parts: Parts,
  principal: Principal,
  set: StoredParameterSet,
  asked: Publish,
): Promise<Published['proposedTo']> {
  const { db, clock } = parts;
  const { orgId, actor, name } = principal;
  const treatments = requireTreatments(storedSet(set), asked.treatments);
  if (set.withdrawnAt !== null) throw new ApiError('parameter_set.withdrawn', `${nameOf(set)} was withdrawn`);
  const faults = legalFaults(set);
  if (faults.length > 0)
    throw new ApiError('parameter_set.blocked', faults.join('; '), [
      { field: 'testedLevers', value: Object.keys(set.testedLevers).join(', '), allowed: faults.join('; ') },
    ]);
  if (asked.approve && principal.role !== 'owner')
    throw new ApiError('auth.role_not_allowed', `${principal.role} may not approve; owner may`);
  const firms = await firmsOf(parts, orgId, asked);
  const now = clock.now();
  const published = { ...set, publishedAt: set.publishedAt ?? now };
  const own = firms[0]!;
  const proposedTo: Published['proposedTo'] = [];
  await db.transaction().execute(async transaction => {
    await markParameterSet(transaction, orgId, set, { publishedAt: published.publishedAt });
    for (const firm of firms) {
      const proposalId = await addProposal(transaction, firm.orgId, {
        ...{ fromOrgId: orgId, fromOrgName: own.name, set: published, treatments },
        ...{ note: asked.note, proposedAt: now, proposedBy: name },
      });
      const line = { at: now, orgId: firm.orgId, action: 'parameter-set.proposed', subject: nameOf(set) };
      const by = firm.orgId === orgId ? actor : `${orgId} ${actor}`;
      await addAudit(transaction, { ...line, actor: by, detail: `for ${treatments.join(', ')}` });
      proposedTo.push({ orgId: firm.orgId, name: firm.name, proposalId, state: 'open' });
    }
  });
  const first = proposedTo[0]!;
  if (asked.approve) {
    await approve(parts, principal, {
      ...{ proposalId: first.proposalId, set: published, treatments },
      fromOrgId: orgId,
    });
    proposedTo[0] = { ...first, state: 'approved' };
  }
  return proposedTo;
}

/**
 * Takes a proposed set into use: it becomes one of this firm and drives its promises from now on.
 *
 * @throws {ApiError} proposal.decided
 */
export async function approve(
  { clock, parameterSwitch }: Parts,
  { orgId, actor, name }: Principal,
  proposal: Pick<ParameterSetProposal, 'proposalId' | 'set' | 'treatments' | 'fromOrgId'>,
): Promise<number> {
  const { set, proposalId } = proposal;
  return parameterSwitch.use(
    { orgId, treatments: proposal.treatments, set, approvedBy: name },
    async transaction => {
      const decision = { state: 'approved', at: clock.now(), by: name, reason: '' } as const;
      if (!(await decideProposal(transaction, orgId, proposalId, decision)))
        throw new ApiError('proposal.decided', `proposal ${proposalId} is not open any more`);
      // An own set is there already; a copy of another firm's stays here whatever becomes of it there.
      await addParameterSet(transaction, orgId, set);
      await noteUse(transaction, { orgId, actor, at: clock.now() }, set, proposal.treatments);
    },
  );
}

export async function noteUse(
  transaction: MetadataDb,
  who: { readonly orgId: string; readonly actor: string; readonly at: number },
  set: Pick<StoredParameterSet, 'parameterSetId' | 'version'>,
  treatments: readonly string[],
): Promise<void> {
  const subject = nameOf(set);
  await addAudit(transaction, {
    ...who,
    ...{ action: 'parameter-set.used', subject, detail: `for ${treatments.join(', ')}` },
  });
}

/** Who is asked: the own firm first, none twice. @throws {ApiError} organisation.not_found */
export async function firmsOf(
  { db, clock }: Pick<Services, 'db' | 'clock'>,
  orgId: string,
  asked: Pick<Publish, 'toSharing' | 'organisations'>,
) {
  const sharing = asked.toSharing
    ? (await listGrantsReceived(db, orgId, clock.now()))
        .filter(grant => grant.subject === 'readings-pseudonymised')
        .map(grant => grant.orgId)
    : [];
  const firms: { orgId: string; name: string }[] = [];
  for (const id of new Set([orgId, ...sharing, ...asked.organisations])) {
    const firm = await findOrganisation(db, id);
    if (firm === null) throw new ApiError('organisation.not_found', `there is no organisation ${id}`);
    firms.push({ orgId: firm.orgId, name: firm.name });
  }
  return firms;
}
