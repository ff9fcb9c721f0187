import type { ParameterSetView, ProposalView } from '../../models/contracts/parameterSets.ts';
import { parameterDiff, parameterViews, treatmentsLike } from '../../models/parameters/setParameters.ts';
import { tahuParametersFor } from '../../models/parameters/tahu.ts';
import type { ParametersInUse } from '../shelf-life/parametersInUse.ts';
import type { ParameterSetProposal } from '../store/metadata/parameterSetProposals.ts';
import type { ParameterSetUse } from '../store/metadata/parameterSetUses.ts';
import { type AnySet, refOf, storedSet } from './anySet.ts';
import { legalFaults } from './makeSet.ts';

const iso = (at: number) => new Date(at).toISOString();
const isoOrNull = (at: number | null) => (at === null ? null : iso(at));

/** A set as a firm sees it, against what it has in use for the same treatment. */
export function setView(
  set: AnySet,
  about: {
    readonly orgId: string;
    readonly inUse: ParametersInUse;
    readonly uses: readonly ParameterSetUse[];
  },
): ParameterSetView {
  const { numbers, treatment } = set;
  const { parameterSetId, version, spoilage, testedRangeC } = numbers;
  const current = about.inUse.now(about.orgId, treatment);
  const uses = about.uses.filter(use => use.parameterSetId === parameterSetId && use.version === version);
  return {
    ...{ parameterSetId, version, treatment, treatments: [...treatmentsLike(treatment)] },
    ...madeBy(set),
    testedRangeC: { ...testedRangeC },
    parameters: parameterViews(spoilage),
    against: refOf(current),
    diff: parameterDiff(current.spoilage, spoilage),
    uses: uses.map(use => ({
      ...{ treatment: use.treatment, approvedBy: use.approvedBy },
      ...{ since: iso(use.since), until: isoOrNull(use.until) },
    })),
    caps: tahuParametersFor(treatment).caps.map(({ limit, hours }) => ({ limit, hours })),
  };
}

function madeBy(set: AnySet) {
  if (set.kind === 'built-in')
    return {
      ...{ title: '', author: 'Tahan', note: '', madeAt: null, madeBy: 'Tahan', isBuiltIn: true },
      ...{ fromOrganisation: null, testedLevers: {}, legalFaults: [], fromFitId: null },
      ...{ parentVersion: null, parent: null, state: 'published' as const },
    };
  const { stored } = set;
  const { title, author, note, fromFitId, parent, withdrawnAt, publishedAt } = stored;
  return {
    ...{ title, author, note, fromFitId, isBuiltIn: false, madeBy: stored.madeBy },
    madeAt: iso(stored.madeAt),
    fromOrganisation: { orgId: stored.fromOrgId, name: stored.fromOrgName },
    testedLevers: { ...stored.testedLevers },
    legalFaults: legalFaults(stored),
    ...{ parent: { ...parent }, parentVersion: parent.version },
    state: stateOf(withdrawnAt, publishedAt),
  };
}

const stateOf = (withdrawnAt: number | null, publishedAt: number | null): ParameterSetView['state'] =>
  withdrawnAt !== null ? 'withdrawn' : publishedAt !== null ? 'published' : 'draft';

export function proposalView(
  proposal: ParameterSetProposal,
  about: Parameters<typeof setView>[1],
): ProposalView {
  const { proposalId, treatments, note, fromOrgId, fromOrgName, proposedBy, state, decidedBy, reason } =
    proposal;
  return {
    ...{ proposalId, note, proposedBy, state, decidedBy, reason },
    set: setView(storedSet(proposal.set), about),
    treatments: [...treatments],
    from: { orgId: fromOrgId, name: fromOrgName },
    proposedAt: iso(proposal.proposedAt),
    decidedAt: isoOrNull(proposal.decidedAt),
  };
}
