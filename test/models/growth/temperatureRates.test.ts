import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cardinalTemperatureGamma,
  cardinalTemperatureRate,
} from '../../../models/growth/cardinalTemperature.ts';
import { integrateRate } from '../../../models/growth/integrateRate.ts';
import { ratkowskyExtendedRate, ratkowskyOptimumC, ratkowskyRate } from '../../../models/growth/ratkowsky.ts';
import { fixture } from '../support/fixture.ts';

const tables = fixture<{
  tahu: { treatment: string; temperatureC: number[]; muLnPerH: number[] }[];
}>('timeToLimit').tahu;
const curves: Record<string, { b: number; tMinC: number; c: number; tMaxC: number }> = {
  none: { b: 0.0201, tMinC: -4.2, c: 0.3, tMaxC: 45 },
  'packed-heated-p90': { b: 0.0225, tMinC: -1.1, c: 0.3, tMaxC: 45 },
};
const anyTemperature = fc.double({ min: -60, max: 90, noNaN: true });
const curve = curves.none!;
const cardinal = { tMinC: 4, tOptC: 33, tMaxC: 40 };

describe('ratkowskyExtendedRate', () => {
  it.each(tables)('ratkowskyExtendedRate gives the rates of the table for $treatment', table => {
    table.temperatureC.forEach((temperatureC, index) => {
      const mu = ratkowskyExtendedRate(temperatureC, curves[table.treatment]!);
      expect(Math.abs(mu / table.muLnPerH[index]! - 1)).toBeLessThan(1e-8);
    });
  });

  it('ratkowskyExtendedRate is 0 at and outside Tmin and Tmax and never negative', () => {
    fc.assert(
      fc.property(anyTemperature, temperatureC => {
        const mu = ratkowskyExtendedRate(temperatureC, curve);
        expect(mu).toBeGreaterThanOrEqual(0);
        if (temperatureC <= curve.tMinC || temperatureC >= curve.tMaxC) expect(mu).toBe(0);
      }),
    );
  });

  it('ratkowskyOptimumC is where no other temperature grows faster', () => {
    const best = ratkowskyExtendedRate(ratkowskyOptimumC(curve), curve);
    fc.assert(
      fc.property(anyTemperature, temperatureC => {
        expect(ratkowskyExtendedRate(temperatureC, curve)).toBeLessThanOrEqual(best * (1 + 1e-14));
      }),
    );
  });

  it('ratkowskyRate stays 0 below Tmin, where the square alone would rise again', () => {
    expect(ratkowskyRate(-10, { b: 0.03, tMinC: -2 })).toBe(0);
    expect(ratkowskyRate(0, { b: 0.03, tMinC: -2 })).toBeCloseTo(0.0036, 15);
  });
});

describe('cardinalTemperatureGamma', () => {
  it('cardinalTemperatureGamma is 1 at the optimum, 0 outside and between 0 and 1 elsewhere', () => {
    expect(cardinalTemperatureGamma(33, cardinal)).toBe(1);
    fc.assert(
      fc.property(anyTemperature, temperatureC => {
        const gamma = cardinalTemperatureGamma(temperatureC, cardinal);
        expect(gamma).toBeGreaterThanOrEqual(0);
        expect(gamma).toBeLessThanOrEqual(1 + 1e-12);
        if (temperatureC <= 4 || temperatureC >= 40) expect(gamma).toBe(0);
      }),
    );
  });

  it('cardinalTemperatureGamma refuses an optimum at or below the middle, where the formula has a pole', () => {
    expect(() => cardinalTemperatureGamma(10, { tMinC: 0, tOptC: 20, tMaxC: 40 })).toThrow(
      'tOptC must be above the middle of tMinC and tMaxC (20), got 20',
    );
    expect(() => cardinalTemperatureGamma(10, { tMinC: 0, tOptC: 41, tMaxC: 40 })).toThrow(
      'below tMaxC (40)',
    );
  });

  it('cardinalTemperatureRate is the share of the rate at the optimum', () => {
    expect(cardinalTemperatureRate(33, { ...cardinal, muOptLnPerH: 1.4 })).toBe(1.4);
    expect(() => cardinalTemperatureRate(33, { ...cardinal, muOptLnPerH: 0 })).toThrow('muOptLnPerH');
  });
});

describe('integrateRate', () => {
  const rate = (temperatureC: number) => ratkowskyExtendedRate(temperatureC, curve);
  const kinksC = [curve.tMinC, curve.tMaxC];
  const segments = fc
    .record({
      fromC: fc.double({ min: -20, max: 60, noNaN: true }),
      toC: fc.double({ min: -20, max: 60, noNaN: true }),
      minutes: fc.integer({ min: 1, max: 600 }),
    })
    .map(({ fromC, toC, minutes }) => ({ from: 0, fromC, to: minutes * 60_000, toC }));

  it('integrateRate agrees with the midpoint rule at 200,000 steps', () => {
    const segment = { from: 0, fromC: -10, to: 3_600_000, toC: 60 };
    let sum = 0;
    for (let step = 0; step < 200_000; step++) sum += rate(-10 + (70 * (step + 0.5)) / 200_000);
    expect(Math.abs(integrateRate(segment, rate, kinksC) - sum / 200_000)).toBeLessThan(2e-9);
  });

  it('integrateRate does not care where a segment is split', () => {
    fc.assert(
      fc.property(segments, fc.double({ min: 0, max: 1, noNaN: true }), (segment, share) => {
        const at = Math.round(segment.to * share);
        const middleC = segment.fromC + ((segment.toC - segment.fromC) * at) / segment.to;
        const parts =
          integrateRate({ ...segment, to: at, toC: middleC }, rate, kinksC) +
          integrateRate({ ...segment, from: at, fromC: middleC }, rate, kinksC);
        const whole = integrateRate(segment, rate, kinksC);
        expect(Math.abs(parts - whole)).toBeLessThanOrEqual(1e-9 * whole + 1e-15);
      }),
      { numRuns: 500 },
    );
  });

  it('integrateRate gives a segment and its mirror the same bits', () => {
    fc.assert(
      fc.property(segments, segment => {
        const mirror = { ...segment, fromC: segment.toC, toC: segment.fromC };
        expect(integrateRate(mirror, rate, kinksC)).toBe(integrateRate(segment, rate, kinksC));
      }),
    );
  });
});
