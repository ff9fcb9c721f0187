import { z } from 'zod';
import { treatmentSchema } from '../../models/contracts/batch.ts';
import {
  parameterSetEffectSchema,
  parameterSetPreviewSchema,
} from '../../models/contracts/parameterSetEvidence.ts';
import {
  newParameterSetSchema,
  type ParameterSetList,
  parameterSetListSchema,
  parameterSetViewSchema,
  publishedSchema,
  publishSchema,
  useParameterSetSchema,
} from '../../models/contracts/parameterSets.ts';
import { ApiError } from '../errors.ts';
import {
  type AnySet,
  builtInSet,
  builtInTreatments,
  refOf,
  requireSet,
  requireTreatments,
  storedSet,
} from '../parameterSets/anySet.ts';
import { makeSet } from '../parameterSets/makeSet.ts';
import { firmsOf, noteUse, publishSet } from '../parameterSets/publishSet.ts';
import { setEffect } from '../parameterSets/setEffect.ts';
import { setView } from '../parameterSets/setView.ts';
import { withdrawSet } from '../parameterSets/withdrawSet.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { listActiveBatchesOfTreatments } from '../store/metadata/batches.ts';
import {
  addParameterSet,
  countParameterSets,
  findParameterSet,
  listParameterSets,
  type StoredParameterSet,
} from '../store/metadata/parameterSets.ts';
import { listUses } from '../store/metadata/parameterSetUses.ts';
import { nameOf, refIn } from './parameterSetRef.ts';
import { rerunRoutes } from './parameterSetReruns.ts';
import { defineRoute } from './route.ts';

const mostSets = 500;

export function parameterSetRoutes(services: Services) {
  return [...readRoutes(services), ...makeRoutes(services), ...useRoutes(services), ...rerunRoutes(services)];
}

/** What a view of a set is made against. */
export async function aboutFirm({ db, parameterSwitch }: Services, orgId: string) {
  return { orgId, inUse: parameterSwitch.inUse, uses: await listUses(db, orgId) };
}

function readRoutes(services: Services) {
  const { db } = services;
  return [
    defineRoute({
      method: 'get',
      path: '/parameter-sets',
      summary:
        'What drives the promises of each treatment, and all sets: the built-in ones and those of this firm',
      success: { status: 200, schema: parameterSetListSchema },
      async handle({ principal: { orgId } }) {
        const about = await aboutFirm(services, orgId);
        const stored = await listParameterSets(db, orgId);
        const all = [...stored.map(storedSet), ...builtInTreatments.map(builtInSet)];
        return {
          inUse: await inUseOf(services, about, stored),
          parameterSets: all.map(set => setView(set, about)),
        };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/parameter-sets/:parameterSetId/:setVersion',
      summary: 'One set with every number, where it comes from, and what it changes',
      success: { status: 200, schema: parameterSetViewSchema },
      async handle({ principal: { orgId }, param }) {
        const set = await requireSet(db, orgId, refIn(param));
        return setView(set, await aboutFirm(services, orgId));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/parameter-sets/:parameterSetId/:setVersion/effect',
      summary: 'What using it would do to the batches that are there now; nothing changes',
      query: z.strictObject({ treatment: treatmentSchema.optional() }),
      success: { status: 200, schema: parameterSetEffectSchema },
      fromStore: true,
      async handle({ principal: { orgId }, param, query: { treatment } }) {
        const set = await requireSet(db, orgId, refIn(param));
        const treatments = requireTreatments(set, treatment && [treatment], 'treatment');
        return setEffect(services, orgId, set, treatments);
      },
    }),
  ];
}

function makeRoutes(services: Services) {
  const { db, clock } = services;
  return [
    defineRoute({
      method: 'post',
      path: '/parameter-sets',
      summary:
        'A draft of a set from numbers or from a fit; refused with every number that makes it unusable',
      body: newParameterSetSchema,
      success: { status: 201, schema: parameterSetViewSchema },
      async handle({ principal, body }) {
        const { orgId, name, actor } = principal;
        const now = clock.now();
        const parts = { db, inUse: services.parameterSwitch.inUse };
        const set = await makeSet(parts, { orgId, name, now }, body);
        await db.transaction().execute(async transaction => {
          if ((await countParameterSets(transaction, orgId)) >= mostSets)
            throw new ApiError('parameter_set.too_many', `a firm may have ${mostSets} parameter sets`);
          if (!(await addParameterSet(transaction, orgId, set)))
            throw new ApiError('parameter_set.in_use', 'somebody made this version meanwhile; send it again');
          const after = { title: set.title, treatment: set.treatment, fromFitId: set.fromFitId };
          const line = { at: now, orgId, actor, action: 'parameter-set.added', subject: nameOf(set) };
          await addAudit(transaction, { ...line, detail: '', after });
        });
        return setView(storedSet(set), await aboutFirm(services, orgId));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/parameter-sets/preview',
      summary: 'What a draft would be and do to the batches that are there; nothing is kept',
      body: newParameterSetSchema,
      success: { status: 200, schema: parameterSetPreviewSchema },
      fromStore: true,
      async handle({ principal: { orgId, name }, body }) {
        const parts = { db, inUse: services.parameterSwitch.inUse };
        const set = storedSet(await makeSet(parts, { orgId, name, now: clock.now() }, body));
        return {
          set: setView(set, await aboutFirm(services, orgId)),
          effect: await setEffect(services, orgId, set, [set.treatment]),
          proposedTo: await firmsOf(services, orgId, { toSharing: true, organisations: [] }),
        };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/parameter-sets/:parameterSetId/:setVersion/publish',
      summary: 'Proposes a set to the own firm, to firms that share readings with us and to those named',
      body: publishSchema,
      success: { status: 200, schema: publishedSchema },
      async handle({ principal, param, body }) {
        const { orgId } = principal;
        const set = await requireOwn(services, orgId, param);
        const proposedTo = await publishSet(services, principal, set, body);
        const stored = (await findParameterSet(db, orgId, set.parameterSetId, set.version)) ?? set;
        return { set: setView(storedSet(stored), await aboutFirm(services, orgId)), proposedTo };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/parameter-sets/:parameterSetId/:setVersion/withdraw',
      summary:
        'Takes a set back: nobody can begin to use it; where it is in use it says so until they switch',
      success: { status: 200, schema: parameterSetViewSchema },
      async handle({ principal: { orgId, actor }, param }) {
        const set = await requireOwn(services, orgId, param);
        const withdrawn = await withdrawSet(db, { orgId, actor }, set, clock.now());
        return setView(storedSet(withdrawn), await aboutFirm(services, orgId));
      },
    }),
  ];
}

function useRoutes(services: Services) {
  const { db, clock, parameterSwitch } = services;
  return [
    defineRoute({
      method: 'post',
      path: '/parameter-sets/use',
      summary: 'Takes a set that this firm has into use for a treatment; also the way back to an older one',
      body: useParameterSetSchema,
      success: { status: 200, schema: parameterSetListSchema.pick({ inUse: true }) },
      async handle({ principal: { orgId, actor, name }, body }) {
        const { treatment, ...ref } = body;
        const set = await requireUsable(services, orgId, ref);
        requireTreatments(set, [treatment], 'treatment');
        const current = parameterSwitch.inUse.now(orgId, treatment);
        const isSame =
          current.parameterSetId === ref.parameterSetId && current.parameterSetVersion === ref.version;
        if (!isSame)
          await parameterSwitch.use(
            {
              ...{ orgId, treatments: [treatment], approvedBy: name },
              set: set.kind === 'built-in' ? null : set.numbers,
            },
            transaction => noteUse(transaction, { orgId, actor, at: clock.now() }, ref, [treatment]),
          );
        const about = await aboutFirm(services, orgId);
        return { inUse: await inUseOf(services, about, await listParameterSets(db, orgId)) };
      },
    }),
  ];
}

/** @throws {ApiError} parameter_set.not_found; parameter_set.not_yours for one that comes from elsewhere */
async function requireOwn(
  { db }: Services,
  orgId: string,
  param: (name: string) => string,
): Promise<StoredParameterSet> {
  const set = await requireSet(db, orgId, refIn(param));
  if (set.kind === 'built-in' || set.stored.fromOrgId !== orgId)
    throw new ApiError('parameter_set.not_yours', 'only the firm that made a set may publish or withdraw it');
  return set.stored;
}

/**
 * A set that this firm has approved once, or a built-in one.
 *
 * @throws {ApiError} parameter_set.not_found; parameter_set.withdrawn; request.invalid for one that nobody approved
 */
async function requireUsable(
  { db }: Services,
  orgId: string,
  ref: { readonly parameterSetId: string; readonly version: number },
): Promise<AnySet> {
  const set = await requireSet(db, orgId, ref);
  if (set.kind === 'built-in') return set;
  if (set.stored.withdrawnAt !== null)
    throw new ApiError('parameter_set.withdrawn', `${nameOf(ref)} was withdrawn`);
  const wasUsed = (await listUses(db, orgId)).some(
    use => use.parameterSetId === ref.parameterSetId && use.version === ref.version,
  );
  if (wasUsed) return set;
  const allowed = 'must be a set that was published and approved: approve its proposal first';
  throw new ApiError('request.invalid', `parameterSetId ${allowed}`, [
    { field: 'parameterSetId', value: ref.parameterSetId, allowed },
  ]);
}

async function inUseOf(
  { db, lives }: Services,
  { orgId, inUse }: Awaited<ReturnType<typeof aboutFirm>>,
  sets: readonly StoredParameterSet[],
): Promise<ParameterSetList['inUse']> {
  const titleOf = (parameterSetId: string, version: number) =>
    sets.find(set => set.parameterSetId === parameterSetId && set.version === version)?.title ?? '';
  const live = await listActiveBatchesOfTreatments(db, orgId, treatmentSchema.options);
  return treatmentSchema.options.map(treatment => {
    const { parameterSetId, version } = refOf(inUse.now(orgId, treatment));
    const use = inUse.useOf(orgId, treatment);
    return {
      ...{ treatment, parameterSetId, version, title: titleOf(parameterSetId, version) },
      since: use === null ? null : new Date(use.since).toISOString(),
      approvedBy: use?.approvedBy ?? null,
      before:
        use === null ? null : { ...use.from, title: titleOf(use.from.parameterSetId, use.from.version) },
      liveBatches: live.filter(batch => batch.treatment === treatment).length,
      toRecalculate: lives.toRecalculate(orgId, treatment),
    };
  });
}
