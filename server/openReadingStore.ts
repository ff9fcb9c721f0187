import type { Registry } from 'prom-client';
import type { Clock } from '../models/contracts/intake.ts';
import { type Config, dataLayout } from './config.ts';
import { StoreUnavailable } from './errors.ts';
import type { Log } from './log.ts';
import { openEmbeddedReadingStore } from './store/embeddedReadingStore.ts';
import type { ReadingStore } from './store/readingStore.ts';

export interface ReadingStoreOptions {
  readonly config: Pick<Config, 'dataDir' | 'readings' | 'retention'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry?: Registry;
}

/**
 * The store that the settings ask for. The folder of the data is there already.
 *
 * @throws {StoreUnavailable} when its file cannot be used. A database that cannot be reached is no error: the store says
 *   so by its health, and catches up
 */
export async function openReadingStore({ config }: ReadingStoreOptions): Promise<ReadingStore> {
  const { readings } = config;
  if (readings.store === 'embedded') return openEmbeddedReadingStore(dataLayout(config.dataDir).readings);
  throw new StoreUnavailable('readings in InfluxDB are not here yet');
}
