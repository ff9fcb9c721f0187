import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type ExperimentView, experimentViewSchema } from '../../models/contracts/experiment.ts';
import { fitCommandOf, fitInputOf } from '../../models/laboratory/fitInput.ts';
import { parameterViews } from '../../models/parameters/setParameters.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { ApiError } from '../errors.ts';
import {
  type ArchiveContent,
  type ArchivedFit,
  type ArchivedSet,
  archiveLanguages,
} from '../laboratory/archive/archiveContent.ts';
import { archiveFiles, dataFileName } from '../laboratory/archive/archiveFiles.ts';
import { readArchive } from '../laboratory/archive/readArchive.ts';
import { sha256, writeZip } from '../laboratory/archive/writeZip.ts';
import { headOf } from '../laboratory/keepExperiment.ts';
import { requireSet } from '../parameterSets/anySet.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import {
  addExperimentVersionWithin,
  addExperimentWithin,
  countExperiments,
  findExperimentVersion,
} from '../store/metadata/experiments.ts';
import { findFit } from '../store/metadata/fits.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { mostExperiments, requireExperiment, toExperimentView } from './experiments.ts';
import { defineRoute } from './route.ts';

/** Of 20,000 rows an archive has less than a megabyte. */
const largestArchive = '8mb';

const setQuery = z
  .string()
  .regex(/^[^:]{1,64}:[1-9]\d{0,5}$/, { error: 'must be <id>:<version> of a parameter set' });

type Parts = Pick<Services, 'db' | 'clock'>;

/** An experiment as one file, to keep, to send and to repeat; and back. */
export function experimentArchiveRoutes(services: Parts) {
  const { db, clock } = services;
  return [
    defineRoute({
      method: 'get',
      path: '/experiments/:experimentId/archive',
      summary:
        'An experiment with its data, a fit, a parameter set, a report with every figure and the command that repeats it, as ZIP',
      query: z.strictObject({
        version: z.coerce.number().int().min(1).max(1_000_000).optional().describe('Default: of the fit'),
        fit: z.string().max(64).optional().describe('A fit that is done'),
        set: setQuery.optional().describe('<id>:<version>'),
        lang: z.enum(archiveLanguages, { error: 'must be en, id or ja' }).default('en'),
      }),
      success: { status: 200, schema: z.string(), contentType: 'application/zip' },
      async handle({ principal, param, query, response }) {
        const { orgId, actor } = principal;
        const content = await contentOf(services, orgId, param('experimentId'), query);
        const bytes = writeZip(archiveFiles(content));
        const { experimentId } = content.experiment;
        const line = { at: clock.now(), orgId, actor, action: 'experiment.exported', subject: experimentId };
        const what = [`v${content.version.version}`, query.fit && `fit ${query.fit}`, query.set];
        await addAudit(db, { ...line, detail: what.filter(Boolean).join(', ') });
        const name = `${fileStem(content.experiment.title)}-v${content.version.version}.zip`;
        response.attachment(name).type('application/zip').send(Buffer.from(bytes));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/experiments/import',
      summary: 'Takes an archive back as an experiment of its own: the same rows, exclusions and series',
      binaryBody: 'application/zip',
      largestBody: largestArchive,
      success: { status: 201, schema: experimentViewSchema },
      async handle({ principal, request }): Promise<ExperimentView> {
        const { orgId, name, actor } = principal;
        const zip = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const file = await readArchive(zip);
        const { version } = file;
        const madeAt = clock.now();
        const experiment = {
          ...{ experimentId: randomUUID(), title: file.title, note: file.note, productId: null },
          ...{ createdAt: madeAt, createdBy: name, archivedAt: null },
        };
        const made = { version: 1, madeAt, madeBy: name, note: version.note };
        const head = headOf({ ...version, series: [] }, version.series, made);
        await db.transaction().execute(async transaction => {
          if ((await countExperiments(transaction, orgId)) >= mostExperiments)
            throw new ApiError('experiment.too_many', `a firm may have ${mostExperiments} experiments`);
          const { experimentId } = experiment;
          await addExperimentWithin(transaction, orgId, experiment);
          await addExperimentVersionWithin(transaction, orgId, experimentId, head, version);
          const line = { at: madeAt, orgId, actor, action: 'experiment.imported', subject: experimentId };
          const after = { title: file.title, rows: head.rowCount, series: head.seriesCount };
          await addAudit(transaction, { ...line, detail: `sha256 ${sha256(zip)}`, after });
        });
        return toExperimentView({ ...experiment, versions: [head] });
      },
    }),
  ];
}

interface Asked {
  readonly version?: number | undefined;
  readonly fit?: string | undefined;
  readonly set?: string | undefined;
  readonly lang: ArchiveContent['language'];
}

async function contentOf(
  services: Parts,
  orgId: string,
  experimentId: string,
  { version: wanted, fit: fitId, set, lang }: Asked,
): Promise<ArchiveContent> {
  const { db } = services;
  const experiment = await requireExperiment(services, orgId, experimentId);
  const fit = fitId === undefined ? null : await requireDoneFit(services, orgId, experimentId, fitId);
  if (fit !== null && wanted !== undefined && wanted !== fit.version)
    throw new ApiError('request.invalid', `version must be ${fit.version}, of which the fit is`, [
      { field: 'version', value: String(wanted), allowed: `must be ${fit.version}, of which the fit is` },
    ]);
  const number = fit?.version ?? wanted ?? experiment.versions.at(-1)!.version;
  const version = await findExperimentVersion(db, orgId, experimentId, number);
  if (version === null)
    throw new ApiError('experiment.not_found', `experiment ${experimentId} has no version ${number}`);
  return {
    organisation: (await findOrganisation(db, orgId))?.name ?? orgId,
    experiment,
    version: { ...version, rows: [...version.rows], series: [...version.series] },
    fit: fit && archivedFit(version, fit),
    set: set === undefined ? null : await archivedSet(services, orgId, set),
    programVersion: packageJson.version,
    language: lang,
  };
}

type Fit = NonNullable<Awaited<ReturnType<typeof findFit>>>;

async function requireDoneFit(
  { db }: Parts,
  orgId: string,
  experimentId: string,
  fitId: string,
): Promise<Fit> {
  const fit = await findFit(db, orgId, fitId);
  if (fit === null || fit.experimentId !== experimentId)
    throw new ApiError('fit.not_found', `experiment ${experimentId} has no fit ${fitId}`);
  if (fit.kind !== 'fit' || fit.state !== 'done' || fit.outcome === null)
    throw new ApiError(
      'archive.fit_not_done',
      `fit ${fitId} is ${fit.kind === 'fit' ? fit.state : 'a ranking'}`,
    );
  return fit;
}

function archivedFit(
  version: NonNullable<Awaited<ReturnType<typeof findExperimentVersion>>>,
  { fitId, request, outcome, createdBy, endedAt, createdAt }: Fit,
): ArchivedFit {
  const input = fitInputOf(version, request);
  const file = { ...input.file, name: dataFileName(input.file.type) };
  return {
    ...{ fitId, request, createdBy, endedAt: endedAt ?? createdAt },
    input,
    command: fitCommandOf({ ...input, file }, request),
    report: outcome as ArchivedFit['report'],
  };
}

async function archivedSet({ db }: Parts, orgId: string, ref: string): Promise<ArchivedSet> {
  const [parameterSetId = '', version] = ref.split(':');
  const set = await requireSet(db, orgId, { parameterSetId, version: Number(version) });
  const stored = set.kind === 'stored' ? set.stored : null;
  return {
    ...{ parameterSetId, version: set.numbers.version, treatment: set.treatment },
    title: stored?.title ?? parameterSetId,
    author: stored?.author ?? '',
    note: stored?.note ?? '',
    madeAt: stored?.madeAt ?? null,
    fromFitId: stored?.fromFitId ?? null,
    testedRangeC: set.numbers.testedRangeC,
    testedLevers: stored?.testedLevers ?? {},
    parameters: parameterViews(set.numbers.spoilage),
  };
}

/** Letters and digits of any script, so that a title in Japanese stays one. */
const fileStem = (title: string): string =>
  title
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .toLowerCase() || 'experiment';
