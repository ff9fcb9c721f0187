import { finite, ModelDomainError } from '../errors.ts';

/** What to do above the optimum, where the model says nothing: published tools differ, so the caller chooses. */
export type AboveOptimum = 'refuse' | 'one' | 'zero';

/**
 * Zwietering's gamma factor, for the suboptimal side only.
 *
 *   gamma = ((x - xmin)/(xopt - xmin))^n,  xmin <= x <= xopt;  0 below xmin
 *
 * @param x  the factor, finite
 * @param parameters  min < opt, order n > 0 (2 for temperature, 1 for water activity)
 * @param aboveOptimum  refuse (default, right for temperature), one (right for water activity), zero (biogrowth)
 * @returns gamma, 0 to 1
 * @throws {ModelDomainError} when x is above opt and aboveOptimum is 'refuse'
 * @example
 * zwieteringGamma(17.5, { min: -2, opt: 37, order: 2 }); // => 0.25
 * @see Zwietering et al. (1992), J. Food Prot. 55:973-978
 */
export function zwieteringGamma(
  x: number,
  parameters: { readonly min: number; readonly opt: number; readonly order: number },
  aboveOptimum: AboveOptimum = 'refuse',
): number {
  const { min, opt, order } = parameters;
  finite('x', x);
  finite('min', min);
  if (!(finite('opt', opt) > min)) throw new ModelDomainError('opt', opt, `above min (${min})`);
  if (!(finite('order', order) > 0)) throw new ModelDomainError('order', order, 'greater than 0');
  if (x <= min) return 0;
  if (x <= opt) return ((x - min) / (opt - min)) ** order;
  if (aboveOptimum === 'refuse') throw new ModelDomainError('x', x, `at most the optimum (${opt})`);
  return aboveOptimum === 'one' ? 1 : 0;
}
