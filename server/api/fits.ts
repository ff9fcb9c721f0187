import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { fitRequestOf } from '../../models/calculations/fitCalculations.ts';
import type { FitOrder } from '../../models/calculations/fitRun.ts';
import { Inputs } from '../../models/calculations/inputs.ts';
import {
  type FitView,
  fitViewSchema,
  type NewFit,
  newFitSchema,
  newRankingSchema,
} from '../../models/contracts/fit.ts';
import { problemOf } from '../../models/fitting/fitParameters.ts';
import { fitCommandOf, fitInputOf, fitOrderOf } from '../../models/laboratory/fitInput.ts';
import { modelUseOf, usualFree, usualModels } from '../../models/laboratory/fitModelsOf.ts';
import { ApiError } from '../errors.ts';
import { fixedNames, requestsOf } from '../laboratory/jobOf.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { findExperimentVersion } from '../store/metadata/experiments.ts';
import { addFitWithin, countFits, type Fit, findFit, listFits } from '../store/metadata/fits.ts';
import { requireExperiment } from './experiments.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { defineRoute, type Principal } from './route.ts';

const cursorSchema = z.strictObject({ createdAt: z.number().int(), fitId: z.string() });

/** Of one firm that wait or run; and of one experiment. */
const mostWaiting = 20;
const mostOfExperiment = 1_000;

type Parts = Pick<Services, 'db' | 'clock' | 'fits'>;

export function fitRoutes(services: Parts) {
  return [...orderRoutes(services), ...readRoutes(services)];
}

function orderRoutes(services: Parts) {
  const { db, clock, fits } = services;
  return [
    defineRoute({
      method: 'post',
      path: '/experiments/:experimentId/fits',
      summary: 'Fits a model to a version of an experiment, as `tahan fit` does; the answer comes later',
      body: newFitSchema,
      success: { status: 202, schema: fitViewSchema },
      async handle({ principal, param, body }) {
        const experimentId = param('experimentId');
        const data = await requireVersion(services, principal.orgId, experimentId, body.version);
        const free = body.free ?? usualFree(modelUseOf(body.model), fixedNames(body));
        const request: NewFit = { ...body, free };
        const input = fitInputOf(data, request);
        checkOrder(fitOrderOf(input, request));
        return order(services, principal, experimentId, {
          ...{ kind: 'fit', request, command: fitCommandOf(input, request), leftOut: [...input.leftOut] },
        });
      },
    }),
    defineRoute({
      method: 'post',
      path: '/experiments/:experimentId/ranking',
      summary: 'Fits several models to the same data and ranks them by AICc; the answer comes later',
      body: newRankingSchema,
      success: { status: 202, schema: fitViewSchema },
      async handle({ principal, param, body }) {
        const experimentId = param('experimentId');
        const data = await requireVersion(services, principal.orgId, experimentId, body.version);
        const { models: asked, ...shared } = body;
        const models = [...(asked ?? modelsFor(data, body.series))];
        const request = { ...shared, model: models[0]!, models, profile: false, seed: 1 };
        const asOne = requestsOf(request).map(one => ({ one, input: fitInputOf(data, one) }));
        return order(services, principal, experimentId, {
          ...{ kind: 'ranking', request, leftOut: [...asOne[0]!.input.leftOut] },
          command: asOne.map(({ one, input }) => fitCommandOf(input, one)).join('\n'),
        });
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/fits/:fitId',
      summary: 'Cancels a fit that waits or runs; what it had found is gone',
      success: { status: 200, schema: fitViewSchema },
      async handle({ principal, param }) {
        const { orgId, actor } = principal;
        const fit = await requireFit(services, orgId, param('fitId'));
        if (await fits.cancel(fit)) {
          const line = { at: clock.now(), orgId, actor, action: 'fit.cancelled', subject: fit.experimentId };
          await addAudit(db, { ...line, detail: fit.fitId });
        }
        return toView(services, await requireFit(services, orgId, fit.fitId));
      },
    }),
  ];
}

function readRoutes(services: Parts) {
  const { db } = services;
  return [
    defineRoute({
      method: 'get',
      path: '/experiments/:experimentId/fits',
      summary: 'Fits and rankings of an experiment, the newest first, without the reports',
      query: z.strictObject(pageQuery),
      success: { status: 200, schema: page('fits', fitViewSchema) },
      async handle({ principal: { orgId }, param, query }) {
        const { experimentId } = await requireExperiment(services, orgId, param('experimentId'));
        const { limit } = query;
        const after = readCursor(query.cursor, cursorSchema);
        const found = await listFits(db, orgId, experimentId, { after, limit: limit + 1 });
        const { items, nextCursor } = toPage(found, limit, ({ createdAt, fitId }) => ({ createdAt, fitId }));
        return { fits: items.map(fit => ({ ...toView(services, fit), report: null })), nextCursor };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/fits/:fitId',
      summary: 'One fit: how far it is, and its report when it is done',
      success: { status: 200, schema: fitViewSchema },
      async handle({ principal: { orgId }, param }) {
        return toView(services, await requireFit(services, orgId, param('fitId')));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/fits/:fitId/data',
      summary: 'The file that `tahan fit` takes for this fit: CSV, or JSON where temperatures changed',
      success: { status: 200, schema: z.string(), contentType: 'text/csv' },
      async handle({ principal: { orgId }, param, response }) {
        const { experimentId, version, request } = await requireFit(services, orgId, param('fitId'));
        const data = await requireVersion(services, orgId, experimentId, version);
        const { file } = fitInputOf(data, request);
        response
          .type(file.type)
          .set('content-disposition', `attachment; filename="${file.name}"`)
          .send(file.text);
      },
    }),
  ];
}

/** Keeps an order and has it taken up. */
async function order(
  services: Parts,
  { orgId, actor, name }: Principal,
  experimentId: string,
  ordered: Pick<Fit, 'kind' | 'request' | 'command' | 'leftOut'>,
): Promise<FitView> {
  const { db, clock, fits } = services;
  const fitId = randomUUID();
  const at = clock.now();
  await db.transaction().execute(async transaction => {
    if ((await countFits(transaction, orgId, { states: ['queued', 'running'] })) >= mostWaiting)
      throw new ApiError('fit.too_many_waiting', `${mostWaiting} fits wait already; cancel one or wait`);
    if ((await countFits(transaction, orgId, { experimentId })) >= mostOfExperiment)
      throw new ApiError('fit.too_many', `an experiment may have ${mostOfExperiment} fits`);
    const { kind, request } = ordered;
    const { version } = request;
    await addFitWithin(transaction, {
      ...{ orgId, fitId, experimentId, version, ...ordered },
      ...{ createdAt: at, createdBy: name },
    });
    const after = { fitId, version, model: request.models?.join(', ') ?? request.model };
    const line = { at, orgId, actor, action: `fit.${kind === 'fit' ? 'ordered' : 'ranking-ordered'}` };
    await addAudit(transaction, { ...line, subject: experimentId, detail: '', after });
  });
  fits.wake();
  return toView(services, await requireFit(services, orgId, fitId));
}

/** @throws {ModelDomainError} for what a worker would refuse: an unknown parameter, too few rows */
function checkOrder({ model, json, parameters, response, profile, resamples, censored }: FitOrder): void {
  if (modelUseOf(model).form === 'two-step') {
    if (resamples !== null || profile || censored !== null)
      throw new ApiError('request.invalid', 'two steps have no bootstrap, profile or censored counts', [
        {
          field: 'model',
          value: model,
          allowed: 'must be one regression for bootstrap, profile or censored',
        },
      ]);
    return;
  }
  problemOf(fitRequestOf(model, new Inputs(json), { names: [], parameters }, response));
  if (censored !== null && (resamples !== null || profile))
    throw new ApiError('request.invalid', 'bootstrap and profile are for counts that are all known', [
      { field: 'censored', value: 'true', allowed: 'must be false for bootstrap or profile' },
    ]);
}

type Data = NonNullable<Awaited<ReturnType<typeof findExperimentVersion>>>;

function modelsFor({ kind, series }: Data, names: readonly string[] | undefined): readonly string[] {
  const used = series.filter(one => names?.includes(one.series) ?? true).map(one => one.temperature);
  const constant = used.flatMap(one => (one.kind === 'constant' ? [one.temperatureC] : []));
  const isChanging = constant.length < used.length;
  return usualModels(kind, { temperatures: new Set(constant).size, isChanging });
}

async function requireVersion(
  services: Parts,
  orgId: string,
  experimentId: string,
  version: number,
): Promise<Data> {
  await requireExperiment(services, orgId, experimentId);
  const found = await findExperimentVersion(services.db, orgId, experimentId, version);
  if (found === null)
    throw new ApiError('experiment.not_found', `experiment ${experimentId} has no version ${version}`);
  return found;
}

async function requireFit({ db }: Parts, orgId: string, fitId: string): Promise<Fit> {
  const fit = await findFit(db, orgId, fitId);
  if (fit === null) throw new ApiError('fit.not_found', `there is no fit ${fitId}`);
  return fit;
}

const iso = (at: number) => new Date(at).toISOString();
const isoOrNull = (at: number | null) => (at === null ? null : iso(at));

function toView({ fits }: Pick<Parts, 'fits'>, fit: Fit): FitView {
  const { fitId, experimentId, version, kind, request, state, createdBy, failure, command, outcome } = fit;
  return {
    ...{ fitId, experimentId, version, kind, request, state },
    progress: state === 'running' ? fits.progressOf(fitId) : null,
    createdAt: iso(fit.createdAt),
    createdBy,
    startedAt: isoOrNull(fit.startedAt),
    endedAt: isoOrNull(fit.endedAt),
    failure,
    report: kind === 'fit' ? (outcome as FitView['report']) : null,
    ranking: kind === 'ranking' ? (outcome as FitView['ranking']) : null,
    command,
    leftOut: fit.leftOut,
  };
}
