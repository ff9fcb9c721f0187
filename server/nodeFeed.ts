import type { PresenceChange } from '../models/contracts/intake.ts';
import type { NodeState } from '../models/contracts/node.ts';
import type { LiveHub } from './liveHub.ts';
import type { Log } from './log.ts';
import type { NodeBoard } from './nodeBoard.ts';
import type { MetadataDb } from './store/metadata/database.ts';
import { findNodeOfAnyOrganisation, listNodesOfAllOrganisations } from './store/metadata/nodes.ts';

/** Publishes nodes whose session or state changes; a node that falls silent does so without any event of its own. */
export interface NodeFeed {
  presence(change: PresenceChange): void;
  start(): void;
  stop(): Promise<void>;
}

const lookEveryMs = 30_000;

export function createNodeFeed(parts: {
  readonly db: MetadataDb;
  readonly nodes: NodeBoard;
  readonly hub: LiveHub;
  readonly log: Log;
}): NodeFeed {
  const { db, nodes, hub, log } = parts;
  /** Keyed by node id: the state last told. */
  const told = new Map<string, NodeState>();
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();

  const inTurn = (work: () => Promise<void>) => {
    working = working.then(work).catch(error => log.error({ err: error }, 'nodes could not be looked at'));
  };

  async function lookForChanges(): Promise<void> {
    const all = await listNodesOfAllOrganisations(db);
    const views = await nodes.views(all);
    for (const [i, node] of all.entries()) {
      const view = views[i]!;
      const before = told.get(node.nodeId);
      told.set(node.nodeId, view.state);
      if (before !== undefined && before !== view.state)
        hub.publish(node.orgId, { type: 'node', data: view });
    }
  }

  return {
    presence(change) {
      nodes.presence(change);
      inTurn(async () => {
        const node = await findNodeOfAnyOrganisation(db, change.nodeId);
        if (node === null || !hub.isAttended(node.orgId)) return;
        hub.publish(node.orgId, { type: 'node', data: await nodes.view(node) });
      });
    },
    start() {
      timer = setInterval(() => inTurn(lookForChanges), lookEveryMs);
    },
    async stop() {
      clearInterval(timer);
      await working;
    },
  };
}
