import type { Clock } from '../models/contracts/intake.ts';
import { type Config, dataLayout } from './config.ts';
import type { Log } from './log.ts';
import { openEmbeddedReadingStore } from './store/embeddedReadingStore.ts';
import type { ParkedReading } from './store/influx/influxSender.ts';
import type { ReadingStore } from './store/readingStore.ts';

export interface ReadingStoreOptions {
  readonly config: Pick<Config, 'dataDir' | 'readings' | 'retention' | 'storePatienceMs'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of a reading that its database will never take, after it was acknowledged; left out, it is only logged. */
  readonly onParked?: (parked: ParkedReading) => Promise<void>;
}

const waitedForLingerMs = 100;

/**
 * The store that the settings ask for. The folder of the data is there already.
 *
 * @throws {StoreUnavailable} when its file cannot be used. A database that cannot be reached is no error: the store says
 *   so by its health, and catches up
 */
export async function openReadingStore(options: ReadingStoreOptions): Promise<ReadingStore> {
  const { config, clock, log, onParked } = options;
  const { readings, retention } = config;
  const layout = dataLayout(config.dataDir);
  if (readings.store === 'embedded') return openEmbeddedReadingStore(layout.readings, { log });
  // Only who uses it waits for its client to be loaded.
  const { openInfluxReadingStore } = await import('./store/influx/influxReadingStore.ts');
  const positionPath = layout.influxPosition;
  // A broker's acknowledgements wait for it.
  const lingerMs = config.storePatienceMs === null ? undefined : waitedForLingerMs;
  return openInfluxReadingStore({
    influx: readings,
    clock,
    log,
    retention,
    positionPath,
    onParked,
    lingerMs,
  });
}
