import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { openInfluxReadingStore } from '../../../../server/store/influx/influxReadingStore.ts';
import type { ReadingStore } from '../../../../server/store/readingStore.ts';
import { type Influxd, startInfluxd } from '../../../support/influxd.ts';
import { longTempDir } from '../../../support/tempDir.ts';
import { readingStoreContract } from '../readingStore.contract.ts';

let influxd: Influxd;
let databases = 0;
const folder = longTempDir();

beforeAll(async () => {
  influxd = await startInfluxd();
});

afterAll(async () => {
  await influxd.close();
  folder.remove();
});

const open = (bucket: string, more: { mostKept?: number } = {}) =>
  openInfluxReadingStore({
    ...more,
    influx: { url: influxd.url, token: null, org: null, bucket, username: null, password: null },
    clock: { now: () => Date.parse('2026-11-25T00:00:00Z') },
    log: pino({ level: 'silent' }),
    retention: { days: null, hourlyDays: null },
    positionPath: `${folder.path}/${bucket}.json`,
  });

readingStoreContract(
  'InfluxDB 1.6',
  () => {
    databases += 1;
    return open(`contract-${databases}`);
  },
  {
    numRuns: 20,
    async reopen(store) {
      await store.close();
      return open(`contract-${databases}`);
    },
  },
);

const questions = [
  ...['range', 'usable', 'suspectCount', 'neighbours', 'buckets', 'timeAbove', 'bounds'],
  ...['reception', 'nodeSummary', 'nodeSummaries', 'nodeIds', 'count', 'forget'],
];

/** Everything appended so far is in InfluxDB before one of these is called. */
function writtenBefore(methods: readonly string[], store: ReadingStore): ReadingStore {
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name)?.bind(target);
      if (!methods.includes(String(name))) return method;
      return async (...values: unknown[]) => {
        await target.sync();
        return method(...values);
      };
    },
  });
}

for (const [name, methods] of [
  ['with nothing in memory', questions],
  ['with only what came last in memory', ['append']],
] as const) {
  const openWith = async () => writtenBefore(methods, await open(`contract-${databases}`, { mostKept: 0 }));
  readingStoreContract(
    `InfluxDB 1.6 ${name}`,
    () => {
      databases += 1;
      return openWith();
    },
    {
      numRuns: 20,
      async reopen(store) {
        await store.close();
        return openWith();
      },
    },
  );
}
