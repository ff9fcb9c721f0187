import { describe, expect, it } from 'vitest';
import { fridgeAirC } from '../../../firmware-sim/fridgeAir.ts';
import { readSeries } from '../../../firmware-sim/scenarios/measuredFridge.ts';
import { shopFridgeAir } from '../../../firmware-sim/scenarios/shopFridge.ts';
import { advanceLags } from '../../../firmware-sim/thermalLag.ts';
import { foldTooWarm, noReadings, type TooWarmRule } from '../../../models/alerts/tooWarm.ts';
import { presetRules } from '../../../models/contracts/alertRule.ts';
import type { TemperaturePoint } from '../../../models/temperatureHistory.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Midnight in Jakarta. */
const from = Date.parse('2026-11-23T17:00:00Z');
const week = 7 * dayMs;

const preset = presetRules['too-warm-chilled'];
const eightDegrees: TooWarmRule = {
  levelC: preset.levelC!,
  clearLevelC: preset.clearLevelC!,
  holdMs: preset.holdMin! * minuteMs,
  clearHoldMs: preset.clearHoldMin * minuteMs,
  doseLimitH: preset.doseLifeLostH,
  mildBelowH: preset.mildBelowLifeLostH,
  severity: preset.severity,
};
/** About what takwa loses that is kept at 5 C. */
const lossRate = (c: number) => Math.max(0, ((c + 5) / 10) ** 2 - 1);

function episodesOf(points: readonly TemperaturePoint[], rule = eightDegrees) {
  return foldTooWarm(noReadings, points, rule, { maxGapMs: 30 * minuteMs, lossRate }).episodes;
}

function everyMs(ms: number, airC: (at: number) => number): TemperaturePoint[] {
  return Array.from({ length: Math.floor(week / ms) }, (_, i) => ({
    at: from + i * ms,
    temperatureC: Math.round(airC(from + i * ms) * 16) / 16,
  }));
}

/** Three minutes behind the air. Instants must not go back. */
function lagging(airC: (at: number) => number): (at: number) => number {
  let minute = from;
  let aroundC = airC(from);
  let stages: readonly number[] = [aroundC];
  return at => {
    while (minute < at) {
      minute += minuteMs;
      const nextC = airC(minute);
      stages = advanceLags(stages, [3], 1, aroundC, nextC);
      aroundC = nextC;
    }
    return stages[0]!;
  };
}

function measuredWeek(fridge: 'A1' | 'A2', warmerByC = 0): TemperaturePoint[] {
  const day = readSeries(fridge).filter(point => point.offsetMs < dayMs);
  return Array.from({ length: 7 }, (_, d) =>
    day.map(({ offsetMs, temperatureC }) => ({
      at: from + d * dayMs + offsetMs,
      temperatureC: temperatureC + warmerByC,
    })),
  ).flat();
}

describe('a rule of 8 °C', () => {
  it.each(['A1', 'A2'] as const)('pages nobody in a week of the measured refrigerator %s', fridge => {
    expect(episodesOf(measuredWeek(fridge))).toEqual([]);
  });

  it('pages nobody when the compressor of a measured refrigerator swings over the level in every cycle', () => {
    // A1, 0.5 C warmer: up to 8.4 C every hour and a half, for less than the hold time.
    const points = measuredWeek('A1', 0.5);
    expect(points.filter(p => p.temperatureC > 8).length).toBeGreaterThan(50);
    expect(episodesOf(points)).toEqual([]);
  });

  it('opens one incident, and not one a cycle, for a refrigerator that hovers around the level', () => {
    // A2, 1 C warmer: 7.5 to 8.4 C all week.
    const episodes = episodesOf(measuredWeek('A2', 1));
    expect(episodes).toHaveLength(1);
    expect(episodes[0]?.to).toBeNull();
  });

  it.each([1, 5])('pages nobody for doors and compressor of a shop in a week read every %d min', minutes => {
    for (let seed = 1; seed <= 20; seed++) {
      const points = everyMs(minutes * minuteMs, at => fridgeAirC(shopFridgeAir, at, seed));
      expect(Math.max(...points.map(p => p.temperatureC))).toBeGreaterThan(9.5);
      expect(episodesOf(points), `seed ${seed}`).toEqual([]);
    }
  });

  it('pages less than once in four weeks for 20 doors a day when it is read only every 10 min', () => {
    let pages = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const points = everyMs(10 * minuteMs, at => fridgeAirC(shopFridgeAir, at, seed));
      pages += episodesOf(points).filter(({ severity }) => severity !== 'info').length;
    }
    expect(pages).toBeLessThan(20 / 4);
  });

  it('pages in fewer than one of fifty weeks for 20 doors a day and a probe that lags three minutes', () => {
    let pages = 0;
    let told = 0;
    for (let seed = 1; seed <= 50; seed++) {
      const points = everyMs(
        5 * minuteMs,
        lagging(at => fridgeAirC(shopFridgeAir, at, seed)),
      );
      const episodes = episodesOf(points);
      told += episodes.length;
      pages += episodes.filter(({ severity }) => severity !== 'info').length;
    }
    expect(told).toBeGreaterThan(0);
    expect(pages).toBeLessThan(1);
  });

  it.each([1, 5, 10])(
    'tells a power cut within its hold time and one reading, read every %d min',
    minutes => {
      for (let seed = 1; seed <= 20; seed++) {
        const cut = { from: from + 3 * dayMs + 14 * hourMs, to: from + 3 * dayMs + 17 * hourMs };
        const fridge = { ...shopFridgeAir, powerCuts: [cut] };
        const points = everyMs(minutes * minuteMs, at => fridgeAirC(fridge, at, seed));
        const episodes = episodesOf(points);
        const during = episodes.filter(({ to }) => (to ?? Number.POSITIVE_INFINITY) > cut.from);
        const [episode] = during.filter(({ from: began }) => began < cut.to);
        expect(episode, `seed ${seed}`).toBeDefined();
        expect(episode!.openedAt - episode!.from).toBeLessThanOrEqual((30 + minutes) * minuteMs);
        expect(episode!.severity).not.toBe('info');
        expect(episode!.peakC).toBeGreaterThan(14);
        expect(episode!.clearedAt).toBeLessThan(cut.to + 3 * hourMs);
      }
    },
  );

  it('pages nobody for a long excess that costs little, where a rule says what is little', () => {
    const rule = { ...eightDegrees, mildBelowH: 4, doseLimitH: 8 };
    const points = everyMs(10 * minuteMs, at => (at < from + 4 * hourMs ? 8.2 : 5));
    expect(episodesOf(points, rule)).toMatchObject([{ severity: 'info' }]);
  });
});
