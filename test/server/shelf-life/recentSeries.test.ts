import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentSeries } from '../../../server/shelf-life/recentSeries.ts';

const startAt = Date.parse('2026-11-24T00:00:00Z');

function back(series: RecentSeries) {
  return Array.from({ length: series.length }, (_, i) => ({
    at: series.at(i),
    temperatureC: series.temperatureC(i),
  }));
}

describe('RecentSeries', () => {
  const steps = fc.integer({ min: 1, max: 3 * 24 * 3_600_000 });
  const asSensorsSay = fc.integer({ min: -40_000, max: 85_000 }).map(milli => milli / 1_000);
  const anything = fc.double({ min: -100, max: 200, noNaN: true });

  it.each([
    ['temperatures of sensors', asSensorsSay],
    ['any temperatures', anything],
    ['some of both', fc.oneof(asSensorsSay, anything)],
  ])('gives back times and %s to the last bit', (_, temperatures) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(steps, temperatures), { maxLength: 40 }), pieces => {
        let at = startAt;
        const points = pieces.map(([step, temperatureC]) => {
          at += step;
          return { at, temperatureC };
        });
        expect(back(new RecentSeries(points))).toStrictEqual(points);
      }),
    );
  });

  it('gives back readings that lie a year apart', () => {
    const points = [0, 365 * 24 * 3_600_000].map(ms => ({ at: startAt + ms, temperatureC: 4.25 }));
    expect(back(new RecentSeries(points))).toStrictEqual(points);
  });
});
