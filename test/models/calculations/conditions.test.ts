import { describe, expect, it } from 'vitest';
import { calculate } from '../../../models/calculations/calculationRegistry.ts';

const rate = { model: 'ratkowsky_sqrt', b: 0.024, Tmin: -2.5 };
const primary = { logN0: 3, logNmax: 8.6, h0: 1 };
const door = { time_h: [0, 10, 10.2, 10.4, 30], T_c: [4, 4, 20, 4, 4], interpolation: 'linear' };

describe('a history of the air', () => {
  it('makes the product grow less through a door opening than the air would', () => {
    const grown = (profile: unknown) =>
      calculate('dynamic_growth', 'baranyi_dynamic', { profile, secondary: rate, primary, times_h: [20] })
        .integral_mu as number[];
    expect(grown({ ...door, product_tau_h: 2 })[0]).toBeLessThan(grown(door)[0]!);
    expect(grown({ ...door, product_tau_h: 1e-3 })[0]).toBeCloseTo(grown(door)[0]!, 4);
  });
  it('ends with the product at the temperature of the air', () => {
    const profile = { time_h: [0, 1], T_c: [4, 20], interpolation: 'linear', product_tau_h: 2 };
    const { T_c } = calculate('dynamic_growth', 'baranyi_dynamic', {
      profile,
      secondary: rate,
      primary,
      times_h: [0, 100],
    });
    expect(T_c).toEqual([4, expect.closeTo(20, 6)]);
  });
});

describe('gaps in a history', () => {
  it('are counted beside the result', () => {
    const profile = { ...door, gap_policy: { max_gap_h: 5, fill: 'assume', assume_c: 30 } };
    const { gap_h } = calculate('dynamic_growth', 'baranyi_dynamic', {
      profile,
      secondary: rate,
      primary,
      times_h: [5, 10.3, 30],
    });
    expect(gap_h).toEqual([5, 10, expect.closeTo(29.6, 10)]);
  });
});

describe('a rate of several factors', () => {
  const gamma = {
    model: 'gamma_concept',
    mu_opt: 1.1,
    ...{ Tmin: 0, Topt: 36, Tmax: 44, pHmin: 4.5, pHopt: 6.9, pHmax: 9.2 },
  };
  it('serves a life at constant conditions, and refuses without one of them', () => {
    const life = (more: object) =>
      calculate('shelf_life', 'time_to_limit_static', {
        secondary: gamma,
        primary,
        T_c: 10,
        limit_logN: 7,
        ...more,
      }).time_h as number;
    expect(life({ pH: 5.5 })).toBeGreaterThan(life({ pH: 6.5 }));
    expect(() => life({})).toThrow(/ph must be given/);
  });
});

describe('a rule of so many days', () => {
  const both = (more: object) =>
    calculate('shelf_life', 'two_limits', {
      spoilage: { secondary: rate, primary, limit_logN: 7 },
      T_c: 4,
      ...more,
    });
  it('ends a life that the model would stretch, and only such a one', () => {
    expect(both({ cap_d: 10 })).toMatchObject({ shelf_life_h: 240, limited_by: 'cap' });
    expect(both({ cap_d: 100 }).limited_by).toBe('spoilage');
    expect(both({ caps: { sealed: 240, fresh: 168 } })).toMatchObject({ limited_by: 'fresh' });
  });
});

describe('what a file says of detection limits', () => {
  const data = { time_min: [0, 2, 4, 6, 8, 10, 12, 14], logN: [6, 5.1, 3.9, 3.1, 2, 1, 1, 1] };
  const fitted = (more: object, column: object = {}) =>
    calculate(
      'fit',
      'log_linear',
      { data: { ...data, ...column }, ...more },
      { names: [], parameters: ['D_min', 'logN0'] },
    ) as { method?: string; n_censored?: number; estimates: { D_min: number } };
  it('makes the fit one of maximum likelihood, not a flatter line', () => {
    expect(fitted({}).method).toBeUndefined();
    const limit = fitted({ LOD: 1 });
    expect(limit).toMatchObject({ method: 'tobit', n_censored: 3 });
    expect(limit.estimates.D_min).toBeLessThan(fitted({}).estimates.D_min);
    expect(fitted({}, { censored: [0, 0, 0, 0, 0, 1, 1, 1] }).estimates).toEqual(limit.estimates);
  });
  it('is refused when a cell says neither', () => {
    expect(() => fitted({}, { censored: [0, 0, 0, 0, 0, 'perhaps', 1, 1] })).toThrow(
      /censored\[5\].*perhaps/,
    );
    expect(() => fitted({}, { censored: [1] })).toThrow(/as long as the observations/);
  });
});

describe('levers', () => {
  it('combine with their ranges, and stay blocked where the law is unknown', () => {
    const chosen = { levers: ['turmeric', { lever: 'salt', dose: 2 }], T_c: 5, pH: 6 };
    const { f, f_range } = calculate('preservation', 'combine_levers', chosen) as {
      f: number;
      f_range: [number, number];
    };
    expect(f).toBeLessThan(1);
    expect(f_range[0]).toBeLessThanOrEqual(f);
    expect(() =>
      calculate('preservation', 'combine_levers', { ...chosen, levers: ['sorbic-acid'], law: 'indonesia' }),
    ).toThrow(/sorbic-acid/);
    expect(calculate('preservation', 'legal_verdict', { lever: 'sorbic-acid' })).toMatchObject({
      allowed: false,
    });
  });
});

describe('sensor faults', () => {
  it('are left out with their reason and place', () => {
    expect(
      calculate('cold_chain', 'sensor_faults', { time_h: [0, 1, 2, 3], T_c: [4, -127, 4.2, 4.1] }),
    ).toMatchObject({ n_rejected: 1, faults: [{ time_h: 1, fault: 'out-of-range' }] });
  });
});
