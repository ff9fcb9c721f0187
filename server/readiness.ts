import { statfs } from 'node:fs/promises';
import { sql } from 'kysely';
import type { ReadinessProbe } from './services.ts';
import type { MetadataDb } from './store/metadata/database.ts';

/** Below this the disk counts as full: journal and stores need room to finish what they hold. */
const leastFreeBytes = 100 * 1024 * 1024;

/** Whether the folder has room. */
export function diskProbe(dataDir: string): ReadinessProbe {
  return async () => {
    const { bavail, bsize } = await statfs(dataDir);
    const freeMiB = Math.floor((bavail * bsize) / 1024 / 1024);
    return bavail * bsize >= leastFreeBytes || `only ${freeMiB} MiB are free under the data folder`;
  };
}

/** Whether the stores answer, and the last attempt to make readings durable did not fail. */
export function storeProbe(db: MetadataDb, lastSyncError: () => unknown): ReadinessProbe {
  return async () => {
    await sql`SELECT 1`.execute(db);
    const error = lastSyncError();
    return error === undefined || `readings could not be made durable: ${String(error)}`;
  };
}
