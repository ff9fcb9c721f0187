import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanSeries, segmentsBetween, type TemperaturePoint } from '../../models/temperatureHistory.ts';

/** Points a minute apart. */
const minutely = (...temperaturesC: number[]): TemperaturePoint[] =>
  temperaturesC.map((temperatureC, minute) => ({ at: minute * 60_000, temperatureC }));
const leftOut = (...temperaturesC: number[]) =>
  cleanSeries(minutely(...temperaturesC)).leftOut.map(({ at }) => at / 60_000);

describe('cleanSeries', () => {
  it('cleanSeries leaves out a point that stands out from both neighbours', () => {
    expect(leftOut(5, 5, 40, 5, 5)).toEqual([2]);
    expect(leftOut(5, 5, -30, 5, 5)).toEqual([2]);
  });

  it('cleanSeries keeps a step that the next reading confirms', () => {
    expect(leftOut(5, 5, 25, 25, 25)).toEqual([]);
  });

  it('cleanSeries leaves out a step at the end until it is confirmed, and at the start for good', () => {
    expect(leftOut(5, 5, 25)).toEqual([2]);
    expect(leftOut(25, 5, 5)).toEqual([0]);
    expect(leftOut(85, 5)).toEqual([0, 1]);
  });

  it('cleanSeries does not blame a point at an end for the spike beside it', () => {
    expect(leftOut(5, 40, 5)).toEqual([1]);
    expect(leftOut(5, 5, 40, 5)).toEqual([2]);
    expect(leftOut(5, 5, 40, 80)).toEqual([2, 3]);
  });

  it('cleanSeries keeps what is slow or small', () => {
    expect(leftOut(5, 8, 5)).toEqual([]);
    const slow = [5, 30, 5].map((temperatureC, index) => ({ at: index * 600_000, temperatureC }));
    expect(cleanSeries(slow).leftOut).toEqual([]);
  });

  it('cleanSeries takes 0 C for a temperature', () => {
    expect(leftOut(0, 0, 0.5, 0)).toEqual([]);
    expect(cleanSeries(minutely(0)).used).toHaveLength(1);
  });

  const points = fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 100 }).map(minute => minute * 30_000),
      temperatureC: fc.integer({ min: -40, max: 85 }),
    }),
    { maxLength: 40 },
  );

  it('cleanSeries gives the same for any order and loses no point', () => {
    fc.assert(
      fc.property(points, series => {
        const clean = cleanSeries(series);
        expect(cleanSeries(series.toReversed())).toEqual(clean);
        expect(clean.used.length + clean.leftOut.length).toBe(series.length);
      }),
    );
  });

  it('a late point changes the verdict on at most two points on each side', () => {
    const distinct = points.map(series => [...new Map(series.map(point => [point.at, point])).values()]);
    fc.assert(
      fc.property(
        distinct,
        fc.integer({ min: -40, max: 85 }),
        fc.nat(100),
        (series, temperatureC, minute) => {
          const late = { at: minute * 30_000 + 7, temperatureC };
          const before = new Set(cleanSeries(series).leftOut.map(({ at }) => at));
          const after = new Set(cleanSeries([...series, late]).leftOut.map(({ at }) => at));
          const inOrder = series.toSorted((a, b) => a.at - b.at);
          const place = inOrder.filter(({ at }) => at < late.at).length;
          inOrder.forEach(({ at }, index) => {
            if (before.has(at) !== after.has(at)) {
              expect(index).toBeGreaterThanOrEqual(place - 2);
              expect(index).toBeLessThanOrEqual(place + 1);
            }
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('cleanSeries refuses what is no number', () => {
    expect(() => cleanSeries([{ at: 0, temperatureC: Number.NaN }])).toThrow(
      'temperatureC must be finite, got NaN',
    );
  });
});

describe('segmentsBetween', () => {
  it('segmentsBetween cuts the first and the last piece on their lines', () => {
    const segments = segmentsBetween(minutely(4, 10, 10, 0), 30_000, 150_000);
    expect(segments).toEqual([
      { from: 30_000, fromC: 7, to: 60_000, toC: 10 },
      { from: 60_000, fromC: 10, to: 120_000, toC: 10 },
      { from: 120_000, fromC: 10, to: 150_000, toC: 5 },
    ]);
  });

  it('segmentsBetween keeps pieces as they are when the span holds them', () => {
    expect(segmentsBetween(minutely(4, 6), -1, 1e9)).toEqual([{ from: 0, fromC: 4, to: 60_000, toC: 6 }]);
    expect(segmentsBetween(minutely(4, 6), 60_000, 1e9)).toEqual([]);
    expect(segmentsBetween(minutely(4, 6), 5, 5)).toEqual([]);
    expect(segmentsBetween(minutely(4), 0, 1e9)).toEqual([]);
  });

  it('segmentsBetween passes over two points at one instant: a jump has no duration', () => {
    const jump = [...minutely(4, 6), { at: 60_000, temperatureC: 20 }, { at: 120_000, temperatureC: 20 }];
    expect(segmentsBetween(jump, 0, 1e9).map(({ fromC, toC }) => [fromC, toC])).toEqual([
      [4, 6],
      [20, 20],
    ]);
  });

  it('segmentsBetween refuses points out of order', () => {
    expect(() => segmentsBetween(minutely(4, 6).reverse(), 0, 1e9)).toThrow(
      'points must be ascending in time',
    );
  });
});
