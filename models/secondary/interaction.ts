import { finite, ModelDomainError } from '../errors.ts';

/**
 * How the distance of one factor from its optimum is measured. Stored with every result that used one.
 *
 * - `mejlholm-dalgaard`: phi = (1 - sqrt gamma)^2 for every factor (default)
 * - `le-marc`: phi = ((opt - x)/(opt - min))^3 for temperature, pH and water activity, (c/MIC)^3 for an inhibitor
 */
export type PhiConvention = 'mejlholm-dalgaard' | 'le-marc';

/**
 * phi by Mejlholm and Dalgaard (2009): (1 - sqrt gamma)^2.
 *
 * @param gamma  0 to 1
 * @example
 * phiOfGamma(0.25); // => 0.25
 */
export function phiOfGamma(gamma: number): number {
  if (!(finite('gamma', gamma) >= 0 && gamma <= 1)) throw new ModelDomainError('gamma', gamma, '0 to 1');
  return (1 - Math.sqrt(gamma)) ** 2;
}

/**
 * phi by Le Marc et al. (2002): ((opt - x)/(opt - min))^3, 0 above the optimum.
 *
 * @example
 * phiOfDistance(-1, { min: -2, opt: 0 }); // => 0.125
 */
export function phiOfDistance(x: number, cardinals: { readonly min: number; readonly opt: number }): number {
  const { min, opt } = cardinals;
  if (finite('opt', opt) === finite('min', min)) throw new ModelDomainError('opt', opt, 'different from min');
  return Math.min(1, Math.max(0, ((opt - finite('x', x)) / (opt - min)) ** 3));
}

/**
 * psi, how near the factors together are to the border of growth.
 *
 *   psi = sum_i phi_i / (2 prod_{j != i} (1 - phi_j))
 *
 * @param phis  each 0 to 1
 * @returns psi, or null when a phi is 1: there a gamma is 0 and growth is 0 without asking
 * @example
 * interactionPsi([0.25, 0]); // => 0.125
 * @see Le Marc et al. (2002), Int. J. Food Microbiol. 73:219-237
 */
export function interactionPsi(phis: readonly number[]): number | null {
  for (const phi of phis)
    if (!(finite('phi', phi) >= 0 && phi <= 1)) throw new ModelDomainError('phi', phi, '0 to 1');
  if (phis.some(phi => phi === 1)) return null;
  let psi = 0;
  for (const [i, phi] of phis.entries()) {
    let others = 1;
    for (const [j, other] of phis.entries()) if (j !== i) others *= 1 - other;
    psi += phi / (2 * others);
  }
  return psi;
}

/**
 * xi, what the interaction leaves of the growth rate: 1 up to psi 0.5, then 2(1 - psi), 0 from psi 1 up.
 *
 * @example
 * interactionXi(0.75); // => 0.5
 */
export function interactionXi(psi: number): number {
  finite('psi', psi);
  if (psi <= 0.5) return 1;
  return psi < 1 ? 2 * (1 - psi) : 0;
}
