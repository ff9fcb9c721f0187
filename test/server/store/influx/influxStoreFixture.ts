import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { InfluxConfig } from '../../../../server/influxSettings.ts';
import {
  type InfluxStoreOptions,
  openInfluxReadingStore,
} from '../../../../server/store/influx/influxReadingStore.ts';
import { connectInflux } from '../../../../server/store/influx/influxServer.ts';
import type { ReadingStore } from '../../../../server/store/readingStore.ts';
import { aReading } from '../../../support/aReading.ts';

export const t0 = Date.parse('2026-11-24T00:00:00Z');
export const minute = 60_000;
export const atMinute = (minutes: number, fields: Parameters<typeof aReading>[0] = {}) =>
  aReading({ measuredAt: t0 + minutes * minute, ...fields });
export const minutes = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => atMinute(from + i, { temperatureC: ((from + i) % 90) / 10 }));
export const everything = { nodeId: 'S-01', from: -Infinity, to: Infinity, limit: Infinity };

export function influxAt(url: string, fields: Partial<InfluxConfig> = {}): InfluxConfig {
  return { url, token: null, org: null, bucket: 'tahan', username: null, password: null, ...fields };
}

/** Closed when the test ends. */
export async function openAt(
  influx: InfluxConfig,
  options: Partial<InfluxStoreOptions> = {},
): Promise<ReadingStore> {
  const store = await openInfluxReadingStore({
    influx,
    clock: { now: () => t0 },
    log: pino({ level: 'silent' }),
    retention: { days: null, hourlyDays: null },
    ...options,
  });
  onTestFinished(() => store.close());
  return store;
}

/** Resolves when a condition holds; looks again as soon as other work has had its turn. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 5));
}

export const isOk = (store: ReadingStore) => store.health().state === 'ok';

/** Resolves when InfluxDB answers and has all there is. */
export async function caughtUp(store: ReadingStore, position: number): Promise<void> {
  await until(async () => {
    await store.sync();
    return isOk(store) && store.durablePosition() === position;
  });
}

/** What InfluxDB itself says it has of a node, as `measuredAt: temperature`. */
export async function inInflux(influx: InfluxConfig, nodeId = 'S-01'): Promise<[number, number][]> {
  const server = await connectInflux(influx);
  const [series] = await server.query(
    `SELECT temperature_c FROM readings WHERE node = '${nodeId}' ORDER BY time ASC`,
  );
  return (series?.values ?? []).map(([at, temperatureC]) => [Number(at), Number(temperatureC)]);
}
