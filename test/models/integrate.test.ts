import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integrateRate } from '../../models/growth/integrateRate.ts';
import { gaussKronrod, integralAt, timeOfIntegral } from '../../models/integrate.ts';
import { tahuParametersFor } from '../../models/parameters/tahu.ts';
import { gapLength, type Profile, piecesOf, valuesAt } from '../../models/profile.ts';
import { rateOfTemperature, type TemperatureModel } from '../../models/secondary/temperatureModel.ts';
import { organismsOf } from '../../models/shelf-life/organism.ts';
import { msPerHour } from '../../models/units.ts';
import refrigerators from './fixtures/refrigeratorSpain.json' with { type: 'json' };

const models: TemperatureModel[] = [
  { model: 'ratkowsky_sqrt', b: 0.03, tMinC: 3 },
  { model: 'ratkowsky_extended', b: 0.03, tMinC: 3, c: 0.3, tMaxC: 40 },
  { model: 'huang_sqrt', a: 0.06, tMinC: 4, b: 0.25, tMaxC: 45 },
  { model: 'ctmi', muOptLnPerH: 1.2, tMinC: 2, tOptC: 35, tMaxC: 42 },
  { model: 'arrhenius', rateAtReference: 0.05, referenceC: 5, activationJPerMol: 75_000 },
];
const profiles = fc
  .array(
    fc.record({
      stepH: fc.double({ min: 0.01, max: 30, noNaN: true }),
      value: fc.double({ min: -10, max: 50, noNaN: true }),
    }),
    { minLength: 2, maxLength: 12 },
  )
  .map((steps): Profile => {
    const times = [0];
    for (const { stepH } of steps.slice(1)) times.push(times.at(-1)! + stepH);
    return {
      times,
      values: steps.map(({ value }) => value),
      interpolation: 'linear',
    };
  });
const rates = fc.constantFrom(...models).map(rateOfTemperature);

describe('integralAt', () => {
  it('does not depend on how many times are asked for, nor on their order', () => {
    fc.assert(
      fc.property(
        profiles,
        rates,
        fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 1, maxLength: 9 }),
        (profile, rate, times) => {
          const together = integralAt(profile, rate, times);
          for (const [i, time] of times.entries())
            expect(integralAt(profile, rate, [time])[0]).toBe(together[i]);
        },
      ),
    );
  });
  it('is the same for a history split at any point of its line', () => {
    fc.assert(
      fc.property(
        profiles,
        rates,
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.nat(),
        (profile, rate, share, which) => {
          const i = which % (profile.times.length - 1);
          const time = profile.times[i]! + share * (profile.times[i + 1]! - profile.times[i]!);
          const split: Profile = {
            ...profile,
            times: profile.times.toSpliced(i + 1, 0, time),
            values: profile.values.toSpliced(i + 1, 0, valuesAt(profile, [time])[0]!),
          };
          const end = profile.times.at(-1)!;
          const whole = integralAt(profile, rate, [end])[0]!;
          expect(integralAt(split, rate, [end])[0]).toBeCloseTo(whole, 9);
          expect(Math.abs(integralAt(split, rate, [end])[0]! - whole)).toBeLessThanOrEqual(
            1e-10 * whole + 1e-12,
          );
        },
      ),
    );
  });
  it('never falls with time, and is finite over ten years', () => {
    fc.assert(
      fc.property(profiles, rates, (profile, rate) => {
        const sums = integralAt(profile, rate, [0, 10, 100, 1000, 87_600]);
        for (const [i, sum] of sums.entries()) {
          expect(Number.isFinite(sum)).toBe(true);
          // The pieces of a longer span are other sums of the same terms: their last digit may differ.
          expect(sum).toBeGreaterThanOrEqual((sums[i - 1] ?? 0) * (1 - 1e-12));
        }
      }),
    );
  });
  it('agrees with a midpoint sum of a million steps', () => {
    const profile: Profile = { times: [0, 3, 4, 9], values: [1, 20, 44, -3], interpolation: 'linear' };
    for (const model of models) {
      const { rate } = rateOfTemperature(model);
      let sum = 0;
      const steps = 1_000_000;
      for (let i = 0; i < steps; i += 1) {
        const time = ((i + 0.5) * 9) / steps;
        const k = time < 3 ? 0 : time < 4 ? 1 : 2;
        const share = (time - profile.times[k]!) / (profile.times[k + 1]! - profile.times[k]!);
        sum += (rate(profile.values[k]! + share * (profile.values[k + 1]! - profile.values[k]!)) * 9) / steps;
      }
      expect(
        Math.abs(integralAt(profile, rateOfTemperature(model), [9])[0]! - sum),
        model.model,
      ).toBeLessThan(1e-9);
    }
  });
  it('refuses a time before the history', () => {
    const profile: Profile = { times: [5, 6], values: [1, 1], interpolation: 'linear' };
    expect(() => integralAt(profile, rateOfTemperature(models[0]!), [7, 4])).toThrow(
      /times\[1\] must be at or after/,
    );
  });
});

describe('timeOfIntegral', () => {
  it('finds the time at which the integral has its value', () => {
    fc.assert(
      fc.property(
        profiles,
        rates,
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (profile, rate, share) => {
          const end = profile.times.at(-1)!;
          const whole = integralAt(profile, rate, [end])[0]!;
          fc.pre(whole > 1e-6);
          const time = timeOfIntegral(profile, rate, share * whole, end)!;
          expect(integralAt(profile, rate, [time])[0]! / whole).toBeCloseTo(share, 8);
          expect(timeOfIntegral(profile, rate, 2 * whole + 1, end)).toBeNull();
        },
      ),
    );
  });
});

describe('gaussKronrod', () => {
  it('is exact for a polynomial of degree 22 and good at a root that has no derivative', () => {
    expect(gaussKronrod(x => 23 * x ** 22, 0, 1)).toBeCloseTo(1, 14);
    expect(gaussKronrod(x => x ** 1.5, 0, 1)).toBeCloseTo(0.4, 11);
  });
});

describe('a profile', () => {
  const jump: Profile = { times: [0, 2, 2, 4], values: [4, 4, 20, 20], interpolation: 'linear' };

  it('takes two values at one time as a jump: left up to it, right after', () => {
    expect(valuesAt(jump, [1.999999])[0]!).toBeCloseTo(4, 9);
    expect(valuesAt(jump, [2])[0]!).toBe(20);
    expect(piecesOf(jump, 4)).toHaveLength(2);
  });
  it('holds its last value, and a single reading for ever', () => {
    expect(piecesOf({ times: [0], values: [7], interpolation: 'step' }, 9)).toEqual([
      { from: 0, to: 9, fromValue: 7, toValue: 7 },
    ]);
  });
  it('fills a gap by its policy and counts it', () => {
    const gapped: Profile = { times: [0, 1, 5], values: [4, 6, 8], interpolation: 'linear' };
    const filled = (gaps: NonNullable<Profile['gaps']>) => piecesOf({ ...gapped, gaps }, 5)[1];
    expect(filled({ maxGap: 2, fill: 'hold' })).toMatchObject({ fromValue: 6, toValue: 6 });
    expect(filled({ maxGap: 2, fill: 'linear' })).toMatchObject({ fromValue: 6, toValue: 8 });
    expect(filled({ maxGap: 2, fill: 'assume', assumed: 30 })).toMatchObject({ fromValue: 30, toValue: 30 });
    expect(gapLength({ ...gapped, gaps: { maxGap: 2, fill: 'hold' } }, 4)).toBe(3);
  });
  it('names the time that runs backwards and the value that is none', () => {
    expect(() => piecesOf({ times: [0, 2, 1], values: [1, 1, 1], interpolation: 'step' }, 3)).toThrow(
      /times\[2\]/,
    );
    expect(() => piecesOf({ times: [0], values: [Number.NaN], interpolation: 'step' }, 3)).toThrow(
      /values\[0\] must be finite/,
    );
    expect(() => piecesOf({ times: [], values: [], interpolation: 'step' }, 3)).toThrow(/one or more/);
  });
});

describe('the two integrators', () => {
  it('agree to 1e-9 on measured refrigerators, for every organism of tahu', () => {
    for (const treatment of ['none', 'packed-heated'] as const)
      for (const { rate, kinksC } of organismsOf(tahuParametersFor(treatment)))
        for (const values of [refrigerators.A1, refrigerators.A2]) {
          const profile: Profile = { times: refrigerators.timeH, values, interpolation: 'linear' };
          const adaptive = integralAt(profile, { rate, kinks: kinksC }, [24])[0]!;
          const fixed = piecesOf(profile, 24)
            .map(({ from, to, fromValue, toValue }) => ({
              ...{ from: from * msPerHour, to: to * msPerHour },
              ...{ fromC: fromValue, toC: toValue },
            }))
            .reduce((sum, segment) => sum + integrateRate(segment, rate, kinksC), 0);
          expect(Math.abs(fixed - adaptive)).toBeLessThanOrEqual(1e-9 * adaptive);
        }
  });
});
