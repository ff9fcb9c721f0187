import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanceLags } from '../../firmware-sim/thermalLag.ts';

const temperature = fc.double({ min: -20, max: 60, noNaN: true });
const chain = fc.uniqueArray(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 4 });
const minutes = fc.double({ min: 0.1, max: 600, noNaN: true });

describe('advanceLags', () => {
  it('of one lag is the textbook exponential', () => {
    expect(advanceLags([5], [60], 60, 30, 30)[0]).toBeCloseTo(30 - 25 * Math.exp(-1), 12);
  });

  it('of two lags meets the closed form of a step through both', () => {
    // T2 = A - A (tau1 exp(-t/tau1) - tau2 exp(-t/tau2)) / (tau1 - tau2), both starting at 0
    const [tau1, tau2, t] = [10, 25, 40];
    const expected = 30 - (30 * (tau1 * Math.exp(-t / tau1) - tau2 * Math.exp(-t / tau2))) / (tau1 - tau2);
    expect(advanceLags([0, 0], [tau1, tau2], t, 30, 30)[1]).toBeCloseTo(expected, 10);
  });

  it('approaches constant surroundings without passing them, each minute nearer', () => {
    fc.assert(
      fc.property(temperature, temperature, fc.integer({ min: 1, max: 120 }), (startC, airC, tau) => {
        let distance = Math.abs(startC - airC);
        let state = [startC];
        for (let i = 0; i < 50; i++) {
          state = advanceLags(state, [tau], 1, airC, airC);
          const now = Math.abs(state[0]! - airC);
          expect(now).toBeLessThanOrEqual(distance + 1e-12);
          expect((state[0]! - airC) * (startC - airC)).toBeGreaterThanOrEqual(-1e-9);
          distance = now;
        }
      }),
    );
  });

  it('gives the same end however the line is cut into steps', () => {
    fc.assert(
      fc.property(
        chain,
        temperature,
        temperature,
        temperature,
        minutes,
        fc.integer({ min: 2, max: 40 }),
        (taus, startC, fromC, toC, durationMin, steps) => {
          const start = taus.map(() => startC);
          const once = advanceLags(start, taus, durationMin, fromC, toC);
          let state = start;
          for (let i = 0; i < steps; i++) {
            const at = (k: number): number => fromC + ((toC - fromC) * k) / steps;
            state = advanceLags(state, taus, durationMin / steps, at(i), at(i + 1));
          }
          // Nearly equal time constants cancel; the bound holds for whole minutes that differ by at least one.
          for (const [i, value] of once.entries()) expect(Math.abs(state[i]! - value)).toBeLessThan(1e-5);
        },
      ),
    );
  });

  it('stays between the coldest and the warmest of start and surroundings', () => {
    fc.assert(
      fc.property(
        chain,
        temperature,
        temperature,
        temperature,
        minutes,
        (taus, startC, fromC, toC, durationMin) => {
          const [low, high] = [Math.min(startC, fromC, toC), Math.max(startC, fromC, toC)];
          for (const value of advanceLags(
            taus.map(() => startC),
            taus,
            durationMin,
            fromC,
            toC,
          )) {
            expect(value).toBeGreaterThan(low - 1e-5);
            expect(value).toBeLessThan(high + 1e-5);
          }
        },
      ),
    );
  });

  it('refuses a lag of zero, two equal lags and a missing stage', () => {
    expect(() => advanceLags([1], [0], 1, 2, 2)).toThrow('lagsMin must be above 0, got 0');
    expect(() => advanceLags([1, 1], [3, 3], 1, 2, 2)).toThrow('lagsMin must all differ, got 3 twice');
    expect(() => advanceLags([1], [3, 4], 1, 2, 2)).toThrow('one value per lag');
  });
});
