import { describe, expect, it } from 'vitest';
import { canonicalName, wordsOf } from '../../../models/calculations/calculation.ts';
import { calculate, calculationOf } from '../../../models/calculations/calculationRegistry.ts';
import { fitModelNamed, isFitModel, twoStepParts } from '../../../models/calculations/fitModelNames.ts';
import { fitModelIds, fitModelOf } from '../../../models/fitting/fitRegistry.ts';
import { spellingOf } from '../../../models/fitting/parameterNames.ts';

describe('fitModelNamed', () => {
  it.each([
    ['baranyi_without_Nmax', 'baranyi_no_stationary'],
    ['buchanan_without_lag', 'trilinear_no_lag'],
    ['gompertzm', 'gompertz_zwietering'],
    ['mafart', 'weibull_mafart'],
    ['albert', 'weibull_mafart_tail'],
    ['geeraerd_without_Nres', 'geeraerd_no_tail'],
    ['geeraerd_without_Sl', 'geeraerd_no_shoulder'],
    ['cpm_T', 'ctmi'],
    ['cpm_pH_3p', 'cpm_ph'],
    ['cpm_T_pH_aw', 'cpm_t_ph_aw'],
    ['isothermal_bigelow', 'one_step_bigelow'],
    ['inactivation_dynamic_mafart', 'dynamic_weibull_mafart'],
    ['one_step_baranyi_ratkowsky', 'one_step_baranyi_ratkowsky_sqrt'],
    ['one_step_huang_ctmi', 'one_step_huang_ctmi'],
    ['one_step_dynamic_baranyi_cpm_T_pH', 'dynamic_baranyi_cpm_t_ph'],
    ['baranyi_dynamic_ratkowsky', 'dynamic_baranyi_ratkowsky_sqrt'],
    ['jameson_buchanan', 'jameson_trilinear'],
  ])('knows %s as %s', (name, id) => {
    expect(fitModelNamed(name).id).toBe(id);
  });
  it('finds every model under its own id', () => {
    for (const id of fitModelIds) expect(fitModelNamed(id)).toBe(fitModelOf(id));
  });
  it('takes a name apart only when all of it is known', () => {
    for (const name of [
      'frobnicate',
      'one_step_frobnicate',
      'one_step_baranyi_frobnicate',
      'dynamic_frobnicate',
      'two_step_frobnicate',
    ])
      expect(isFitModel(name), name).toBe(false);
    expect(twoStepParts('two_step_baranyi_ratkowsky')).toEqual({
      primary: 'baranyi',
      family: 'ratkowsky_sqrt',
    });
  });
});

describe('calculationOf', () => {
  it.each([
    ['static_growth', 'Baranyi_noLag', 'baranyi_no_lag'],
    ['static_growth', 'modified_gompertz', 'gompertz_zwietering'],
    ['static_inactivation', 'albert_mafart', 'weibull_mafart_tail'],
    ['dynamic_inactivation', 'mafart_dynamic', 'inactivation_dynamic_weibull_mafart'],
    ['secondary', 'huang_square_root', 'huang_sqrt'],
    ['cold_chain', 'mkt_exact_linear', 'mkt_time_weighted_exact'],
    ['cold_chain', 'q10_from_ea', 'q10_from_ea'],
    ['cold_chain', 'ea_from_q10', 'ea_from_q10'],
    ['shelf_life', 'two_limit_shelf_life', 'two_limits'],
    ['shelf_life', 'quality_time_to_limit', 'time_to_quality_limit'],
  ])('knows the %s model %s as %s', (kind, name, model) => {
    expect(calculationOf(kind, name)?.model).toBe(model);
  });
  it('does not take a part of a name for the whole', () => {
    for (const name of ['baranyi_backwards', 'mkt_by_feeling', 'ctm'])
      expect(calculationOf('secondary', name), name).toBeUndefined();
  });
});

describe('names', () => {
  it('are the same whatever their case, hyphens and word order', () => {
    expect(canonicalName('Baranyi-noStationary')).toBe('baranyi_no_stationary');
    expect(wordsOf('time_to_limit_quality')).toBe(wordsOf('quality_time_to_limit'));
    expect(wordsOf('ea_from_q10')).toBe(wordsOf('q10_from_ea'));
  });
});

describe('spellingOf', () => {
  it('changes scale with the spelling, there and back', () => {
    for (const [spelled, names, value] of [
      ['Q0', ['h0'], 0.5],
      ['mu10', ['muLnPerH'], 0.2],
      ['N0', ['logN0'], 1000],
      ['Ea_kJ_mol', ['activationJPerMol'], 70],
      ['ln_k_ref', ['rateAtReference'], -2],
      ['C_c0', ['shoulderLn'], 12],
      ['kmax', ['decimalMin'], 1.5],
      ['LOG10N0_2', ['logN0_1', 'logN0_2'], 4],
    ] as const) {
      const spelling = spellingOf(spelled, names);
      expect(spelling.fromCode(spelling.toCode(value)), spelled).toBeCloseTo(value, 10);
    }
    expect(spellingOf('LOG10N0_2', ['logN0_1', 'logN0_2']).name).toBe('logN0_2');
    expect(spellingOf('mu_opt', ['muOptLnPerH'], Math.LN10).toCode(1)).toBeCloseTo(Math.LN10, 12);
    expect(spellingOf('mu10', ['muLnPerH'], Math.LN10).toCode(1)).toBeCloseTo(Math.LN10, 12);
  });
});

describe('shelf life calculations', () => {
  const organism = (b: number, logN0: number, limit_logN: number) => ({
    secondary: { model: 'ratkowsky_sqrt', b, Tmin: 0 },
    primary: { logN0, logNmax: 12, h0: 0 },
    limit_logN,
  });
  it('say which of several limits ends the life', () => {
    const both = { spoilage: organism(0.1, 3, 7), pathogen: organism(0.05, 1, 3), T_c: 5 };
    const { limited_by, shelf_life_h, each_h } = calculate('shelf_life', 'two_limits', both);
    expect(each_h).toMatchObject({
      spoilage: expect.closeTo((4 * Math.LN10) / 0.25, 3),
      pathogen: expect.closeTo((2 * Math.LN10) / 0.0625, 3),
    });
    expect(limited_by).toBe('spoilage');
    expect(shelf_life_h).toBeCloseTo((4 * Math.LN10) / 0.25, 3);
  });
  it('refuse a lag in hours where the temperature changes: it belongs to one temperature', () => {
    const inputs = {
      profile: { time_h: [0, 9], T_c: [4, 20], interpolation: 'linear' },
      secondary: organism(0.1, 3, 7).secondary,
      primary: { logN0: 3, lag_h: 4 },
      times_h: [9],
    };
    expect(() => calculate('dynamic_growth', 'baranyi_dynamic', inputs)).toThrow(/lag_h must be given as h0/);
  });
  it('give a spread of hours that repeats and widens with the covariance', () => {
    const inputs = (sd: number) => ({
      mean: { b: 0.024, Tmin: -2.5, h0: 1.1, y0: 3 },
      sd: { b: 0.001 * sd, Tmin: sd },
      parameter_order: ['b', 'Tmin', 'h0', 'y0'],
      logNmax: 8.6,
      limit_logN: 7,
      T_c: 5,
    });
    const hours = (sd: number) =>
      calculate('shelf_life', 'monte_carlo_time_to_limit', inputs(sd)) as { p05_h: number; p95_h: number };
    expect(hours(0.5)).toEqual(hours(0.5));
    expect(hours(1).p95_h - hours(1).p05_h).toBeGreaterThan(hours(0.5).p95_h - hours(0.5).p05_h);
  });
});
