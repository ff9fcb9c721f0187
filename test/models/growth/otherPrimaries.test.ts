import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baranyiCount } from '../../../models/growth/baranyi.ts';
import { gompertzCount, logisticCount } from '../../../models/growth/gompertz.ts';
import { huangCount, huangCountsAlong } from '../../../models/growth/huang.ts';
import { jamesonCounts, jamesonStopCount } from '../../../models/growth/jameson.ts';
import { trilinearCount } from '../../../models/growth/trilinear.ts';
import { integralAt } from '../../../models/integrate.ts';
import type { Profile } from '../../../models/profile.ts';
import { rateOfTemperature } from '../../../models/secondary/temperatureModel.ts';

const curves = fc.record({
  logN0: fc.double({ min: -1, max: 5, noNaN: true }),
  muLnPerH: fc.double({ min: 0, max: 3, noNaN: true }),
  lagH: fc.double({ min: 0, max: 500, noNaN: true }),
  logNmax: fc.double({ min: 6, max: 10, noNaN: true }),
});
const hours = fc.double({ min: 0, max: 1e5, noNaN: true });
const primaries = { huangCount, gompertzCount, logisticCount, trilinearCount };

describe.each(Object.entries(primaries))('%s', (_, count) => {
  it('is finite, between its ends and never falls, for lags of weeks and times of years', () => {
    fc.assert(
      fc.property(curves, hours, hours, (curve, a, b) => {
        const [early, late] = [Math.min(a, b), Math.max(a, b)];
        const counts = [count(early, curve), count(late, curve)];
        for (const value of counts) {
          expect(Number.isFinite(value)).toBe(true);
          expect(value).toBeGreaterThanOrEqual(curve.logN0 - 1e-9);
          expect(value).toBeLessThanOrEqual(curve.logNmax + 1e-9);
        }
        expect(counts[1]).toBeGreaterThanOrEqual(counts[0]! - 1e-9);
      }),
    );
  });
  it('names what is outside its domain', () => {
    const curve = { logN0: 3, muLnPerH: 0.2, lagH: 5, logNmax: 9 };
    expect(() => count(-1, curve)).toThrow(/^timeH must be 0 or greater/);
    expect(() => count(1, { ...curve, muLnPerH: Number.NaN })).toThrow(/^muLnPerH must be finite/);
    expect(() => count(1, { ...curve, logNmax: 2 })).toThrow(/^logNmax must be/);
  });
});

describe('huangCount', () => {
  it('has an answer for a lag of 200 h, where exp(4 lag) has none', () => {
    expect(huangCount(300, { logN0: 3, muLnPerH: 0.05, lagH: 200, logNmax: 9 })).toBeCloseTo(
      3 + 5 / Math.LN10,
      3,
    );
  });
  it('along a constant history is its closed form', () => {
    const profile: Profile = { times: [0], values: [10], interpolation: 'step' };
    const parameters = { logN0: 3, lagH: 9, logNmax: 8.6 };
    const times = [0, 5, 9, 20, 100];
    const along = huangCountsAlong(profile, { rate: () => 0.3, kinks: [] }, parameters, times);
    for (const [i, time] of times.entries())
      expect(along[i]).toBeCloseTo(huangCount(time, { ...parameters, muLnPerH: 0.3 }), 9);
  });
});

describe('jamesonCounts', () => {
  const profile: Profile = { times: [0, 10, 12, 60], values: [6, 6, 18, 25], interpolation: 'linear' };
  const slow = rateOfTemperature({ model: 'ratkowsky_sqrt', b: 0.03, tMinC: -3 });
  const fast = rateOfTemperature({ model: 'ctmi', muOptLnPerH: 1.5, tMinC: 2, tOptC: 34, tMaxC: 42 });
  const times = [0, 7.3, 20, 45, 70];

  it('of one flora alone is the exact Baranyi model', () => {
    const counts = jamesonCounts(profile, [{ logN0: 3, h0: 1.2, growth: slow }], 8.6, times)[0]!;
    const exact = integralAt(profile, slow, times).map(m =>
      baranyiCount(m, { initialLog10Cfu: 3, h0: 1.2, maxLog10Cfu: 8.6 }),
    );
    for (const [i, value] of counts.entries()) expect(value).toBeCloseTo(exact[i]!, 8);
  });
  it('do not depend on how many times are asked for', () => {
    const floras = [
      { logN0: 3, h0: 1.2, growth: slow },
      { logN0: 2, h0: 2, growth: fast },
    ];
    const together = jamesonCounts(profile, floras, 8.5, times);
    for (const [i, time] of times.entries())
      expect(jamesonCounts(profile, floras, 8.5, [time])[0]![0]).toBeCloseTo(together[0]![i]!, 10);
  });
  it('keep the sum of both floras at Nmax, and stop the slow one there', () => {
    const floras = [
      { logN0: 2, h0: 0, growth: slow },
      { logN0: 4, h0: 0, growth: fast },
    ];
    const [few, many] = jamesonCounts(profile, floras, 8.5, [60, 200]) as [number[], number[]];
    expect(Math.log10(10 ** few[1]! + 10 ** many[1]!)).toBeCloseTo(8.5, 6);
    expect(few[1]! - few[0]!).toBeLessThan(1e-3);
    expect(few[1]!).toBeLessThan(many[1]!);
  });
  it('refuse floras that start above what the food can hold', () => {
    expect(() => jamesonCounts(profile, [{ logN0: 9, h0: 0, growth: slow }], 8, [1])).toThrow(
      /^logNmax must be/,
    );
  });
});

describe('jamesonStopCount', () => {
  it('grows as if alone until the stop and not after', () => {
    const flora = { logN0: 3, muLnPerH: 0.5, lagH: 2, stopH: 20 };
    for (const lag of ['baranyi', 'trilinear', 'none'] as const) {
      expect(jamesonStopCount(50, flora, lag)).toBe(jamesonStopCount(20, flora, lag));
      expect(jamesonStopCount(20, flora, lag)).toBeGreaterThan(jamesonStopCount(19, flora, lag));
    }
  });
});
