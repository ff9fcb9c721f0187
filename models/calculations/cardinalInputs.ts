import type { Outputs } from './calculation.ts';
import type { Inputs } from './inputs.ts';

/** Names of cardinal temperatures in files. */
export const tMin = ['Tmin', 'T_min', 'Tmin_c', 'xmin'];
export const tOpt = ['Topt', 'T_opt', 'Topt_c', 'xopt'];
export const tMax = ['Tmax', 'T_max', 'Tmax_c', 'xmax'];

const rateNames = ['mu_ln_per_h', 'mu', 'k', 'rate', 'k_per_h'];

/** One list under every name a rate may go by, with its square root and its log10 scale. */
export function rateOutputs(rates: readonly number[]): Outputs {
  return {
    ...Object.fromEntries(rateNames.map(name => [name, rates])),
    sqrt_mu: rates.map(Math.sqrt),
    mu_log10_per_h: rates.map(rate => rate / Math.LN10),
  };
}

/** Cardinal values of a file; a pH curve without its maximum is symmetric. */
export const temperatureCardinals = (inputs: Inputs) => ({
  tMinC: inputs.number(...tMin),
  tOptC: inputs.number(...tOpt),
  tMaxC: inputs.number(...tMax),
});

export const phCardinals = (inputs: Inputs) => {
  const min = inputs.number('pHmin', 'pH_min', 'xmin');
  const opt = inputs.number('pHopt', 'pH_opt', 'xopt');
  return { min, opt, max: inputs.numberOr(2 * opt - min, 'pHmax', 'pH_max', 'xmax') };
};

export const awMin = (inputs: Inputs) => inputs.number('awmin', 'aw_min', 'xmin');
