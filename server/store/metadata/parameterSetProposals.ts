import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Treatment } from '../../../models/contracts/batch.ts';
import type { MetadataDb, MetadataTables } from './database.ts';
import { type StoredParameterSet, setFromText, setToText } from './parameterSets.ts';

export interface ParameterSetProposal {
  readonly proposalId: string;
  readonly fromOrgId: string;
  readonly fromOrgName: string;
  readonly set: StoredParameterSet;
  readonly treatments: readonly Treatment[];
  readonly note: string;
  readonly proposedAt: number;
  readonly proposedBy: string;
  readonly state: 'open' | 'approved' | 'rejected' | 'withdrawn';
  readonly decidedAt: number | null;
  readonly decidedBy: string | null;
  readonly reason: string;
}

export type NewProposal = Pick<
  ParameterSetProposal,
  'fromOrgId' | 'fromOrgName' | 'set' | 'treatments' | 'note' | 'proposedAt' | 'proposedBy'
>;

/** Asks a firm to use a set; what is open of the same set is asked anew. @returns its id */
export async function addProposal(db: MetadataDb, orgId: string, proposal: NewProposal): Promise<string> {
  const { set } = proposal;
  await db
    .updateTable('parameter_set_proposals')
    .set({ state: 'withdrawn', decided_at: proposal.proposedAt })
    .where('org_id', '=', orgId)
    .where('from_org_id', '=', proposal.fromOrgId)
    .where('parameter_set_id', '=', set.parameterSetId)
    .where('version', '=', set.version)
    .where('state', '=', 'open')
    .execute();
  const proposalId = randomUUID();
  await db
    .insertInto('parameter_set_proposals')
    .values({
      org_id: orgId,
      proposal_id: proposalId,
      from_org_id: proposal.fromOrgId,
      from_org_name: proposal.fromOrgName,
      parameter_set_id: set.parameterSetId,
      version: set.version,
      treatments: JSON.stringify(proposal.treatments),
      note: proposal.note,
      proposed_at: proposal.proposedAt,
      proposed_by: proposal.proposedBy,
      state: 'open',
      decided_at: null,
      decided_by: null,
      reason: '',
      set_data: setToText(set),
    })
    .execute();
  return proposalId;
}

/** What a firm was asked, the newest first. */
export async function listProposals(db: MetadataDb, orgId: string): Promise<ParameterSetProposal[]> {
  const rows = await db
    .selectFrom('parameter_set_proposals')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('proposed_at', 'desc')
    .orderBy('proposal_id')
    .limit(100)
    .execute();
  return rows.map(toProposal);
}

export async function findProposal(
  db: MetadataDb,
  orgId: string,
  proposalId: string,
): Promise<ParameterSetProposal | null> {
  const row = await db
    .selectFrom('parameter_set_proposals')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('proposal_id', '=', proposalId)
    .executeTakeFirst();
  return row === undefined ? null : toProposal(row);
}

/** @returns false when it is not open any more */
export async function decideProposal(
  db: MetadataDb,
  orgId: string,
  proposalId: string,
  decision: {
    readonly state: 'approved' | 'rejected';
    readonly at: number;
    readonly by: string;
    readonly reason: string;
  },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('parameter_set_proposals')
    .set({
      state: decision.state,
      decided_at: decision.at,
      decided_by: decision.by,
      reason: decision.reason,
    })
    .where('org_id', '=', orgId)
    .where('proposal_id', '=', proposalId)
    .where('state', '=', 'open')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Takes back what a firm asked of others, where nobody has decided yet. */
export async function withdrawProposalsOfAllOrganisations(
  db: MetadataDb,
  fromOrgId: string,
  { parameterSetId, version }: Pick<StoredParameterSet, 'parameterSetId' | 'version'>,
  at: number,
): Promise<void> {
  await db
    .updateTable('parameter_set_proposals')
    .set({ state: 'withdrawn', decided_at: at })
    .where('from_org_id', '=', fromOrgId)
    .where('parameter_set_id', '=', parameterSetId)
    .where('version', '=', version)
    .where('state', '=', 'open')
    .execute();
}

function toProposal(row: Selectable<MetadataTables['parameter_set_proposals']>): ParameterSetProposal {
  return {
    proposalId: row.proposal_id,
    fromOrgId: row.from_org_id,
    fromOrgName: row.from_org_name,
    set: setFromText(row.set_data),
    treatments: JSON.parse(row.treatments) as Treatment[],
    note: row.note,
    proposedAt: row.proposed_at,
    proposedBy: row.proposed_by,
    state: row.state,
    decidedAt: row.decided_at,
    decidedBy: row.decided_by,
    reason: row.reason,
  };
}
