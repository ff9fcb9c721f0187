import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastPatience, longestPauseMs, stuckPatience } from '../../../models/cold-chain/stuckProbe.ts';
import type { Reading } from '../../../models/contracts/reading.ts';
import { believedReadingStore } from '../../../server/store/believedReadingStore.ts';
import { bucketGrid } from '../../../server/store/bucketGrid.ts';
import { bucketise } from '../../../server/store/bucketise.ts';
import { createMemoryReadingStore } from '../../../server/store/memoryReadingStore.ts';
import { isUsable, type ReadingStore } from '../../../server/store/readingStore.ts';
import { pointsAround, timeAboveOf } from '../../../server/store/timeAboveOf.ts';
import { aReading } from '../../support/aReading.ts';
import { readingStoreContract } from './readingStore.contract.ts';

const t0 = Date.parse('2026-11-24T00:00:00Z');
const minute = 60_000;
const series = { nodeId: 'S-01', probe: 'main' };

readingStoreContract('a believed store without stuck probes', () =>
  believedReadingStore(createMemoryReadingStore()),
);

/** What is stuck, the slowest and plainest way: every reading is asked for its whole run. */
function stuckOf(readings: readonly Reading[], until = Number.POSITIVE_INFINITY): Set<number> {
  const points = readings
    .filter(isUsable)
    .filter(r => r.measuredAt <= until)
    .map(({ measuredAt: at, temperatureC }) => ({ at, temperatureC }))
    .sort((a, b) => a.at - b.at);
  const stuck = new Set<number>();
  for (let first = 0; first < points.length; ) {
    let next = first + 1;
    while (
      next < points.length &&
      points[next]!.temperatureC === points[first]!.temperatureC &&
      points[next]!.at - points[next - 1]!.at <= longestPauseMs
    )
      next += 1;
    const run = points.slice(first, next);
    const lengthMs = run.at(-1)!.at - run[0]!.at;
    const patience = stuckPatience(points.slice(Math.max(0, first - 48), first));
    const isPast = (than: typeof leastPatience) =>
      lengthMs > than.longerThanMs && run.length >= than.readings;
    if (patience !== null && isPast(leastPatience) && isPast(patience))
      for (const { at } of run.slice(1)) stuck.add(at);
    first = next;
  }
  return stuck;
}

/** Stretches of a fine probe that flickers, one that stands still, silence and a coarse probe, with slips inside. */
const stretch = fc.record({
  kind: fc.constantFrom('alive', 'alive', 'still', 'still', 'silent', 'coarse'),
  readings: fc.integer({ min: 5, max: 80 }),
  everyMin: fc.constantFrom(5, 10, 10, 20),
  slipAt: fc.option(fc.integer({ min: 0, max: 79 })),
});
const history = fc
  .tuple(
    fc.array(stretch, { minLength: 1, maxLength: 7 }),
    fc.infiniteStream(fc.integer({ min: 0, max: 40 })),
  )
  .map(([stretches, noise]) => {
    let at = t0;
    const readings: Reading[] = [];
    for (const { kind, readings: count, everyMin, slipAt } of stretches) {
      if (kind === 'silent') at += count * 10 * minute;
      else
        for (let i = 0; i < count; i++) {
          at += everyMin * minute;
          const flicker = 4 + Number(noise.next().value) / 100;
          const stillC = i === slipAt ? flicker : 4.2;
          const temperatureC =
            kind === 'still' ? stillC : kind === 'coarse' ? Math.round(flicker * 2) / 2 : flicker;
          readings.push(aReading({ ...series, measuredAt: at, temperatureC }));
        }
    }
    return readings;
  });

/** A story in which the probe surely gets stuck. */
const stuckStory = history.map(tail => {
  const story: Reading[] = [];
  for (let i = 0; i < 110; i++) {
    const temperatureC = i < 60 ? 4 + ((i * 5) % 7) / 100 : 4.2;
    story.push(aReading({ ...series, measuredAt: t0 + i * 10 * minute, temperatureC }));
  }
  const after = tail.map(r => ({ ...r, measuredAt: r.measuredAt + 1_100 * minute }));
  return [...story, ...after];
});
const anyHistory = fc.oneof(history, stuckStory);

async function whole(store: ReadingStore, readings: readonly Reading[]) {
  const from = t0 - 1;
  const to = (readings.at(-1)?.measuredAt ?? t0) + 1;
  const asKnownAt: number[] = [];
  for (let share = 0.05; share < 1; share += 0.05) {
    const knownUntil = Math.round(from + share * (to - from));
    asKnownAt.push((await store.usable({ ...series, from, to: knownUntil, knownUntil })).length);
  }
  return JSON.stringify([
    asKnownAt,
    await store.usable({ ...series, from, to }),
    await store.suspectCount({ ...series, from, to }),
    (await store.range({ nodeId: series.nodeId, from, to, limit: 10_000 })).map(r => [
      r.measuredAt,
      r.quality,
    ]),
    await store.buckets({ ...series, from, to, points: 20 }),
    (await store.nodeSummary(series.nodeId))?.stuckSince ?? null,
  ]);
}

describe('believedReadingStore', () => {
  it('leaves out exactly what is stuck, asked in any order of arrival, in any pieces, in between or not', async () => {
    let stuckSeen = 0;
    await fc.assert(
      fc.asyncProperty(
        anyHistory,
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(0, 3, 1_000_000),
        async (readings, random, size, reach) => {
          const stuck = stuckOf(readings);
          stuckSeen += stuck.size;
          const shuffled = readings
            .map((reading, i) => ({ reading, rank: i + (Number(random.next().value) % (reach + 1)) }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ reading }) => reading);
          const store = believedReadingStore(createMemoryReadingStore());
          const told = new Map<number, string>();
          for (let i = 0; i < shuffled.length; i += size) {
            const before = await store.usable({ ...series, from: 0, to: Number.MAX_SAFE_INTEGER });
            const { inserted, rejudged } = await store.append(shuffled.slice(i, i + size));
            for (const r of inserted) told.set(r.measuredAt, r.quality);
            const isNew = new Set(inserted.map(r => r.measuredAt));
            const now = await store.usable({ ...series, from: 0, to: Number.MAX_SAFE_INTEGER });
            if (rejudged === undefined) expect(now.filter(p => !isNew.has(p.at))).toEqual(before);
            const usableNow = new Set(now.map(p => p.at));
            for (const r of inserted)
              expect(r.quality).toBe(usableNow.has(r.measuredAt) ? 'good' : 'suspect');
          }
          const from = t0 - 1;
          const to = (readings.at(-1)?.measuredAt ?? t0) + 1;
          const used = await store.usable({ ...series, from, to });
          expect(used.map(p => p.at)).toEqual(readings.map(r => r.measuredAt).filter(at => !stuck.has(at)));
          expect(await store.suspectCount({ ...series, from, to })).toBe(stuck.size);
          const inOrder = believedReadingStore(createMemoryReadingStore());
          await inOrder.append(readings);
          expect(await whole(store, readings)).toBe(await whole(inOrder, readings));
        },
      ),
      { numRuns: 200 },
    );
    expect(stuckSeen).toBeGreaterThan(1_000);
  }, 120_000);

  it('answers every question from what is believed, as known then', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyHistory,
        fc.integer({ min: 0, max: 4_000 }),
        fc.integer({ min: 1, max: 4_000 }),
        fc.integer({ min: 1, max: 12 }),
        async (readings, fromMin, lengthMin, count) => {
          const store = believedReadingStore(createMemoryReadingStore());
          await store.append(readings);
          const from = t0 + fromMin * minute;
          const to = from + lengthMin * minute;
          for (const knownUntil of [undefined, to - 1]) {
            const stuck = stuckOf(readings, knownUntil);
            // As known then, readings after it are not asked for.
            const believed = readings
              .filter(
                r => !stuck.has(r.measuredAt) && r.measuredAt <= (knownUntil ?? Number.POSITIVE_INFINITY),
              )
              .map(r => ({ at: r.measuredAt, temperatureC: r.temperatureC! }));
            const before = await store.neighbours('S-01', 'main', to, count, knownUntil);
            expect(before.before).toEqual(believed.filter(p => p.at < to).slice(-count));
            const inside = believed.filter(p => p.at >= from && p.at < to);
            const query = { ...series, from, to, ...(knownUntil !== undefined && { knownUntil }) };
            expect(await store.usable(query)).toEqual(inside);
            if (knownUntil !== undefined) continue;
            const after = await store.neighbours('S-01', 'main', from, count);
            expect(after.after).toEqual(believed.filter(p => p.at > from).slice(0, count));
            const points = 7;
            const grid = bucketGrid(from, to, points);
            expect(await store.buckets({ ...query, points })).toEqual(bucketise(grid, query, inside));
            const above = { ...query, levelC: 4.19, longestGapMs: 60 * minute };
            const plain = timeAboveOf(await pointsAround(store, query), above);
            const said = await store.timeAbove(above);
            expect(said.knownMs).toBeCloseTo(plain.knownMs, 3);
            expect(said.aboveMs).toBeCloseTo(plain.aboveMs, 3);
          }
        },
      ),
      { numRuns: 150 },
    );
  }, 120_000);

  it('keeps readings as they came, and calls the node stuck until it moves again', async () => {
    const raw = createMemoryReadingStore();
    const store = believedReadingStore(raw);
    const say = (i: number, temperatureC: number) =>
      store.append([aReading({ ...series, measuredAt: t0 + i * 10 * minute, temperatureC })]);
    for (let i = 0; i < 60; i++) await say(i, 4 + ((i * 5) % 7) / 100);
    const rejudged: number[] = [];
    for (let i = 60; i < 110; i++) if ((await say(i, 4.2)).rejudged) rejudged.push(i);
    expect(rejudged).toEqual([60 + 37]);
    const stuckSince = async () => (await store.nodeSummary('S-01'))?.stuckSince ?? null;
    expect(await stuckSince()).toBe(t0 + 60 * 10 * minute);
    expect((await store.nodeSummary('S-01'))?.lastReading.quality).toBe('suspect');
    const all = { nodeId: 'S-01', from: t0, to: t0 + 2_000 * minute, limit: 1_000 };
    expect((await raw.range(all)).every(r => r.quality === 'good')).toBe(true);
    expect((await store.range(all)).filter(r => r.quality === 'suspect')).toHaveLength(49);
    expect((await say(110, 4.31)).rejudged).toBeUndefined();
    expect(await stuckSince()).toBeNull();
    // A reading that came late shows that it had moved.
    const late = aReading({ ...series, measuredAt: t0 + 850 * minute + 1, temperatureC: 4.21 });
    expect((await store.append([late])).rejudged).toEqual([series]);
    expect(await store.suspectCount({ ...series, from: t0, to: t0 + 2_000 * minute })).toBe(0);
  });
});
