import { Counter, Gauge, type Registry } from 'prom-client';
import type { ReadingStore } from './store/readingStore.ts';

/** Registers the numbers of the reading store. */
export function registerStoreMetrics(
  registry: Registry,
  store: Pick<ReadingStore, 'durablePosition' | 'health'>,
): { forgotten(readings: number): void } {
  const registers = [registry];
  new Gauge({
    name: 'tahan_store_durable_position',
    help: 'Journal position up to which the store survives power loss',
    registers,
    collect() {
      this.set(store.durablePosition());
    },
  });
  new Gauge({
    name: 'tahan_store_stale',
    help: '1 while the database of the readings cannot be reached and answers come from what is known here',
    registers,
    collect() {
      this.set(store.health().state === 'stale' ? 1 : 0);
    },
  });
  new Gauge({
    name: 'tahan_store_waiting_readings',
    help: 'Readings that are on this disk and not yet in their database',
    registers,
    collect() {
      this.set(store.health().waiting ?? 0);
    },
  });
  const forgotten = new Counter({
    name: 'tahan_store_forgotten_readings_total',
    help: 'Readings that went because they were older than they are kept',
    registers,
  });
  return { forgotten: readings => forgotten.inc(readings) };
}
