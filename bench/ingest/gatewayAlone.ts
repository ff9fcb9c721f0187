import { join } from 'node:path';
import { pino } from 'pino';
import { processRegistry } from '../../cli/processRegistry.ts';
import { startGateway } from '../../gateway/gateway.ts';
import { systemClock } from '../../server/clock.ts';
import { readConfig } from '../../server/config.ts';
import { metadataTarget, openMetadata } from '../../server/store/metadata/database.ts';
import { verifyNode } from '../../server/store/metadata/nodes.ts';
import { type ListeningChild, listensOn, startListening } from '../load/listeningChild.ts';

/** The gateway as the product starts it, with a consumer that only counts: everything up to the PUBACK. */
export const startGatewayAlone = (dataDir: string): Promise<ListeningChild> =>
  startListening(import.meta.filename, dataDir);

if (import.meta.main) {
  const [, , dataDir] = process.argv;
  const config = readConfig({ TAHAN_DATA_DIR: dataDir });
  const { db } = await openMetadata(metadataTarget(config));
  let position = 0;
  const gateway = await startGateway({
    mqtt: { host: '127.0.0.1', port: 0 },
    journalDir: join(config.dataDir, 'journal'),
    directory: { verify: (nodeId, secret) => verifyNode(db, nodeId, secret) },
    consumer: {
      durablePosition: () => position,
      async consume(records) {
        position = records.at(-1)?.position ?? position;
      },
    },
    onPresence: () => undefined,
    onSecurity: event => console.error(`gateway: ${event.kind}: ${event.detail}`),
    clock: systemClock,
    log: pino({ level: 'warn' }),
    registry: processRegistry(),
  });
  listensOn(gateway.port);
}
