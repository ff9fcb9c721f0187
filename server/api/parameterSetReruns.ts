import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  newRerunSchema,
  type RerunView,
  rerunViewSchema,
} from '../../models/contracts/parameterSetEvidence.ts';
import { ApiError } from '../errors.ts';
import { requireSet, requireTreatments } from '../parameterSets/anySet.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { listReruns, type Rerun } from '../store/metadata/parameterReruns.ts';
import { nameOf, refIn } from './parameterSetRef.ts';
import { defineRoute } from './route.ts';

const mostWaiting = 5;
const usualRerunMs = 90 * 24 * 3_600_000;

export function rerunRoutes(services: Services) {
  const { db, clock, reruns } = services;
  return [
    defineRoute({
      method: 'post',
      path: '/parameter-sets/:parameterSetId/:setVersion/rerun',
      summary:
        'Estimates past batches again with it: how promises would have changed, and how well they had held',
      body: newRerunSchema,
      success: { status: 202, schema: rerunViewSchema },
      async handle({ principal: { orgId, actor, name }, param, body }) {
        const ref = refIn(param);
        const set = await requireSet(db, orgId, ref);
        const treatments = requireTreatments(set, body.treatments);
        const open = (await listReruns(db, orgId, ref.parameterSetId, ref.version)).filter(
          ({ state }) => state === 'queued' || state === 'running',
        );
        if (open.length >= mostWaiting)
          throw new ApiError('parameter_set.too_many', `${mostWaiting} re-runs of this set wait already`);
        const now = clock.now();
        const rerun: Rerun = {
          ...{ orgId, rerunId: randomUUID(), ...ref, treatments, madeAfter: body.from ?? now - usualRerunMs },
          ...{ state: 'queued', done: 0, of: 0, askedAt: now, askedBy: name },
          ...{ endedAt: null, failure: null, result: null },
        };
        await reruns.add(rerun);
        const line = { at: now, orgId, actor, action: 'parameter-set.rerun', subject: nameOf(ref) };
        await addAudit(db, { ...line, detail: '' });
        return toRerunView(rerun);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/parameter-sets/:parameterSetId/:setVersion/reruns',
      summary: 'Re-runs of a set, the newest first',
      success: { status: 200, schema: z.object({ reruns: z.array(rerunViewSchema) }) },
      async handle({ principal: { orgId }, param }) {
        const ref = refIn(param);
        await requireSet(db, orgId, ref);
        const all = await listReruns(db, orgId, ref.parameterSetId, ref.version);
        return { reruns: all.map(toRerunView) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/reruns/:rerunId',
      summary: 'A re-run: how far it is, and what came out',
      success: { status: 200, schema: rerunViewSchema },
      async handle({ principal: { orgId }, param }) {
        return toRerunView(await requireRerun(services, orgId, param('rerunId')));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/reruns/:rerunId',
      summary: 'Ends a re-run that waits or runs',
      success: { status: 204 },
      async handle({ principal: { orgId, actor }, param, response }) {
        const { rerunId } = await requireRerun(services, orgId, param('rerunId'));
        if (!(await reruns.cancel(orgId, rerunId)))
          throw new ApiError('rerun.over', `re-run ${rerunId} is over already`);
        const line = { at: clock.now(), orgId, actor, action: 'rerun.cancelled', subject: rerunId };
        await addAudit(db, { ...line, detail: '' });
        response.status(204).end();
      },
    }),
  ];
}

async function requireRerun({ reruns }: Services, orgId: string, rerunId: string): Promise<Rerun> {
  const rerun = await reruns.find(orgId, rerunId);
  if (rerun === null) throw new ApiError('rerun.not_found', `there is no re-run ${rerunId}`);
  return rerun;
}

function toRerunView(rerun: Rerun): RerunView {
  const { rerunId, parameterSetId, version, treatments, state, failure, result } = rerun;
  return {
    ...{ rerunId, parameterSetId, version, state, failure, result },
    treatments: [...treatments],
    from: new Date(rerun.madeAfter).toISOString(),
    progress: { done: rerun.done, of: rerun.of },
    askedAt: new Date(rerun.askedAt).toISOString(),
    endedAt: rerun.endedAt === null ? null : new Date(rerun.endedAt).toISOString(),
  };
}
