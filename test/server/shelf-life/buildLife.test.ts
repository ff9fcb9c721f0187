import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tahuParametersFor } from '../../../models/parameters/tahu.ts';
import { cleanSeries } from '../../../models/temperatureHistory.ts';
import { segmentsOf } from '../../../server/shelf-life/buildLife.ts';
import { segmentOfPair } from '../../../server/shelf-life/placedWindows.ts';
import type { Track } from '../../../server/shelf-life/tracks.ts';
import { createMemoryReadingStore } from '../../../server/store/memoryReadingStore.ts';
import { aReading } from '../../support/aReading.ts';
import { hourMs, startAt } from '../testServer.ts';

const dayMs = 24 * hourMs;
const maxGapMs = 2 * hourMs;

function trackOf(from: number, to: number): Track {
  return {
    batch: { treatment: 'vacuum', storage: null, productStorage: 'fridge' },
    parameters: tahuParametersFor('vacuum'),
    producedAt: startAt,
    windows: [{ nodeId: 'S-01', probe: 'main', reportEveryS: 600, from, to }],
    position: 'main',
    maxGapMs,
    reportEveryS: 600,
    origins: [],
  };
}

/** Readings over some ten days, some of them spikes, with silence of hours or days in between. */
const series = fc.array(
  fc.record({
    stepMin: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1_000, max: 6_000 })),
    temperatureC: fc.oneof(fc.integer({ min: 2, max: 12 }), fc.constant(85)),
  }),
  { minLength: 0, maxLength: 200 },
);

describe('segmentsOf', () => {
  it('reads a long window piece by piece and finds what the whole series says', async () => {
    await fc.assert(
      fc.asyncProperty(
        series,
        fc.integer({ min: 0, max: 5 }),
        fc.option(fc.integer({ min: 1, max: 12 })),
        async (steps, fromDay, toDay) => {
          let at = startAt;
          const points = steps.map(({ stepMin, temperatureC }) => {
            at += stepMin * 60_000;
            return { at, temperatureC };
          });
          const store = createMemoryReadingStore();
          await store.append(
            points.map(p => aReading({ measuredAt: p.at, temperatureC: p.temperatureC, receivedAt: p.at })),
          );
          const from = startAt + fromDay * dayMs;
          const to = toDay === null ? Number.POSITIVE_INFINITY : from + toDay * dayMs;
          const track = trackOf(from, to);
          const { used, leftOut } = cleanSeries(points);
          const segments = used
            .slice(1)
            .flatMap((point, i) => segmentOfPair(used[i]!, point, track.windows[0]!, maxGapMs) ?? []);
          expect(await segmentsOf(store, track, Number.MAX_SAFE_INTEGER)).toEqual({
            segments,
            spikes: leftOut.filter(p => p.at >= from && p.at < to).length,
          });
        },
      ),
      { numRuns: 200 },
    );
  });
});
