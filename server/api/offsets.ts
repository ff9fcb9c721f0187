import { z } from 'zod';
import { mainProbe } from '../../models/contracts/ids.ts';
import {
  newOffsetSchema,
  type OffsetView,
  offsetEffectSchema,
  offsetViewSchema,
  triedOffsetSchema,
} from '../../models/contracts/offset.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { offsetEffect } from '../shelf-life/offsetEffect.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { addOffset, listOffsets, type Offset } from '../store/metadata/offsets.ts';
import { requireNode } from './nodes.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { defineRoute } from './route.ts';

/** No calibration is announced longer before; a wrong year is the likelier cause. */
const latestMs = 24 * 3_600_000;

export function offsetRoutes({
  db,
  clock,
  store,
  lives,
  calibration,
  onTouched,
  hub,
  nodes,
  fleet,
}: Services) {
  return [
    defineRoute({
      method: 'get',
      path: '/nodes/:nodeId/offsets',
      summary: 'What was ever added to the readings of a node, the newest line first',
      query: z.strictObject(pageQuery),
      success: { status: 200, schema: page('offsets', offsetViewSchema) },
      async handle({ principal, param, query }) {
        const { orgId, nodeId } = await requireNode(db, principal, param('nodeId'));
        const before = readCursor(query.cursor, z.number().int());
        const found = await listOffsets(db, orgId, nodeId, { before, limit: query.limit + 1 });
        const { items, nextCursor } = toPage(found, query.limit, offset => offset.offsetId);
        return { offsets: items.map(toOffsetView), nextCursor };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/nodes/:nodeId/offsets/effect',
      summary: 'What an offset would do to the batches that are there; nothing is kept of it',
      body: triedOffsetSchema,
      success: { status: 200, schema: offsetEffectSchema },
      fromStore: true,
      async handle({ principal, param, body }) {
        const { orgId, nodeId } = await requireNode(db, principal, param('nodeId'));
        const { probe = mainProbe, temperatureOffsetC, from } = body;
        const tried = { orgId, nodeId, probe, temperatureOffsetC, from };
        return offsetEffect({ db, store, calibration, lives }, tried, clock.now());
      },
    }),
    defineRoute({
      method: 'post',
      path: '/nodes/:nodeId/offsets',
      summary: 'Corrects a probe from an instant on; estimates are worked out anew',
      body: newOffsetSchema,
      success: { status: 201, schema: offsetViewSchema },
      async handle({ principal, param, body }) {
        const node = await requireNode(db, principal, param('nodeId'));
        const { orgId, nodeId } = node;
        const { probe = mainProbe, from, calibrationDueAt = null, note = null } = body;
        const now = clock.now();
        if (from > now + latestMs) throw tooFarAhead(from);
        if (calibrationDueAt !== null && calibrationDueAt <= from) throw dueBefore(calibrationDueAt);
        let added: Offset | undefined;
        const touched = await lives.recalibrate(nodeId, probe, async () => {
          added = await addOffset(db, {
            ...{ orgId, nodeId, probe, from, calibrationDueAt, note },
            temperatureOffsetC: body.temperatureOffsetC,
            createdAt: now,
            createdBy: principal.actor,
          });
          calibration.add(added);
          fleet.publish('offset', added);
        });
        await addAudit(db, {
          ...{ at: now, orgId, actor: principal.actor, action: 'offset.added', subject: nodeId },
          detail: `${body.temperatureOffsetC} °C on ${probe} from ${new Date(from).toISOString()}`,
          after: { probe, from, temperatureOffsetC: body.temperatureOffsetC, calibrationDueAt, note },
        });
        onTouched(touched);
        hub.publish(orgId, { type: 'node', data: await nodes.view(node) });
        return toOffsetView(added!);
      },
    }),
  ];
}

function toOffsetView(offset: Offset): OffsetView {
  const { offsetId, nodeId, probe, temperatureOffsetC, note, createdBy } = offset;
  const iso = (at: number) => new Date(at).toISOString();
  return {
    ...{ offsetId, nodeId, probe, temperatureOffsetC, note, createdBy },
    from: iso(offset.from),
    calibrationDueAt: offset.calibrationDueAt === null ? null : iso(offset.calibrationDueAt),
    createdAt: iso(offset.createdAt),
  };
}

function refuse(field: string, at: number, allowed: string): ApiError {
  const fault = { field, value: new Date(at).toISOString(), allowed };
  return new ApiError('request.invalid', `${field} ${allowed}`, [fault]);
}

const tooFarAhead = (from: number) => refuse('from', from, 'must be at most 24 hours ahead');
const dueBefore = (at: number) => refuse('calibrationDueAt', at, 'must be later than from');
