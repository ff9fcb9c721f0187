import { z } from 'zod';
import type { Services } from '../services.ts';
import { listQuarantine, type QuarantineItem } from '../store/metadata/quarantine.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { defineRoute } from './route.ts';

const quarantinedSchema = z.object({
  nodeId: z.string(),
  topic: z.string(),
  receivedAt: z.iso.datetime(),
  code: z.string(),
  message: z.string(),
  index: z.number().int().nullable().describe('Which reading of an array'),
  field: z.string().nullable(),
  value: z.string().nullable(),
  allowed: z.string().nullable(),
  payloadHead: z.string().describe('The first 2 KiB of what was sent, as latin1 text'),
  payloadBytes: z.number().int(),
});

const cursorSchema = z.strictObject({ position: z.number().int(), item: z.number().int() });

export function quarantineRoutes({ db }: Services) {
  return [
    defineRoute({
      method: 'get',
      path: '/quarantine',
      summary: 'What nodes sent that could not be used, and why; the newest first',
      query: z.strictObject(pageQuery),
      success: { status: 200, schema: page('quarantine', quarantinedSchema) },
      async handle({ principal, query }) {
        const after = readCursor(query.cursor, cursorSchema);
        const found = await listQuarantine(db, principal.orgId, { after, limit: query.limit + 1 });
        const { items, nextCursor } = toPage(found, query.limit, q => ({
          position: q.position,
          item: q.item,
        }));
        return { quarantine: items.map(toView), nextCursor };
      },
    }),
  ];
}

function toView({ rejection, ...publish }: QuarantineItem): z.output<typeof quarantinedSchema> {
  return {
    nodeId: publish.nodeId,
    topic: publish.topic,
    receivedAt: new Date(publish.receivedAt).toISOString(),
    code: rejection.code,
    message: rejection.message,
    index: rejection.index ?? null,
    field: rejection.field ?? null,
    value: rejection.value ?? null,
    allowed: rejection.allowed ?? null,
    payloadHead: publish.payloadHead,
    payloadBytes: publish.payloadBytes,
  };
}
