import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanSeries, type TemperaturePoint } from '../../../models/temperatureHistory.ts';
import { pairsOf } from '../../../server/shelf-life/buildLife.ts';
import { type Pair, seriesChange } from '../../../server/shelf-life/seriesChange.ts';
import { createMemoryReadingStore } from '../../../server/store/memoryReadingStore.ts';
import { aReading } from '../../support/aReading.ts';

const minuteMs = 60_000;
const startAt = Date.parse('2026-11-24T00:00:00Z');
const readingAt = (minute: number, temperatureC: number) =>
  aReading({ nodeId: 'S-01', probe: 'main', measuredAt: startAt + minute * minuteMs, temperatureC });

/** Of a whole series, neighbours in it once it is cleaned. */
const neighboursIn = (points: readonly TemperaturePoint[]) =>
  pairsOf(cleanSeries([...points].sort((a, b) => a.at - b.at)).used);
const textOf = (pairs: readonly Pair[]) => pairs.map(pair => JSON.stringify(pair)).sort();

describe('seriesChange', () => {
  it('takes a cleaned series from what it was without the new readings to what it is with them', async () => {
    const reading = fc.record({
      temperatureC: fc.constantFrom(4, 5, 6, 40),
      isNew: fc.nat(5).map(n => n === 0),
    });
    const series = fc.dictionary(fc.integer({ min: 0, max: 80 }).map(String), reading, {
      maxKeys: 40,
      size: 'max',
    });
    await fc.assert(
      fc.asyncProperty(series, async drawn => {
        const all = Object.entries(drawn).map(([minute, { temperatureC, isNew }]) => ({
          isNew,
          reading: readingAt(Number(minute), temperatureC),
        }));
        const added = all.filter(({ isNew }) => isNew).map(({ reading: { measuredAt } }) => measuredAt);
        fc.pre(added.length > 0);
        const store = createMemoryReadingStore();
        await store.append(all.map(({ reading: r }) => r));
        const points = all.map(({ isNew, reading: { measuredAt: at, temperatureC } }) => ({
          ...{ isNew, point: { at, temperatureC: temperatureC! } },
        }));
        const before = textOf(neighboursIn(points.filter(p => !p.isNew).map(p => p.point)));
        const after = textOf(neighboursIn(points.map(p => p.point)));
        const { gone, come } = await seriesChange(store, 'S-01', 'main', added);
        expect(textOf(gone)).toEqual(before.filter(pair => !after.includes(pair)));
        expect(textOf(come)).toEqual(after.filter(pair => !before.includes(pair)));
      }),
      { numRuns: 300 },
    );
  });

  it('reads no span for readings that follow on the last', async () => {
    const store = createMemoryReadingStore();
    const minutes = Array.from({ length: 30 }, (_, minute) => minute);
    await store.append(minutes.map(minute => readingAt(minute, 4 + (minute % 3))));
    let spans = 0;
    const usable: typeof store.usable = query => {
      spans += 1;
      return store.usable(query);
    };
    const added = minutes.slice(20).map(minute => startAt + minute * minuteMs);
    const { come } = await seriesChange({ ...store, usable }, 'S-01', 'main', added);
    expect(come).toHaveLength(10);
    expect(spans).toBe(0);
  });
});
