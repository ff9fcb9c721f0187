import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  adjustedGrowth,
  type BaranyiPopulation,
  baranyiCount,
  baranyiCountAtRate,
  baranyiGrowthRequired,
  h0FromLag,
  h0FromQ0,
  softplus,
} from '../../../models/growth/baranyi.ts';
import { integrateRate } from '../../../models/growth/integrateRate.ts';
import { fixture } from '../support/fixture.ts';
import { type FixtureRate, profileSegments, rateOf } from '../support/rateOf.ts';

interface DynamicCase {
  name: string;
  interpolation: string;
  timeH: number[];
  temperatureC: number[];
  rate: FixtureRate;
  population: { initialLog10Cfu: number; q0: number; maxLog10Cfu: number };
  atH: number[];
  countLog10Cfu: number[];
  muIntegral: number[];
}
const dynamic = fixture<{ cases: DynamicCase[] }>('dynamicGrowth');

const populations = fc.record({
  initialLog10Cfu: fc.double({ min: -2, max: 6, noNaN: true }),
  h0: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 8, noNaN: true })),
  maxLog10Cfu: fc.oneof(fc.constant(null), fc.double({ min: 7, max: 10, noNaN: true })),
});
const growths = fc.double({ min: 0, max: 1e6, noNaN: true });

describe('baranyiCount', () => {
  it.each(dynamic.cases)('baranyiCount agrees with deSolve on $name', one => {
    const { rate, kinksC } = rateOf(one.rate);
    const population = { ...one.population, h0: h0FromQ0(one.population.q0) };
    one.atH.forEach((untilH, index) => {
      const segments = profileSegments(one.timeH, one.temperatureC, one.interpolation, untilH);
      const m = segments.reduce((sum, segment) => sum + integrateRate(segment, rate, kinksC), 0);
      expect(Math.abs(m - one.muIntegral[index]!)).toBeLessThan(1e-6);
      expect(Math.abs(baranyiCount(m, population) - one.countLog10Cfu[index]!)).toBeLessThan(1e-6);
    });
    expect(one.atH.length).toBeGreaterThan(5);
  });

  it('baranyiCount starts at N0 and never passes Nmax', () => {
    fc.assert(
      fc.property(populations, growths, (population, m) => {
        expect(baranyiCount(0, population)).toBeCloseTo(population.initialLog10Cfu, 10);
        const count = baranyiCount(m, population);
        expect(Number.isFinite(count)).toBe(true);
        expect(count).toBeGreaterThanOrEqual(population.initialLog10Cfu - 1e-9);
        if (population.maxLog10Cfu !== null) expect(count).toBeLessThanOrEqual(population.maxLog10Cfu);
      }),
    );
  });

  it('baranyiCount never falls when growth is added', () => {
    fc.assert(
      fc.property(populations, growths, growths, (population, m, more) => {
        expect(baranyiCount(m + more, population)).toBeGreaterThanOrEqual(
          baranyiCount(m, population) - 1e-12,
        );
      }),
    );
  });

  it('baranyiCount stays a number where e^M overflows', () => {
    expect(baranyiCount(5000, { initialLog10Cfu: 3, h0: 1.1, maxLog10Cfu: 8.6 })).toBe(8.6);
    expect(baranyiCount(5000, { initialLog10Cfu: 3, h0: 4000, maxLog10Cfu: null })).toBeCloseTo(
      3 + 1000 / Math.LN10,
      6,
    );
  });

  it('baranyiCountAtRate is the count after mu times t', () => {
    const population = { initialLog10Cfu: 3, h0: 1.1, maxLog10Cfu: 8.6 };
    expect(baranyiCountAtRate(20, 0.3, population)).toBe(baranyiCount(6, population));
  });
});

describe('baranyiGrowthRequired', () => {
  it('baranyiGrowthRequired is undone by baranyiCount', () => {
    const target = fc.double({ min: -2, max: 6.9, noNaN: true });
    fc.assert(
      fc.property(populations, target, (population, limit) => {
        const required = baranyiGrowthRequired(limit, population)!;
        const reached = Math.max(limit, population.initialLog10Cfu);
        expect(baranyiCount(required, population)).toBeCloseTo(reached, 7);
      }),
    );
  });

  it('baranyiGrowthRequired gives null at and above Nmax and 0 at and below N0', () => {
    const population: BaranyiPopulation = { initialLog10Cfu: 3, h0: 1, maxLog10Cfu: 8.6 };
    expect(baranyiGrowthRequired(8.6, population)).toBeNull();
    expect(baranyiGrowthRequired(9, population)).toBeNull();
    expect(baranyiGrowthRequired(3, population)).toBe(0);
    expect(baranyiGrowthRequired(2, population)).toBe(0);
    expect(baranyiGrowthRequired(9, { ...population, maxLog10Cfu: null })).toBeGreaterThan(0);
  });
});

describe('the lag', () => {
  it('h0 is the same from Q0 and from a lag at one rate', () => {
    expect(h0FromQ0(Number.POSITIVE_INFINITY)).toBe(0);
    expect(h0FromQ0(1 / Math.expm1(1.2))).toBeCloseTo(1.2, 14);
    expect(h0FromLag(4, 0.3)).toBeCloseTo(1.2, 14);
    expect(() => h0FromQ0(0)).toThrow('q0 must be greater than 0, got 0');
  });

  it('adjustedGrowth is continuous where it changes its form', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 60, noNaN: true }), h0 => {
        const below = adjustedGrowth(30 - 1e-9, h0);
        const above = adjustedGrowth(30 + 1e-9, h0);
        expect(Math.abs(above - below)).toBeLessThan(4e-9);
      }),
    );
  });

  it('softplus keeps small values and survives large ones', () => {
    expect(softplus(-40)).toBeCloseTo(Math.exp(-40), 30);
    expect(softplus(1000)).toBe(1000);
  });
});

it('the Baranyi functions refuse what is no population', () => {
  const population = { initialLog10Cfu: 3, h0: 1, maxLog10Cfu: 8 };
  expect(() => baranyiCount(-1, population)).toThrow('muIntegral must be 0 or greater, got -1');
  expect(() => baranyiCount(1, { ...population, h0: -0.1 })).toThrow('h0 must be 0 or greater');
  expect(() => baranyiCount(1, { ...population, maxLog10Cfu: 2 })).toThrow('at least initialLog10Cfu (3)');
  expect(() => baranyiGrowthRequired(Number.NaN, population)).toThrow(
    'targetLog10Cfu must be finite, got NaN',
  );
});
