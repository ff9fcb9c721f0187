import { describe, expect, it } from 'vitest';
import { baranyiCount, h0FromQ0 } from '../../../models/growth/baranyi.ts';
import { integrateRate } from '../../../models/growth/integrateRate.ts';
import { timeToLimit } from '../../../models/shelf-life/timeToLimit.ts';
import { fixture } from '../support/fixture.ts';
import { type FixtureRate, profileSegments, rateOf } from '../support/rateOf.ts';

interface Population {
  initialLog10Cfu: number;
  q0: number;
  maxLog10Cfu: number;
}
interface StaticCase {
  name: string;
  rate: FixtureRate;
  population: Population;
  temperatureC: number;
  limitLog10Cfu: number;
  muLnPerH: number;
  muIntegralRequired: number | null;
  timeH: number | null;
  status: string;
}
interface HistoryCase {
  name: string;
  interpolation: string;
  timeH: number[];
  temperatureC: number[];
  rate: FixtureRate;
  population: Population;
  nowH: number;
  futureTemperatureC: number;
  limitLog10Cfu: number;
  countLog10Cfu: number;
  muIntegral: number;
  muIntegralRequired: number;
  remainingH: number;
  lifeUsed: number;
  status: string;
}
const known = fixture<{ static: StaticCase[]; afterHistory: HistoryCase[] }>('timeToLimit');

/** Asserts equality to a relative tolerance; null and 0 must be exactly that. */
function near(got: number | null, expected: number | null, tolerance: number): void {
  if (expected === null || expected === 0) expect(got).toBe(expected);
  else expect(Math.abs(got! / expected - 1)).toBeLessThan(tolerance);
}

describe('timeToLimit', () => {
  it.each(known.static)('timeToLimit gives the hours and the state of $name', one => {
    const mu = rateOf(one.rate).rate(one.temperatureC);
    const { initialLog10Cfu, q0, maxLog10Cfu } = one.population;
    const life = timeToLimit(0, mu, one.limitLog10Cfu, { initialLog10Cfu, h0: h0FromQ0(q0), maxLog10Cfu });
    near(mu, one.muLnPerH, 1e-8);
    near(life.muIntegralRequired, one.muIntegralRequired, 1e-8);
    near(life.remainingH, one.timeH, 1e-8);
    expect(life.status).toBe(one.status);
  });

  it.each(known.afterHistory)('timeToLimit gives what is left after the history of $name', one => {
    const { rate, kinksC } = rateOf(one.rate);
    const segments = profileSegments(one.timeH, one.temperatureC, one.interpolation, one.nowH);
    const muIntegral = segments.reduce((sum, segment) => sum + integrateRate(segment, rate, kinksC), 0);
    const population = { ...one.population, h0: h0FromQ0(one.population.q0) };
    const life = timeToLimit(muIntegral, rate(one.futureTemperatureC), one.limitLog10Cfu, population);
    near(muIntegral, one.muIntegral, 1e-6);
    near(life.remainingH, one.remainingH, 1e-6);
    near(life.lifeUsed, one.lifeUsed, 1e-6);
    near(baranyiCount(muIntegral, population), one.countLog10Cfu, 1e-6);
    expect(life.status).toBe(one.status);
  });

  it('timeToLimit names the state of every population', () => {
    const population = { initialLog10Cfu: 3, h0: 1, maxLog10Cfu: 8.6 };
    const ask = (m: number, mu: number, limit: number) => timeToLimit(m, mu, limit, population);
    expect(ask(0, 0.1, 7).status).toBe('ok');
    expect(ask(0, 0, 7)).toMatchObject({ status: 'no_growth', remainingH: null });
    expect(ask(0, 1e-300, 7)).toMatchObject({ status: 'no_growth', remainingH: null });
    expect(ask(50, 0, 7)).toMatchObject({ status: 'past_limit', remainingH: 0, lifeUsed: 1 });
    expect(ask(0, 0.1, 3)).toMatchObject({
      status: 'already_at_limit',
      remainingH: 0,
      muIntegralRequired: 0,
    });
    expect(ask(0, 0.1, 9)).toMatchObject({ status: 'limit_not_below_nmax', remainingH: null });
  });

  it('timeToLimit refuses a negative history and a negative rate', () => {
    const population = { initialLog10Cfu: 3, h0: 1, maxLog10Cfu: 8.6 };
    expect(() => timeToLimit(-1, 0.1, 7, population)).toThrow('muIntegral must be 0 or greater, got -1');
    expect(() => timeToLimit(1, -0.1, 7, population)).toThrow(
      'futureMuLnPerH must be 0 or greater, got -0.1',
    );
  });
});
