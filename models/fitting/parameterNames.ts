import { ModelDomainError } from '../errors.ts';
import { h0FromQ0 } from '../growth/baranyi.ts';

/**
 * A parameter as a data file spells it, and how to get from there to the parameter of the code and back. Estimates and
 * standard errors are reported in the spelling that was asked for.
 */
export interface Spelling {
  readonly spelled: string;
  readonly name: string;
  readonly toCode: (value: number) => number;
  readonly fromCode: (value: number) => number;
}

type Change = readonly [toCode: (value: number) => number, fromCode: (value: number) => number];
const same: Change = [value => value, value => value];
const times = (factor: number): Change => [value => value * factor, value => value / factor];
const fromPlainCount: Change = [value => Math.log10(value), value => 10 ** value];
const fromLn: Change = [value => Math.exp(value), value => Math.log(value)];
const fromLog10: Change = [value => 10 ** value, value => Math.log10(value)];
const fromQ0: Change = [h0FromQ0, h0 => 1 / Math.expm1(h0)];
const fromShoulderState: Change = [value => Math.log1p(value), value => Math.expm1(value)];

/** Name in the code, then the spellings of the literature and of other software, with the change of scale. */
const spellings: Readonly<Record<string, Readonly<Record<string, Change>>>> = {
  logN0: all(['LOG10N0', 'logN0', 'log10N0', 'log_N0', 'y0', 'logN_0'], {
    N0: fromPlainCount,
    lnN0: times(1 / Math.LN10),
  }),
  logNmax: all(['LOG10Nmax', 'logNmax', 'log10Nmax', 'log_Nmax', 'ymax'], {
    Nmax: fromPlainCount,
    lnNmax: times(1 / Math.LN10),
  }),
  logNres: all(['LOG10Nres', 'logNres', 'log10Nres', 'log_Nres', 'logN_res', 'logNmin'], {
    Nres: fromPlainCount,
    N_res: fromPlainCount,
    N_min: fromPlainCount,
  }),
  lagH: all(['lag', 'lambda', 'lag_h', 'lambda_h']),
  h0: all(['h0'], { Q0: fromQ0 }),
  muLnPerH: all(['mumax', 'mu', 'mu_max', 'mu_ln_per_h', 'mumax_ln_per_h', 'muLnPerH'], {
    mu10: times(Math.LN10),
    mu_log10_per_h: times(Math.LN10),
    mumax_log10_per_h: times(Math.LN10),
  }),
  muOptLnPerH: all(['muopt', 'mu_opt', 'mu_opt_ln_per_h', 'muOptLnPerH', 'mumax_opt'], {
    mu_opt_log10_per_h: times(Math.LN10),
  }),
  tMinC: all(['Tmin', 'T_min', 'Tmin_c', 'tMinC', 'temperature_xmin']),
  tOptC: all(['Topt', 'T_opt', 'Topt_c', 'tOptC', 'temperature_xopt']),
  tMaxC: all(['Tmax', 'T_max', 'Tmax_c', 'tMaxC', 'temperature_xmax']),
  phMin: all(['pHmin', 'pH_min', 'pH_xmin']),
  phOpt: all(['pHopt', 'pH_opt', 'pH_xopt']),
  phMax: all(['pHmax', 'pH_max', 'pH_xmax']),
  awMin: all(['awmin', 'aw_min', 'aw_xmin']),
  awOpt: all(['awopt', 'aw_opt', 'aw_xopt']),
  awMax: all(['awmax', 'aw_max', 'aw_xmax']),
  orderAw: all(['CPM_n_aw', 'n_aw', 'aw_n', 'n']),
  orderT: all(['CPM_n_T', 'n_T', 'temperature_n', 'CPM_n', 'n']),
  orderPh: all(['CPM_n_pH', 'n_pH', 'pH_n', 'CPM_n', 'n']),
  order: all(['n', 'order']),
  xMin: all(['xmin', 'x_min']),
  xOpt: all(['xopt', 'x_opt']),
  b: all(['b', 'bT']),
  a: all(['a']),
  c: all(['c', 'cc']),
  bMax: all(['b', 'b2', 'bmax']),
  mic: all(['MIC', 'mic', 'MIC_undissociated', 'xmax']),
  alpha: all(['alpha', 'shape']),
  co2Max: all(['CO2max', 'CO2_max']),
  alphaPerH: all(['alpha', 'alpha_per_h']),
  decimalMin: all(['D', 'D_min', 'D_R', 'D_ref', 'Dref', 'D_ref_min'], {
    kmax: [k => Math.LN10 / k, d => Math.LN10 / d],
    k: [k => Math.LN10 / k, d => Math.LN10 / d],
  }),
  zC: all(['z', 'z_c', 'zC']),
  referenceC: all(['T_ref_c', 'temp_ref', 'Tref', 'T_ref', 'referenceC']),
  deltaMin: all(['delta', 'delta_min', 'delta_ref', 'delta_R', 'delta_ref_min', 'D_R']),
  p: all(['p', 'beta', 'n']),
  shoulderMin: all(['Sl', 'Sl_min', 'S', 'shoulder_min']),
  shoulderLn: all(['shoulder_ln'], { C_c0: fromShoulderState, Cc0: fromShoulderState }),
  kMaxLnPerMin: all(['kmax', 'k_max', 'kmax_ln_per_min'], { D: [d => Math.LN10 / d, k => Math.LN10 / k] }),
  rateAtReference: all(['k_ref', 'kref', 'mu_ref', 'k_ref_per_h', 'mu_ref_ln_per_h', 'rateAtReference']),
  activationJPerMol: all(['Ea_J_mol', 'Ea_J_per_mol', 'Ea'], {
    Ea_kJ_mol: times(1000),
    Ea_kJ_per_mol: times(1000),
  }),
  q10: all(['Q10', 'q10']),
  perC: all(['a', 'a_per_c']),
  initial: all(['Q0', 'Q_0', 'initial']),
  ratePerH: all(['k', 'k_per_h', 'rate']),
  scaleH: all(['a', 'a_h', 'scale', 'scale_h']),
  shape: all(['b', 'shape', 'beta']),
  stopH: all(['tmax', 't_max', 'stop_h']),
};

function all(
  names: readonly string[],
  changed: Readonly<Record<string, Change>> = {},
): Record<string, Change> {
  return { ...Object.fromEntries(names.map(name => [name, same])), ...changed };
}

/**
 * Which parameter of a model a spelling means. Besides the tables, `ln_x` and `log10_x` stand for the logarithm of x,
 * and `_1`, `_2` for the flora.
 *
 * @param spelled  as in the data file
 * @param parameters  names of the model's parameters
 * @param rateFactor  what turns a rate of the file into ln units: ln 10 where it counts in log10
 * @throws {ModelDomainError} naming the spelling and what the model knows
 */
export function spellingOf(spelled: string, parameters: readonly string[], rateFactor = 1): Spelling {
  const found = find(spelled, parameters) ?? findLogarithm(spelled, parameters);
  if (!found)
    throw new ModelDomainError('parameter', spelled, `one of ${parameters.map(exampleOf).join(', ')}`);
  const factor = unitFactor(found.name, found.change, rateFactor);
  return {
    spelled,
    name: found.name,
    toCode: value => found.change[0](value) * factor,
    fromCode: value => found.change[1](value / factor),
  };
}

interface Found {
  readonly name: string;
  readonly change: Change;
}

function find(spelled: string, parameters: readonly string[]): Found | null {
  const same = (a: string, b: string) => a === b;
  const loosely = (a: string, b: string) =>
    a.toLowerCase().replace(/[_.]/g, '') === b.toLowerCase().replace(/[_.]/g, '');
  for (const equal of [same, loosely])
    for (const name of parameters) {
      const [, base = name, flora = ''] = /^(.*?)(_[12])?$/.exec(name) ?? [];
      const table = spellings[base] ?? {};
      if (equal(spelled, name)) return { name, change: [value => value, value => value] };
      for (const [known, change] of Object.entries(table))
        if (equal(spelled, known + flora)) return { name, change };
    }
  return null;
}

function findLogarithm(spelled: string, parameters: readonly string[]): Found | null {
  const [, base, rest] = /^(ln|log10|log)_?(.+)$/i.exec(spelled) ?? [];
  const inner = base && rest ? find(rest, parameters) : null;
  if (!inner) return null;
  const log = base?.toLowerCase() === 'ln' ? fromLn : fromLog10;
  return {
    name: inner.name,
    change: [value => inner.change[0](log[0](value)), value => log[1](inner.change[1](value))],
  };
}

function unitFactor(name: string, change: Change, rateFactor: number): number {
  if (change !== same && change[0](1) === Math.LN10) return 1;
  if (name === 'b' || name === 'a') return Math.sqrt(rateFactor);
  return /^(muLnPerH|muOptLnPerH)/.test(name) ? rateFactor : 1;
}

function exampleOf(name: string): string {
  const [, base = name, flora = ''] = /^(.*?)(_[12])?$/.exec(name) ?? [];
  return `${Object.keys(spellings[base] ?? {})[0] ?? base}${flora}`;
}
