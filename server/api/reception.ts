import { z } from 'zod';
import { receptionViewSchema } from '../../models/contracts/reception.ts';
import { createReception } from '../reception.ts';
import type { Services } from '../services.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { listNodes, type Node } from '../store/metadata/nodes.ts';
import { countQuery } from './paging.ts';
import { defineRoute } from './route.ts';

const minuteMs = 60_000;
const pageLength = 1000;

/** Not below `/nodes`, where it would hide a node of that name. */
export function receptionRoutes({ db, store, clock }: Services) {
  const reception = createReception({ store });
  return [
    defineRoute({
      method: 'get',
      path: '/reception',
      summary: 'When each node was heard over the last hours, and how long its battery lasts',
      query: z.strictObject({
        hours: countQuery(1, 168).default(24),
        cells: countQuery(1, 336).default(48).describe('Into how many equal parts the hours are cut'),
      }),
      success: { status: 200, schema: receptionViewSchema },
      fromStore: true,
      async handle({ principal, query }) {
        const { hours, cells } = query;
        // Whole minutes: the cells of a minute ago are those of now.
        const to = Math.ceil((clock.now() + 1) / minuteMs) * minuteMs;
        const from = to - hours * 60 * minuteMs;
        const nodes = await allNodes(db, principal.orgId);
        const found = await reception.of(nodes, { from, to, cells }, clock.now());
        return {
          from: new Date(from).toISOString(),
          to: new Date(to).toISOString(),
          nodes: found.map(node => ({ ...node, cells: node.cells.map(heard => (heard ? 1 : 0)).join('') })),
        };
      },
    }),
  ];
}

async function allNodes(db: MetadataDb, orgId: string): Promise<Node[]> {
  const all: Node[] = [];
  for (;;) {
    const found = await listNodes(db, orgId, { after: all.at(-1)?.nodeId, limit: pageLength });
    all.push(...found);
    if (found.length < pageLength) return all;
  }
}
