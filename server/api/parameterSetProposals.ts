import { z } from 'zod';
import { parameterSetEffectSchema } from '../../models/contracts/parameterSetEvidence.ts';
import {
  type ProposalView,
  proposalViewSchema,
  rejectionReasonSchema,
} from '../../models/contracts/parameterSets.ts';
import { ApiError } from '../errors.ts';
import { storedSet } from '../parameterSets/anySet.ts';
import { approve } from '../parameterSets/publishSet.ts';
import { setEffect } from '../parameterSets/setEffect.ts';
import { proposalView } from '../parameterSets/setView.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import {
  decideProposal,
  findProposal,
  listProposals,
  type ParameterSetProposal,
} from '../store/metadata/parameterSetProposals.ts';
import { aboutFirm } from './parameterSets.ts';
import { defineRoute } from './route.ts';

/** Sets that somebody asks this firm to use: nothing of it reaches a phone before an owner says so. */
export function parameterSetProposalRoutes(services: Services) {
  const { db, clock } = services;
  const viewOf = async (orgId: string, proposalId: string): Promise<ProposalView> =>
    proposalView(await requireProposal(services, orgId, proposalId), await aboutFirm(services, orgId));
  return [
    defineRoute({
      method: 'get',
      path: '/parameter-set-proposals',
      summary: 'Sets that this firm was asked to use, the newest first',
      success: { status: 200, schema: z.object({ proposals: z.array(proposalViewSchema) }) },
      async handle({ principal: { orgId } }) {
        const about = await aboutFirm(services, orgId);
        return { proposals: (await listProposals(db, orgId)).map(one => proposalView(one, about)) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/parameter-set-proposals/:proposalId/effect',
      summary: 'What approving it would do to the batches that are there now; nothing changes',
      success: { status: 200, schema: parameterSetEffectSchema },
      fromStore: true,
      async handle({ principal: { orgId }, param }) {
        const { set, treatments } = await requireProposal(services, orgId, param('proposalId'));
        return setEffect(services, orgId, storedSet(set), treatments);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/parameter-set-proposals/:proposalId/approve',
      summary: 'Takes a proposed set into use: live batches are recalculated by it from now on',
      success: { status: 200, schema: proposalViewSchema },
      async handle({ principal, param }) {
        const proposal = await requireOpen(services, principal.orgId, param('proposalId'));
        await approve(services, principal, proposal);
        return viewOf(principal.orgId, proposal.proposalId);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/parameter-set-proposals/:proposalId/reject',
      summary: 'Does not take a proposed set into use',
      body: rejectionReasonSchema,
      success: { status: 200, schema: proposalViewSchema },
      async handle({ principal: { orgId, actor, name }, param, body: { reason } }) {
        const { proposalId, set } = await requireOpen(services, orgId, param('proposalId'));
        const at = clock.now();
        await db.transaction().execute(async transaction => {
          const decision = { state: 'rejected', at, by: name, reason } as const;
          if (!(await decideProposal(transaction, orgId, proposalId, decision))) throw decided(proposalId);
          const subject = `${set.parameterSetId} v${set.version}`;
          const line = { at, orgId, actor, action: 'parameter-set.rejected', subject };
          await addAudit(transaction, { ...line, detail: reason });
        });
        return viewOf(orgId, proposalId);
      },
    }),
  ];
}

async function requireProposal(
  { db }: Services,
  orgId: string,
  proposalId: string,
): Promise<ParameterSetProposal> {
  const proposal = await findProposal(db, orgId, proposalId);
  if (proposal === null) throw new ApiError('proposal.not_found', `there is no proposal ${proposalId}`);
  return proposal;
}

async function requireOpen(services: Services, orgId: string, proposalId: string) {
  const proposal = await requireProposal(services, orgId, proposalId);
  if (proposal.state !== 'open') throw decided(proposalId);
  return proposal;
}

const decided = (proposalId: string) =>
  new ApiError('proposal.decided', `proposal ${proposalId} is not open any more`);
