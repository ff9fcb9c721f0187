import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calculate } from '../../models/calculations/calculationRegistry.ts';
import { treatmentSchema } from '../../models/contracts/batch.ts';
import { tahuParametersFor } from '../../models/parameters/tahu.ts';
import { createBatchLife } from '../../models/shelf-life/batchLife.ts';
import { segmentsBetween } from '../../models/temperatureHistory.ts';
import { msPerHour } from '../../models/units.ts';

/** Every number of an answer, however deep. */
function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(numbersOf);
  return [];
}

const allFinite = (answer: unknown) => expect(numbersOf(answer).filter(n => !Number.isFinite(n))).toEqual([]);

const secondary = fc.oneof(
  fc.record({
    model: fc.constant('ratkowsky_sqrt'),
    b: fc.double({ min: 1e-4, max: 0.2, noNaN: true }),
    Tmin: fc.double({ min: -15, max: 15, noNaN: true }),
  }),
  fc.record({
    model: fc.constant('ratkowsky_extended'),
    b: fc.double({ min: 1e-4, max: 0.2, noNaN: true }),
    Tmin: fc.double({ min: -15, max: 15, noNaN: true }),
    c: fc.double({ min: 1e-3, max: 2, noNaN: true }),
    Tmax: fc.double({ min: 25, max: 60, noNaN: true }),
  }),
  fc.record({
    model: fc.constant('ctmi'),
    mu_opt: fc.double({ min: 1e-6, max: 5, noNaN: true }),
    Tmin: fc.double({ min: -15, max: 10, noNaN: true }),
    Topt: fc.double({ min: 36, max: 40, noNaN: true }),
    Tmax: fc.double({ min: 41, max: 60, noNaN: true }),
  }),
  fc.record({
    model: fc.constant('arrhenius'),
    mu_ref: fc.double({ min: 1e-6, max: 5, noNaN: true }),
    T_ref_c: fc.double({ min: -20, max: 60, noNaN: true }),
    Ea_kJ_mol: fc.double({ min: 0, max: 300, noNaN: true }),
  }),
);
const primary = fc.record({
  logN0: fc.double({ min: -3, max: 8, noNaN: true }),
  logNmax: fc.double({ min: 8, max: 12, noNaN: true }),
  h0: fc.double({ min: 0, max: 500, noNaN: true }),
});
const temperature = fc.double({ min: -40, max: 85, noNaN: true });

describe('histories of a hundred thousand hours', () => {
  it('give finite counts, lives and ages whatever the organism, the food and the temperatures', () => {
    fc.assert(
      fc.property(
        secondary,
        primary,
        fc.array(temperature, { minLength: 2, maxLength: 12 }),
        fc.double({ min: 0, max: 13, noNaN: true }),
        fc.constantFrom('linear', 'step'),
        temperature,
        (rate, start, temperatures, limit, interpolation, future) => {
          const time_h = temperatures.map((_, i) => (i * 1e5) / (temperatures.length - 1));
          const inputs = {
            profile: { time_h, T_c: temperatures, interpolation },
            secondary: rate,
            primary: start,
            ...{ now_h: 1e5, future_T_c: future, limit_logN: limit, reference_T_c: 5 },
          };
          allFinite(calculate('shelf_life', 'remaining_shelf_life', inputs));
          const grown = calculate('dynamic_growth', 'baranyi_dynamic', { ...inputs, times_h: time_h });
          allFinite({ logN: grown.logN, integral_mu: grown.integral_mu });
          allFinite(calculate('shelf_life', 'time_to_limit_dynamic', inputs));
        },
      ),
      { numRuns: 300 },
    );
  });
  it('give finite estimates of tahu, whatever the treatment', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...treatmentSchema.options),
        fc.array(temperature, { minLength: 2, maxLength: 20 }),
        temperature,
        fc.constantFrom(1, 2e5),
        (treatment, temperatures, futureTemperatureC, maxGapH) => {
          const asOf = 1e5 * msPerHour;
          const points = temperatures.map((temperatureC, i) => ({
            at: Math.round((asOf * i) / (temperatures.length - 1)),
            temperatureC,
          }));
          const life = createBatchLife({
            producedAt: 0,
            parameters: tahuParametersFor(treatment),
            maxGapMs: maxGapH * msPerHour,
          });
          for (const segment of segmentsBetween(points, 0, asOf)) life.addSegment(segment);
          const input = { asOf, futureTemperatureC, uncovered: [], draws: 500 };
          allFinite(life.estimate(input));
          const { best, worst } = life.limitBefore(input, asOf + msPerHour);
          expect(0 <= best && best <= worst && worst <= 1).toBe(true);
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe('ten years of readings every ten minutes', () => {
  const readings = 10 * 365 * 144;
  const temperatureAt = (i: number) => 3 + 2 * Math.sin(i / 23) + (i % 5000 === 0 ? 18 : 0);

  it('are summed and estimated within five seconds, and stay finite', () => {
    const step = msPerHour / 6;
    const life = createBatchLife({
      producedAt: 0,
      parameters: tahuParametersFor('packed-heated-p90'),
      maxGapMs: msPerHour,
    });
    const before = process.cpuUsage();
    for (let i = 0; i + 1 < readings; i += 1)
      life.addSegment({
        from: i * step,
        fromC: temperatureAt(i),
        to: (i + 1) * step,
        toC: temperatureAt(i + 1),
      });
    const estimate = life.estimate({ asOf: (readings - 1) * step, futureTemperatureC: 4, uncovered: [] });
    const { user } = process.cpuUsage(before);
    allFinite(estimate);
    expect(estimate.remainingH.median).toBe(0);
    expect(estimate.measuredShare).toBe(1);
    expect(user / 1e6).toBeLessThan(5);
  });
  it('give the same integral of the rate by any model of the library, within five seconds', () => {
    const time_h = Array.from({ length: readings }, (_, i) => i / 6);
    const T_c = time_h.map((_, i) => temperatureAt(i));
    const before = process.cpuUsage();
    const result = calculate('dynamic_growth', 'baranyi_dynamic', {
      profile: { time_h, T_c, interpolation: 'linear' },
      secondary: { model: 'ctmi', mu_opt: 1, Tmin: -2, Topt: 36, Tmax: 44 },
      primary: { logN0: 3, logNmax: 8.6, h0: 1 },
      times_h: [0, 1e4, time_h.at(-1)],
    });
    const { user } = process.cpuUsage(before);
    expect(result.logN).toEqual([3, expect.closeTo(8.6, 9), expect.closeTo(8.6, 9)]);
    expect(user / 1e6).toBeLessThan(5);
  });
});
