import { readingTopic } from '../../models/contracts/topics.ts';
import { systemClock } from '../../server/clock.ts';
import { readConfig } from '../../server/config.ts';
import { withSetup } from '../../server/openSetup.ts';
import type { PublisherLogin } from '../load/publisher.ts';

export const orgId = 'bench';

export interface Fleet {
  readonly logins: readonly PublisherLogin[];
  /** Of the owner, one for each twenty pages that may be open. */
  readonly token: string;
}

/** Nodes with their secrets in a data folder, as setup makes them. */
export function makeFleet(dataDir: string, nodes: number): Promise<Fleet> {
  return withSetup(readConfig({ TAHAN_DATA_DIR: dataDir }), systemClock, async setup => {
    await setup.createOrganisation({ orgId, timeZone: 'Asia/Jakarta' });
    const logins: PublisherLogin[] = [];
    for (let n = 0; n < nodes; n++) {
      const nodeId = `bench-${String(n).padStart(4, '0')}`;
      const { mqtt } = await setup.createNode({ orgId, nodeId, reportEveryS: 60 });
      logins.push({ clientId: nodeId, ...mqtt, topic: readingTopic(nodeId) });
    }
    const { token } = await setup.createToken({ orgId, role: 'owner' });
    return { logins, token };
  });
}
