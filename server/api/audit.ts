import { z } from 'zod';
import { auditAnchorSchema, auditLineSchema } from '../../models/contracts/audit.ts';
import { auditViews } from '../audit/auditViews.ts';
import { dayAnchors, dayStart } from '../audit/dayAnchors.ts';
import type { Services } from '../services.ts';
import { listAudit } from '../store/metadata/audit.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { instantQuery, requireSpan } from './queryValues.ts';
import { defineRoute } from './route.ts';

const spanQuery = {
  from: instantQuery.optional().describe('Inclusive'),
  to: instantQuery.optional().describe('Exclusive'),
};

const actionRule = 'must be an action such as place.changed, or its first word';

/** Who did what in my firm. */
export function auditRoutes({ db, signIn, config }: Services) {
  return [
    defineRoute({
      method: 'get',
      path: '/audit',
      summary: 'Who did what, the newest first',
      query: z.strictObject({
        ...pageQuery,
        ...spanQuery,
        actor: z.string().max(512).optional().describe('The key of an actor'),
        action: z
          .string()
          .max(64)
          .regex(/^[a-z_]+(\.[a-z_-]+)?$/, { error: actionRule })
          .optional()
          .describe('A whole action (place.changed), or its first word for all of that kind'),
      }),
      success: { status: 200, schema: page('lines', auditLineSchema) },
      async handle({ principal: { orgId }, query: { limit, cursor, ...filter } }) {
        requireSpanIfGiven(filter);
        const beforeLine = readCursor(cursor, z.number().int());
        const found = await listAudit(db, orgId, limit + 1, { ...filter, beforeLine });
        const { items, nextCursor } = toPage(found, limit, ({ line }) => line);
        return { lines: await auditViews({ db, signIn }, orgId, items), nextCursor };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/audit/anchors',
      summary: 'The last line of each day, the newest first, to be kept elsewhere',
      query: z.strictObject({ ...pageQuery, ...spanQuery }),
      success: { status: 200, schema: page('anchors', auditAnchorSchema) },
      async handle({ principal: { orgId }, query }) {
        requireSpanIfGiven(query);
        const { limit, from, to = Number.MAX_SAFE_INTEGER } = query;
        const timeZone = (await findOrganisation(db, orgId))?.timeZone ?? config.timeZone;
        const before = readCursor(query.cursor, z.number().int()) ?? to;
        const found = [];
        for await (const anchor of dayAnchors(db, orgId, { timeZone, from, before })) {
          found.push(anchor);
          if (found.length > limit) break;
        }
        const { items, nextCursor } = toPage(found, limit, ({ at }) => dayStart(Date.parse(at), timeZone));
        return { anchors: items, nextCursor };
      },
    }),
  ];
}

function requireSpanIfGiven({
  from,
  to,
}: {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}) {
  if (from !== undefined && to !== undefined) requireSpan(from, to);
}
