import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Episode,
  foldTooWarm,
  mergeEpisodes,
  noReadings,
  type TooWarmRule,
  type TooWarmSeries,
} from '../../../models/alerts/tooWarm.ts';
import type { TemperaturePoint } from '../../../models/temperatureHistory.ts';

const minute = 60_000;
const cadence = 10 * minute;
const rule: TooWarmRule = {
  levelC: 8,
  clearLevelC: 7,
  holdMs: 30 * minute,
  clearHoldMs: 10 * minute,
  doseLimitH: null,
  mildBelowH: null,
  severity: 'warning',
};
/** An hour at 18 C costs 10 hours of life more than one at 8 C or below. */
const series: TooWarmSeries = { maxGapMs: 30 * minute, lossRate: c => Math.max(0, c - 8) };

const pointsOf = (temperatures: readonly number[], everyMs = cadence): TemperaturePoint[] =>
  temperatures.map((temperatureC, i) => ({ at: i * everyMs, temperatureC }));
const episodesOf = (points: readonly TemperaturePoint[], its = rule) =>
  foldTooWarm(noReadings, points, its, series).episodes;

const temperatures = fc.array(fc.integer({ min: 20, max: 140 }), { minLength: 2, maxLength: 80 });
const anySeries = temperatures.map(tenths => pointsOf(tenths.map(t => t / 10)));

describe('foldTooWarm', () => {
  it('opens no alert for a door that is open for ten minutes', () => {
    expect(episodesOf(pointsOf([5, 5, 11, 9, 7.5, 5, 5, 5]))).toEqual([]);
  });

  it('opens when the level has been exceeded for the hold time, and begins it where the level was crossed', () => {
    const [episode] = episodesOf(pointsOf([6, 10, 10, 10, 10, 10]));
    expect(episode).toMatchObject({ from: 5 * minute, openedAt: 40 * minute, to: null, peakC: 10 });
  });

  it('clears only below the clear level, and only after the clear hold', () => {
    const [episode, ...more] = episodesOf(pointsOf([9, 9, 9, 9, 7.5, 9, 7.5, 6.5, 6.5, 6.5]));
    expect(more).toEqual([]);
    expect(episode).toMatchObject({ from: 0, to: 65 * minute, clearedAt: 80 * minute });
  });

  it('starts the hold anew when it was below the level, though not below the clear level', () => {
    expect(episodesOf(pointsOf([9, 9, 9, 7.5, 9, 9, 7.5, 7.5]))).toEqual([]);
  });

  it('opens early once the dose passes its limit', () => {
    const [episode] = episodesOf(pointsOf([5, 28, 28], 5 * minute), { ...rule, doseLimitH: 1 });
    expect(episode?.openedAt).toBeLessThanOrEqual(10 * minute);
    expect(episode?.lifeLostH).toBeGreaterThan(1);
  });

  it('only informs while the warmth has cost little, and worsens when it has cost more', () => {
    const mild = { ...rule, mildBelowH: 1 };
    expect(episodesOf(pointsOf([8.5, 8.5, 8.5, 8.5, 8.5, 8.5]), mild)[0]?.severity).toBe('info');
    expect(episodesOf(pointsOf(new Array(20).fill(8.5)), mild)[0]?.severity).toBe('warning');
  });

  it('only informs while it cools again, until that has cost twice as much', () => {
    const mild = { ...rule, mildBelowH: 1 };
    const doors = [5, 11, 9, 11, 10, 8.5];
    expect(episodesOf(pointsOf([...doors, 5, 5, 5]), mild)).toMatchObject([{ severity: 'info' }]);
    const openedAgain = episodesOf(pointsOf([...doors, 9]), mild);
    expect(openedAgain).toMatchObject([{ severity: 'warning' }]);
    expect(openedAgain[0]!.lifeLostH).toBeLessThan(2);
    const stays = pointsOf([...doors, ...new Array(12).fill(8.4)]);
    expect(episodesOf(stays, mild)).toMatchObject([{ severity: 'warning' }]);
  });

  it('is a risk at twice the dose', () => {
    const [episode] = episodesOf(pointsOf(new Array(12).fill(12)), { ...rule, doseLimitH: 2 });
    expect(episode?.severity).toBe('risk');
  });

  it('takes silence neither for warm nor for cold', () => {
    const gap = (before: number, after: number) => [
      { at: 0, temperatureC: before },
      { at: 60 * minute, temperatureC: after },
    ];
    expect(episodesOf(gap(12, 12))).toEqual([]);
    const warm = pointsOf(new Array(6).fill(12));
    const [episode] = episodesOf([...warm, { at: 5 * 60 * minute, temperatureC: 12 }]);
    expect(episode).toMatchObject({ from: 0, to: null });
  });

  it('never fires before the hold, and always within the hold and one cadence', () => {
    fc.assert(
      fc.property(anySeries, points => {
        for (const { from, openedAt } of episodesOf(points)) {
          expect(openedAt - from).toBeGreaterThanOrEqual(30 * minute);
          expect(openedAt - from).toBeLessThanOrEqual(40 * minute);
        }
      }),
    );
  });

  it('fires for every span above the level that lasts for the hold and one cadence', () => {
    fc.assert(
      fc.property(anySeries, points => {
        const episodes = episodesOf(points);
        for (let i = 0; i + 4 < points.length; i++) {
          if (!points.slice(i, i + 5).every(p => p.temperatureC > 8)) continue;
          const at = points[i + 4]!.at;
          expect(episodes.some(e => e.openedAt <= at && (e.to ?? Infinity) >= at)).toBe(true);
        }
      }),
    );
  });

  it('keeps its episodes apart and in order, with at least a clear hold between them', () => {
    fc.assert(
      fc.property(anySeries, points => {
        const episodes = episodesOf(points);
        episodes.forEach((episode, i) => {
          const next = episodes[i + 1];
          if (next === undefined) return;
          expect(episode.clearedAt).not.toBeNull();
          expect(next.from).toBeGreaterThan(episode.to!);
          expect(next.openedAt - episode.clearedAt!).toBeGreaterThanOrEqual(20 * minute);
        });
      }),
    );
  });

  it('gives the same episodes however the series is cut into pieces', () => {
    fc.assert(
      fc.property(anySeries, fc.array(fc.nat(80)), (points, cuts) => {
        let fold = noReadings;
        let at = 0;
        for (const cut of [...cuts, points.length].sort((a, b) => a - b)) {
          fold = foldTooWarm(fold, points.slice(at, cut), rule, series);
          at = Math.max(at, Math.min(cut, points.length));
        }
        expect(fold).toEqual(foldTooWarm(noReadings, points, rule, series));
      }),
    );
  });
});

describe('mergeEpisodes', () => {
  const episode = (fields: Partial<Episode>): Episode => ({
    ...{
      from: 0,
      openedAt: 3,
      severity: 'warning',
      to: 10,
      clearedAt: 11,
      peakC: 9,
      aboveH: 1,
      lifeLostH: 1,
    },
    ...fields,
  });

  it('makes one of spans that overlap, as bad as the worst', () => {
    const merged = mergeEpisodes([
      [episode({})],
      [episode({ from: 5, openedAt: 8, to: null, clearedAt: null, peakC: 14, severity: 'risk' })],
    ]);
    expect(merged).toEqual([
      episode({ openedAt: 3, to: null, clearedAt: null, peakC: 14, severity: 'risk' }),
    ]);
  });

  it('leaves apart what does not overlap', () => {
    expect(mergeEpisodes([[episode({}), episode({ from: 20, to: 30, clearedAt: 31 })]])).toHaveLength(2);
  });
});
