import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mktOfProfile, mktOfReadings } from '../../../models/cold-chain/mktVariants.ts';
import {
  packCentreC,
  packCentreReachesAt,
  productProfile,
  productTemperatureC,
} from '../../../models/cold-chain/productTemperature.ts';
import { q10OfSeries, q10OfTwo } from '../../../models/cold-chain/q10OfData.ts';
import { timeAbove } from '../../../models/cold-chain/timeAbove.ts';
import type { Profile } from '../../../models/profile.ts';

const temperatures = fc.array(fc.double({ min: -20, max: 40, noNaN: true }), { minLength: 1, maxLength: 20 });
/** As a sensor gives them. */
const hundredths = fc.integer({ min: -2000, max: 4000 }).map(value => value / 100);
const linear = (values: readonly number[]): Profile => ({
  times: values.map((_, i) => i),
  values,
  interpolation: 'linear',
});

describe('mean kinetic temperature', () => {
  it('lies between the mean and the maximum, by readings and by every rule over time', () => {
    fc.assert(
      fc.property(temperatures, values => {
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const mkt = mktOfReadings(values);
        expect(mkt).toBeGreaterThanOrEqual(mean - 1e-9);
        expect(mkt).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        for (const rule of ['exact', 'trapezoid', 'step'] as const) {
          const value = mktOfProfile(linear(values), 10_000, rule);
          expect(value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
          expect(value).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        }
      }),
    );
  });
  it('of unequal weights is that of repeated readings', () => {
    expect(mktOfReadings([5, 25], 10_000, [3, 1])).toBeCloseTo(mktOfReadings([5, 5, 5, 25]), 12);
  });
  it('refuses weights that do not fit', () => {
    expect(() => mktOfReadings([5, 6], 10_000, [1])).toThrow(/^weights must be as many/);
    expect(() => mktOfReadings([5], 10_000, [0])).toThrow(/^sum of weights/);
  });
});

describe('timeAbove', () => {
  it('splits time into above and not above, whatever the threshold', () => {
    fc.assert(
      fc.property(fc.array(hundredths, { minLength: 1, maxLength: 20 }), hundredths, (values, threshold) => {
        const { hours, degreeHours } = timeAbove(linear(values), threshold);
        expect(hours).toBeGreaterThanOrEqual(0);
        expect(hours).toBeLessThanOrEqual(values.length - 1 + 1e-9);
        expect(degreeHours).toBeGreaterThanOrEqual(0);
        expect(degreeHours > 0).toBe(hours > 0);
      }),
    );
  });
  it('does not count a line that lies exactly on the threshold', () => {
    expect(timeAbove(linear([8, 8, 8]), 8)).toEqual({ hours: 0, degreeHours: 0 });
  });
});

describe('product temperature', () => {
  it('lags behind the air and meets it in the end', () => {
    const air: Profile = { times: [0, 1, 1, 60], values: [4, 4, 24, 24], interpolation: 'linear' };
    const [before, after, late] = productTemperatureC(air, { tauH: 2 }, [1, 3, 60]) as [
      number,
      number,
      number,
    ];
    expect(before).toBe(4);
    expect(after).toBeCloseTo(24 - 20 * Math.exp(-1), 12);
    expect(late).toBeCloseTo(24, 9);
  });
  it('as a profile follows the exact values', () => {
    const air: Profile = { times: [0, 5, 5.2, 20], values: [4, 4, 25, 4], interpolation: 'linear' };
    const product = productProfile(air, { tauH: 2, startC: 8 });
    const exact = productTemperatureC(air, { tauH: 2, startC: 8 }, product.times);
    for (const [i, value] of product.values.entries()) expect(value).toBeCloseTo(exact[i]!, 9);
    expect(Math.max(...product.values)).toBeLessThan(25);
  });
  it('of the centre of a pack in a bath of 90 C passes 73 C after 17 min: 23 of 40 min are left', () => {
    const pack = { bathC: 90, startC: 20, perTime: 0.083 };
    const reached = packCentreReachesAt(73, pack)!;
    expect(packCentreC(reached, pack)).toBeCloseTo(73, 9);
    expect(40 - reached).toBeCloseTo(23, 0);
    expect(packCentreReachesAt(95, pack)).toBeNull();
    expect(packCentreReachesAt(10, pack)).toBe(0);
  });
});

describe('Q10 of data', () => {
  it('is the same from two points as from a straight series', () => {
    expect(q10OfSeries([5, 15], [0.02, 0.055])).toBeCloseTo(
      q10OfTwo({ temperatureC: 5, rate: 0.02 }, { temperatureC: 15, rate: 0.055 }),
      12,
    );
  });
  it('names what it cannot use', () => {
    expect(() => q10OfSeries([5, 5], [1, 2])).toThrow(/two different/);
    expect(() => q10OfTwo({ temperatureC: 5, rate: 0 }, { temperatureC: 6, rate: 1 })).toThrow(
      /^first.rate must be greater than 0/,
    );
  });
});
