import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { type SharedReading, sharedReadingSchema } from '../../models/contracts/grant.ts';
import { mainProbe } from '../../models/contracts/ids.ts';
import type { Reading, ReadingView } from '../../models/contracts/reading.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { everyRow, type MetadataDb } from '../store/metadata/database.ts';
import { findReadingsGrant } from '../store/metadata/grants.ts';
import { listBatchesOfNode, type NodeBatch } from '../store/metadata/nodeBatches.ts';
import { listNodes } from '../store/metadata/nodes.ts';
import { page, pageQuery, readCursor } from './paging.ts';
import { instantQuery, requireSpan } from './queryValues.ts';
import { defineRoute, type Principal } from './route.ts';

/** Names nothing that the reader may not know: where a page ended, in names of the grant. */
const cursorSchema = z.strictObject({ node: z.string().max(64), measuredAt: z.number().int() });
type Cursor = z.output<typeof cursorSchema>;

/** No node has more probes than this; a page never ends between two of one time. */
const mostProbes = 64;

const earliest = Number.MIN_SAFE_INTEGER;
const latest = Number.MAX_SAFE_INTEGER;

type Grant = NonNullable<Awaited<ReturnType<typeof findReadingsGrant>>>;

export function sharedReadingRoutes(services: Services) {
  const { db, clock } = services;
  return [
    defineRoute({
      method: 'get',
      path: '/shared/readings',
      summary:
        'Readings another firm shares by a grant, node by node; its nodes and batches under other names',
      query: z.strictObject({
        grantId: z.string().max(64),
        from: instantQuery.optional().describe('Inclusive'),
        to: instantQuery.optional().describe('Exclusive'),
        ...pageQuery,
      }),
      success: { status: 200, schema: page('readings', sharedReadingSchema) },
      fromStore: true,
      async handle({ principal, query }) {
        const { grantId, limit } = query;
        // Looked up anew for every page: one that is taken back or has expired ends at once.
        const grant = await findReadingsGrant(db, principal.orgId, grantId, clock.now());
        if (grant === null) throw new ApiError('grant.not_found', `there is no open grant ${grantId}`);
        const from = Math.max(query.from ?? earliest, grant.from ?? earliest);
        const to = Math.min(query.to ?? latest, grant.to ?? latest);
        if (query.from !== undefined && query.to !== undefined) requireSpan(query.from, query.to);
        const after = readCursor(query.cursor, cursorSchema);
        if (after === undefined) await noteRead(services, principal, grant);
        return readPage(services, grant, { from, to, after, limit });
      },
    }),
  ];
}

/**
 * The name of something within one grant. Only who has the key of the grant can tell which it is, and no two grants use the
 * same names.
 */
export function pseudonym(key: string, kind: 'node' | 'batch' | 'probe', id: string): string {
  return createHmac('sha256', key).update(`${kind}\0${id}`).digest('hex').slice(0, 20);
}

interface Asked {
  readonly from: number;
  readonly to: number;
  readonly after: Cursor | undefined;
  readonly limit: number;
}

async function readPage({ db, store, calibration }: Services, grant: Grant, asked: Asked) {
  const { orgId, pseudonymKey } = grant;
  const readings: SharedReading[] = [];
  let nextCursor: string | null = null;
  for (const { nodeId, node } of await nodesInOrder(db, orgId, pseudonymKey)) {
    const { after, limit, to } = asked;
    if (after !== undefined && node < after.node) continue;
    if (readings.length >= limit) {
      nextCursor ??= toCursor({ node, measuredAt: Math.max(asked.from - 1, earliest) });
      break;
    }
    const from = after?.node === node ? Math.max(asked.from, after.measuredAt + 1) : asked.from;
    if (from >= to) continue;
    const wanted = limit - readings.length;
    const found = await store.range({ nodeId, from, to, limit: wanted + mostProbes });
    const taken = wholeTimes(found, wanted);
    const batches = taken.length === 0 ? [] : await listBatchesOfNode(db, orgId, nodeId);
    for (const reading of taken)
      readings.push(toShared(calibration.view(reading), reading, { node, batches, key: pseudonymKey }));
    if (taken.length < found.length) {
      nextCursor = toCursor({ node, measuredAt: taken.at(-1)!.measuredAt });
      break;
    }
  }
  return { readings, nextCursor };
}

/** In the order of their names, so that the order tells nothing either. */
async function nodesInOrder(db: MetadataDb, orgId: string, key: string) {
  const nodes = await listNodes(db, orgId, { limit: everyRow });
  return nodes
    .map(({ nodeId }) => ({ nodeId, node: pseudonym(key, 'node', nodeId) }))
    .sort((a, b) => (a.node < b.node ? -1 : 1));
}

/** The first `wanted` readings and those of the same time as the last of them. */
function wholeTimes(found: readonly Reading[], wanted: number): readonly Reading[] {
  const last = found[wanted - 1];
  if (last === undefined) return found;
  const next = found.findIndex((reading, index) => index >= wanted && reading.measuredAt > last.measuredAt);
  return next === -1 ? found : found.slice(0, next);
}

function toShared(
  { measuredAt, temperatureC, humidityPct, quality }: ReadingView,
  reading: Reading,
  { node, batches, key }: { node: string; batches: readonly NodeBatch[]; key: string },
): SharedReading {
  const { probe, measuredAt: at } = reading;
  return {
    ...{ node, measuredAt, temperatureC, humidityPct, quality },
    probe: probe === mainProbe ? probe : pseudonym(key, 'probe', probe),
    batches: batches
      .filter(b => b.probe === probe && b.from <= at && (b.to === null || at < b.to))
      .map(b => pseudonym(key, 'batch', b.batchId)),
  };
}

const toCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** In the trail of the firm whose readings they are. */
async function noteRead({ db, clock }: Services, reader: Principal, grant: Grant): Promise<void> {
  await addAudit(db, {
    ...{ at: clock.now(), orgId: grant.orgId, actor: `${reader.orgId} ${reader.actor}` },
    ...{ action: 'grant.read', subject: grant.grantId, detail: '' },
  });
}
