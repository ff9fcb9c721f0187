import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../server/errors.ts';
import { createRetention } from '../../server/retention.ts';
import { createMemoryReadingStore } from '../../server/store/memoryReadingStore.ts';
import { aReading } from '../support/aReading.ts';
import { fakeClock } from '../support/fakeClock.ts';
import { startAt, testServer } from './testServer.ts';

const dayMs = 24 * 3_600_000;

function retentionOf(retention: { days: number | null; hourlyDays: number | null }) {
  const store = createMemoryReadingStore();
  const clock = fakeClock(startAt);
  let failing = false;
  const asked: { readingsBefore: number; hoursBefore: number }[] = [];
  let forgotten = 0;
  const job = createRetention({
    store: {
      async forget(bounds) {
        if (failing) throw new StoreUnavailable('the disk is gone');
        asked.push(bounds);
        return store.forget(bounds);
      },
    },
    retention,
    clock,
    log: pino({ level: 'silent' }),
    onForgotten: readings => {
      forgotten += readings;
    },
  });
  return {
    store,
    clock,
    job,
    asked,
    forgotten: () => forgotten,
    fail: (fails: boolean) => (failing = fails),
  };
}

describe('retention', () => {
  it('lets readings go that are older than they are kept, once a day, and counts them', async () => {
    const { store, clock, job, asked, forgotten } = retentionOf({ days: 60, hourlyDays: 90 });
    await store.append([10, 61.5, 62, 100].map(days => aReading({ measuredAt: startAt - days * dayMs })));
    await job.look();
    await job.look();
    expect(asked).toEqual([{ readingsBefore: startAt - 60 * dayMs, hoursBefore: startAt - 90 * dayMs }]);
    expect([forgotten(), await store.count()]).toEqual([3, 1]);
    clock.advance(21 * 3_600_000);
    await job.look();
    expect(asked.length).toBe(2);
  });

  it('keeps everything for ever without a number of days, and hours without one of theirs', async () => {
    const keeper = retentionOf({ days: null, hourlyDays: 60 });
    keeper.job.start();
    await keeper.job.look();
    await keeper.job.stop();
    expect(keeper.asked).toEqual([]);
    const { job, asked } = retentionOf({ days: 60, hourlyDays: null });
    await job.look();
    expect(asked[0]?.hoursBefore).toBe(Number.NEGATIVE_INFINITY);
  });

  it('tries again at the next look when the store could not', async () => {
    const { job, asked, fail } = retentionOf({ days: 60, hourlyDays: null });
    fail(true);
    await job.look();
    fail(false);
    await job.look();
    expect(asked.length).toBe(1);
  });

  it('begins with the server, whose charts go on with what is left', async () => {
    const store = createMemoryReadingStore();
    await store.append([aReading({ measuredAt: startAt - 80 * dayMs }), aReading({ measuredAt: startAt })]);
    const config = { TAHAN_RETENTION_DAYS: '60' };
    const { server, get, stop } = await testServer({ readings: store, environment: config });
    await server.setup.createNode({ orgId: 'tani', nodeId: 'S-01' });
    await expect.poll(() => store.count()).toBe(1);
    const { buckets } = (await get('/nodes/S-01/readings?points=100')).body;
    expect(buckets.length).toBe(2);
    await stop();
  });
});
