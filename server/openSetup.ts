import { mkdirSync } from 'node:fs';
import type { Clock } from '../models/contracts/intake.ts';
import { type Config, dataLayout } from './config.ts';
import { createSetup, type Setup } from './setup.ts';
import { createSignIn } from './signIn.ts';
import { metadataTarget, openMetadata } from './store/metadata/database.ts';

/** What can be made beside a running server. */
export type OfflineSetup = Pick<
  Setup,
  | 'createOrganisation'
  | 'ensureOrganisation'
  | 'createUser'
  | 'resetPassword'
  | 'createToken'
  | 'createNode'
  | 'createEdgeGateway'
  | 'createBridge'
>;

/**
 * Setup without a server: for the command line, on a data folder that a running server may be using at the same time.
 * What concerns a server's memory (batches, placements) has to go through its API instead.
 */
export async function withSetup<T>(
  config: Config,
  clock: Clock,
  work: (setup: OfflineSetup) => Promise<T>,
): Promise<T> {
  mkdirSync(config.dataDir, { recursive: true });
  const layout = dataLayout(config.dataDir);
  const metadata = await openMetadata(metadataTarget(config));
  const { db, engine } = metadata;
  const signIn = createSignIn({ db, engine, secretPath: layout.signInSecret, publicUrl: config.publicUrl });
  try {
    return await work(createSetup({ db, signIn, clock, timeZone: config.timeZone }));
  } finally {
    await metadata.close();
  }
}
