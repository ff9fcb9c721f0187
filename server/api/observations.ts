import { z } from 'zod';
import {
  fittingObservationSchema,
  type NewObservation,
  newObservationSchema,
  type ObservationView,
  observationViewSchema,
} from '../../models/contracts/observation.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { findBatch } from '../store/metadata/batches.ts';
import {
  addObservation,
  listObservations,
  listObservationsBetween,
  type Observation,
  removeObservation,
} from '../store/metadata/observations.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { instantQuery, requireSpan } from './queryValues.ts';
import { defineRoute } from './route.ts';

const cursorSchema = z.strictObject({ at: z.number().int(), observationId: z.string() });

export function observationRoutes(services: Services) {
  const { db, clock, setup } = services;
  return [
    defineRoute({
      method: 'post',
      path: '/batches/:batchId/observations',
      summary:
        'Records a count of the laboratory or a verdict on a batch; its estimate takes it into account',
      body: newObservationSchema,
      success: { status: 201, schema: observationViewSchema },
      async handle({ principal: { orgId, actor }, param, body }) {
        const batchId = param('batchId');
        const batch = await findBatch(db, orgId, batchId);
        if (batch === null) throw new ApiError('batch.not_found', `there is no batch ${batchId}`);
        const recordedAt = clock.now();
        const at = body.at ?? recordedAt;
        if (at < batch.producedAt || at > recordedAt) throw outsideLife(at);
        const row = { ...toRow(body), orgId, batchId, at, recordedAt };
        const asked = { ...row, observationId: body.observationId, recordedBy: actor };
        const { observationId, isNew } = await addObservation(db, asked);
        if (isNew) await setup.batchChanged(orgId, batchId, actor, 'observation.added', JSON.stringify(body));
        const kept = (await listObservations(db, orgId, batchId)).find(
          o => o.observationId === observationId,
        );
        // The id of another batch's observation says nothing about that one.
        if (kept === undefined) throw new ApiError('observation.exists', 'this id is taken; make a new one');
        return toView(kept);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/batches/:batchId/observations',
      summary: 'What was seen of a batch, the earliest first',
      success: { status: 200, schema: z.object({ observations: z.array(observationViewSchema) }) },
      async handle({ principal: { orgId }, param }) {
        const batchId = param('batchId');
        if ((await findBatch(db, orgId, batchId)) === null)
          throw new ApiError('batch.not_found', `there is no batch ${batchId}`);
        return { observations: (await listObservations(db, orgId, batchId)).map(toView) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/batches/:batchId/observations/:observationId',
      summary: 'Takes an observation back',
      success: { status: 204 },
      async handle({ principal: { orgId, actor }, param, response }) {
        const [batchId, observationId] = [param('batchId'), param('observationId')];
        const all = await listObservations(db, orgId, batchId);
        const removed = all.find(observation => observation.observationId === observationId);
        if (removed === undefined || !(await removeObservation(db, orgId, batchId, observationId)))
          throw new ApiError('observation.not_found', `batch ${batchId} has no observation ${observationId}`);
        const detail = JSON.stringify(toView(removed));
        await setup.batchChanged(orgId, batchId, actor, 'observation.removed', detail);
        response.status(204).end();
      },
    }),
    defineRoute({
      method: 'get',
      path: '/observations',
      summary: 'Observations with how far their batches had come, for fitting parameters; the earliest first',
      query: z.strictObject({ ...pageQuery, from: instantQuery, to: instantQuery }),
      success: { status: 200, schema: page('observations', fittingObservationSchema) },
      fromStore: true,
      async handle({ principal: { orgId }, query }) {
        const { from, to, limit } = query;
        requireSpan(from, to);
        const after = readCursor(query.cursor, cursorSchema);
        const found = await listObservationsBetween(db, orgId, { from, to, after, limit: limit + 1 });
        const { items, nextCursor } = toPage(found, limit, ({ at, observationId }) => ({
          at,
          observationId,
        }));
        const observations = [];
        for (const observation of items) observations.push(await forFitting(services, observation));
        return { observations, nextCursor };
      },
    }),
  ];
}

async function forFitting({ lives }: Services, observation: Observation) {
  const { orgId, batchId, at } = observation;
  const { track, muIntegral, life } = await lives.growthAt(orgId, batchId, at);
  // Each reads its history from the store: let readings in between.
  await new Promise(resolve => setImmediate(resolve));
  return {
    ...toView(observation),
    treatment: track.batch.treatment,
    producedAt: new Date(track.producedAt).toISOString(),
    muIntegral,
    measuredShare: life.measuredShare,
    predictedLog10CfuPerG: life.countLog10CfuPerG.median,
    parameterSetId: life.parameterSetId,
    parameterSetVersion: life.parameterSetVersion,
  };
}

function toRow(body: NewObservation) {
  if (body.kind === 'verdict') {
    const nothing = { log10CfuPerG: null, belowLog10: null, sdLog10: null, method: null, labName: null };
    return { kind: body.kind, source: 'firm', verdict: body.verdict, ...nothing } as const;
  }
  return {
    kind: body.kind,
    source: 'laboratory',
    log10CfuPerG: body.log10CfuPerG ?? null,
    belowLog10: body.belowLog10 ?? null,
    sdLog10: body.sdLog10 ?? null,
    method: body.method ?? null,
    labName: body.labName ?? null,
    verdict: null,
  } as const;
}

function toView(observation: Observation): ObservationView {
  const { orgId: _, at, recordedAt, ...fields } = observation;
  return { ...fields, at: new Date(at).toISOString(), recordedAt: new Date(recordedAt).toISOString() };
}

function outsideLife(at: number): ApiError {
  const allowed = 'must be between production and now';
  const fault = { field: 'at', value: new Date(at).toISOString(), allowed };
  return new ApiError('request.invalid', `at ${allowed}`, [fault]);
}
