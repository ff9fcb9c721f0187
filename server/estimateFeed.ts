import type { Clock } from '../models/contracts/intake.ts';
import { ApiError } from './errors.ts';
import type { LiveHub } from './liveHub.ts';
import type { Log } from './log.ts';
import { type BatchLives, oldestBatchMs } from './shelf-life/batchLives.ts';
import { type BatchKey, batchKey, splitBatchKey } from './shelf-life/placementIndex.ts';
import { listActiveBatchesOfAllOrganisations } from './store/metadata/batches.ts';
import type { MetadataDb } from './store/metadata/database.ts';

/**
 * Publishes estimates as they change: at most one a second for each batch, and one a minute because time passes. They take at
 * most a tenth of the time: where there is more to do, each batch is told of less often.
 */
export interface EstimateFeed {
  touched(batches: Iterable<BatchKey>): void;
  start(): void;
  stop(): Promise<void>;
}

const everyMs = 1_000;
const timePassesEveryMs = 60_000;

export function createEstimateFeed(parts: {
  readonly db: MetadataDb;
  readonly lives: BatchLives;
  readonly hub: LiveHub;
  readonly clock: Clock;
  readonly log: Log;
}): EstimateFeed {
  const { db, lives, hub, clock, log } = parts;
  const dirty = new Set<BatchKey>();
  let restTimer: NodeJS.Timeout | undefined;
  let busy = false;
  let minuteTimer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> = Promise.resolve();
  let stopped = false;

  async function flush(): Promise<void> {
    const batches = [...dirty];
    dirty.clear();
    for (const key of batches) {
      if (stopped) return;
      const { orgId, batchId } = splitBatchKey(key);
      if (!hub.isAttended(orgId)) continue;
      try {
        hub.publish(orgId, { type: 'estimate', data: await lives.estimate(orgId, batchId) });
      } catch (error) {
        // One batch that cannot be estimated must not keep the others from being told.
        if (!(error instanceof ApiError))
          log.error({ err: error, orgId, batchId }, 'no estimate for the live stream');
      }
      // An estimate takes milliseconds of this thread: others first.
      await new Promise(resolve => setImmediate(resolve));
    }
  }

  /** Begins a round unless one is running or its second is not over; what came meanwhile goes with the next. */
  function wake(): void {
    if (busy || stopped || dirty.size === 0) return;
    busy = true;
    const began = performance.now();
    flushing = flush().then(() => {
      const restMs = Math.max(everyMs, 9 * (performance.now() - began));
      restTimer = setTimeout(() => {
        busy = false;
        wake();
      }, restMs);
    });
  }

  async function renewAll(): Promise<void> {
    const batches = await listActiveBatchesOfAllOrganisations(db, clock.now() - oldestBatchMs);
    for (const { orgId, batchId } of batches) dirty.add(batchKey(orgId, batchId));
    wake();
  }

  return {
    touched(batches) {
      for (const key of batches) dirty.add(key);
      wake();
    },
    start() {
      minuteTimer = setInterval(() => {
        renewAll().catch(error => log.error({ err: error }, 'estimates could not be renewed'));
      }, timePassesEveryMs);
    },
    async stop() {
      stopped = true;
      clearInterval(minuteTimer);
      await flushing;
      clearTimeout(restTimer);
    },
  };
}
