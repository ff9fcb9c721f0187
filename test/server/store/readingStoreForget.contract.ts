import { expect } from 'vitest';
import type { Reading } from '../../../models/contracts/reading.ts';
import { aReading } from '../../support/aReading.ts';
import type { StoreTest } from './readingStore.contract.ts';

const t0 = Date.parse('2026-11-24T00:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const at = (minutes: number, fields: Partial<Reading> = {}) =>
  aReading({ measuredAt: t0 + minutes * minute, ...fields });
const everything = { from: -Infinity, to: Infinity };

/** What every store keeps of readings that it lets go. */
export function forgetContract(test: StoreTest): void {
  test('forget leaves hourly summaries of what is usable, and later daily ones', async store => {
    const days = [0, 1, 2];
    await store.append(
      days.flatMap(d => [
        at(d * 1440 + 30, { temperatureC: d }),
        at(d * 1440 + 45, { temperatureC: d + 1 }),
        at(d * 1440 + 50, { temperatureC: 85, quality: 'suspect' }),
        at(d * 1440 + 61, { temperatureC: d + 2 }),
      ]),
    );
    const forget = (readings: number, hours: number) =>
      store.forget({ readingsBefore: t0 + readings * day, hoursBefore: t0 + hours * day });
    const span = { nodeId: 'S-01', probe: 'main', from: t0, to: t0 + 3 * day };
    const counts = async (points: number) =>
      (await store.buckets({ ...span, points })).map(b => [
        (b.from - t0) / hour,
        b.minC,
        b.meanC,
        b.maxC,
        b.count,
      ]);
    const before = await counts(72);

    expect(await forget(2.5, -1)).toEqual({ readings: 8, hours: 0 });
    expect(await counts(72)).toEqual(before);
    expect(await store.count()).toBe(4);
    expect(await store.bounds('S-01')).toEqual({ earliestAt: t0, latestAt: t0 + 2 * day + 61 * minute });
    expect((await store.usable(span)).length).toBe(3);
    expect(await forget(1, -1), 'bounds do not move back').toEqual({ readings: 0, hours: 0 });

    expect(await forget(2, 1)).toEqual({ readings: 0, hours: 2 });
    expect(await counts(72)).toEqual([[0, 0, 1, 2, 3], ...before.slice(2)]);
    expect(await counts(3)).toEqual([
      [0, 0, 1, 2, 3],
      [24, 1, 2, 3, 3],
      [48, 2, 3, 4, 3],
    ]);
    expect(await store.buckets({ ...span, from: t0 + hour, to: t0 + day, points: 1 })).toEqual([]);
  });

  test('append takes nothing for a time that is forgotten', async store => {
    await store.append([at(0), at(1440)]);
    await store.forget({ readingsBefore: t0 + day, hoursBefore: -Infinity });
    const result = await store.append([at(0), at(1), at(1440), at(1441)]);
    expect(result).toEqual({ inserted: [at(1441)], duplicates: 1, conflicts: [], expired: 2 });
    expect((await store.range({ nodeId: 'S-01', ...everything, limit: 10 })).length).toBe(2);
  });

  test('forget keeps nothing of a node but its summaries when all its readings go', async store => {
    await store.append([at(0), at(1, { nodeId: 'S-02', quality: 'suspect' }), at(5000, { nodeId: 'S-03' })]);
    await store.forget({ readingsBefore: t0 + 2 * day, hoursBefore: -Infinity });
    expect(await store.nodeSummary('S-01')).toBeNull();
    expect(await store.nodeIds()).toEqual(['S-03']);
    expect(await store.bounds('S-01')).toEqual({ earliestAt: t0, latestAt: t0 });
    expect(await store.bounds('S-02')).toBeNull();
  });
}
