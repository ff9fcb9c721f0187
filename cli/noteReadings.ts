import { systemClock } from '../server/clock.ts';
import type { Config } from '../server/config.ts';
import { addAudit } from '../server/store/metadata/audit.ts';
import { metadataTarget, openMetadata } from '../server/store/metadata/database.ts';
import { listNodesOfAllOrganisations } from '../server/store/metadata/nodes.ts';

/** Longer lists of nodes are cut off: how many there were is said before. */
const longestDetail = 2_000;

/**
 * Writes down that readings were taken out or brought in: in the trail of every firm whose nodes are among them; of what
 * belongs to none, in the server's own.
 */
export async function noteReadings(
  config: Config,
  action: 'readings.exported' | 'readings.imported',
  nodeIds: Iterable<string>,
  what: string,
): Promise<void> {
  const metadata = await openMetadata(metadataTarget(config));
  try {
    const nodes = await listNodesOfAllOrganisations(metadata.db);
    const owners = new Map(nodes.map(node => [node.nodeId, node.orgId]));
    for (const [orgId, own] of Map.groupBy(nodeIds, nodeId => owners.get(nodeId) ?? null)) {
      const detail = `${what}; ${own.length} nodes: ${own.join(' ')}`.slice(0, longestDetail);
      const subject = own.length === 1 ? own[0]! : '';
      await addAudit(metadata.db, { at: systemClock.now(), orgId, actor: 'setup', action, subject, detail });
    }
  } finally {
    await metadata.close();
  }
}
