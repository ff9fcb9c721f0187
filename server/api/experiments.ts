import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  type ExperimentVersion,
  type ExperimentView,
  experimentChangeSchema,
  experimentVersionSchema,
  experimentViewSchema,
  newExperimentSchema,
  newExperimentVersionSchema,
} from '../../models/contracts/experiment.ts';
import { changedFields } from '../audit/changedFields.ts';
import { ApiError } from '../errors.ts';
import { dataToKeep, headOf } from '../laboratory/keepExperiment.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import {
  addExperimentVersionWithin,
  addExperimentWithin,
  changeExperiment,
  countExperiments,
  type Experiment,
  type ExperimentVersionHead,
  findExperiment,
  findExperimentVersion,
  listExperiments,
} from '../store/metadata/experiments.ts';
import { findProduct } from '../store/metadata/products.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { defineRoute, type Principal } from './route.ts';

const cursorSchema = z.strictObject({ createdAt: z.number().int(), experimentId: z.string() });

/** 20,000 rows with every field written out. */
const largestBody = '8mb';

/** Of one firm; and of one experiment. */
export const mostExperiments = 2_000;
const mostVersions = 200;

type Parts = Pick<Services, 'db' | 'store' | 'clock'>;

export function experimentRoutes(services: Parts) {
  const { db, clock } = services;
  const audit = (
    inside: Services['db'],
    { orgId, actor }: Principal,
    action: `experiment.${string}`,
    subject: string,
    line: { readonly detail?: string; readonly before?: unknown; readonly after?: unknown },
  ) => addAudit(inside, { at: clock.now(), orgId, actor, action, subject, detail: '', ...line });
  return [
    ...readRoutes(services),
    defineRoute({
      method: 'post',
      path: '/experiments',
      summary: 'Keeps an experiment with its first version; refused as a whole when a row cannot be used',
      body: newExperimentSchema,
      largestBody,
      success: { status: 201, schema: experimentViewSchema },
      async handle({ principal, body }) {
        const { orgId, name } = principal;
        await requireProduct(services, orgId, body.productId);
        const data = await dataToKeep(services, orgId, body, clock.now());
        const experimentId = body.experimentId ?? randomUUID();
        const madeAt = clock.now();
        const { title, productId, note } = body;
        const experiment = { experimentId, title, productId, note, createdAt: madeAt, createdBy: name };
        const head = headOf(body, data.series, { version: 1, madeAt, madeBy: name, note: '' });
        await db.transaction().execute(async transaction => {
          if ((await countExperiments(transaction, orgId)) >= mostExperiments)
            throw new ApiError('experiment.too_many', `a firm may have ${mostExperiments} experiments`);
          if (!(await addExperimentWithin(transaction, orgId, { ...experiment, archivedAt: null })))
            throw new ApiError('experiment.exists', `there is an experiment ${experimentId} already`);
          await addExperimentVersionWithin(transaction, orgId, experimentId, head, data);
          const after = { title, productId, kind: body.kind, rows: head.rowCount, series: head.seriesCount };
          await audit(transaction, principal, 'experiment.added', experimentId, { after });
        });
        return toExperimentView({ ...experiment, archivedAt: null, versions: [head] });
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/experiments/:experimentId',
      summary: 'Changes title, product or note, puts an experiment away or brings it back; data never change',
      body: experimentChangeSchema,
      success: { status: 200, schema: experimentViewSchema },
      async handle({ principal, param, body }) {
        const { orgId } = principal;
        const before = await requireExperiment(services, orgId, param('experimentId'));
        if (body.productId !== undefined) await requireProduct(services, orgId, body.productId);
        const { archived, ...named } = body;
        const given = Object.entries(named).filter(([, value]) => value !== undefined);
        const archivedAt =
          archived === undefined ? before.archivedAt : archived ? (before.archivedAt ?? clock.now()) : null;
        const after: Experiment = { ...before, ...Object.fromEntries(given), archivedAt };
        const line = changedFields(fieldsOf(before), fieldsOf(after));
        await db.transaction().execute(async transaction => {
          await changeExperiment(transaction, orgId, after);
          await audit(transaction, principal, 'experiment.changed', before.experimentId, line);
        });
        return toExperimentView(after);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/experiments/:experimentId/versions',
      summary: 'Adds a version with all its data: an exclusion, a correction or more rows; the others stay',
      body: newExperimentVersionSchema,
      largestBody,
      success: { status: 201, schema: experimentVersionSchema },
      async handle({ principal, param, body }) {
        const { orgId, name } = principal;
        const { experimentId } = await requireExperiment(services, orgId, param('experimentId'));
        const data = await dataToKeep(services, orgId, body, clock.now());
        const head = await db.transaction().execute(async transaction => {
          const { versions } = (await findExperiment(transaction, orgId, experimentId))!;
          const latest = versions.at(-1)!.version;
          if (body.basedOn !== undefined && body.basedOn !== latest)
            throw new ApiError('experiment.changed', `there is a version ${latest} by now`);
          if (versions.length >= mostVersions)
            throw new ApiError('experiment.too_many', `an experiment may have ${mostVersions} versions`);
          const made = { version: latest + 1, madeAt: clock.now(), madeBy: name, note: body.note };
          const next = headOf(body, data.series, made);
          await addExperimentVersionWithin(transaction, orgId, experimentId, next, data);
          const { version, rowCount: rows, excludedCount: excluded } = next;
          await audit(transaction, principal, 'experiment.version-added', experimentId, {
            detail: `v${version} ${body.note}`.trim().slice(0, 200),
            after: { version, rows, excluded, series: next.seriesCount },
          });
          return next;
        });
        return toVersion(experimentId, { ...head, ...data });
      },
    }),
  ];
}

function readRoutes(services: Parts) {
  const { db } = services;
  return [
    defineRoute({
      method: 'get',
      path: '/experiments',
      summary: 'Experiments with their versions, the newest first, without the data',
      query: z.strictObject({
        ...pageQuery,
        archived: z.enum(['true', 'false'], { error: 'must be true or false' }).default('false'),
      }),
      success: { status: 200, schema: page('experiments', experimentViewSchema) },
      async handle({ principal: { orgId }, query }) {
        const { limit } = query;
        const after = readCursor(query.cursor, cursorSchema);
        const archived = query.archived === 'true';
        const found = await listExperiments(db, orgId, { archived, after, limit: limit + 1 });
        const { items, nextCursor } = toPage(found, limit, ({ createdAt, experimentId }) => ({
          createdAt,
          experimentId,
        }));
        return { experiments: items.map(toExperimentView), nextCursor };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/experiments/:experimentId',
      summary: 'One experiment with its versions, without the data',
      success: { status: 200, schema: experimentViewSchema },
      async handle({ principal: { orgId }, param }) {
        return toExperimentView(await requireExperiment(services, orgId, param('experimentId')));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/experiments/:experimentId/versions/:version',
      summary: 'One version with all its rows, as it was kept',
      success: { status: 200, schema: experimentVersionSchema },
      async handle({ principal: { orgId }, param }) {
        const experimentId = param('experimentId');
        const version = /^\d{1,6}$/.test(param('version')) ? Number(param('version')) : 0;
        const found = await findExperimentVersion(db, orgId, experimentId, version);
        if (found === null)
          throw new ApiError('experiment.not_found', `experiment ${experimentId} has no version ${version}`);
        return toVersion(experimentId, found);
      },
    }),
  ];
}

/** @throws {ApiError} experiment.not_found */
export async function requireExperiment(
  { db }: Pick<Services, 'db'>,
  orgId: string,
  experimentId: string,
): Promise<Experiment> {
  const experiment = await findExperiment(db, orgId, experimentId);
  if (experiment === null)
    throw new ApiError('experiment.not_found', `there is no experiment ${experimentId}`);
  return experiment;
}

async function requireProduct({ db }: Pick<Services, 'db'>, orgId: string, productId: string | null) {
  if (productId !== null && (await findProduct(db, orgId, productId)) === null)
    throw new ApiError('product.not_found', `there is no product ${productId}`);
}

const fieldsOf = ({ title, productId, note, archivedAt }: Experiment) => ({
  ...{ title, productId, note },
  archived: archivedAt !== null,
});

const iso = (at: number) => new Date(at).toISOString();

export function toExperimentView({
  versions,
  createdAt,
  archivedAt,
  ...experiment
}: Experiment): ExperimentView {
  return {
    ...experiment,
    createdAt: iso(createdAt),
    versions: versions.map(({ madeAt, temperatureRangeC: [low, high], ...head }) => ({
      ...head,
      madeAt: iso(madeAt),
      temperatureRangeC: [low, high],
    })),
    latest: versions.at(-1)?.version ?? 0,
    archivedAt: archivedAt === null ? null : iso(archivedAt),
  };
}

function toVersion(
  experimentId: string,
  {
    version,
    madeAt,
    madeBy,
    note,
    kind,
    rows,
    series,
    source,
  }: ExperimentVersionHead & NonNullable<Awaited<ReturnType<typeof findExperimentVersion>>>,
): ExperimentVersion {
  const head = { experimentId, version, madeAt: iso(madeAt), madeBy, note, kind };
  return { ...head, rows: [...rows], series: [...series], source };
}
