import { notNegative } from '../errors.ts';
import { interactionPsi, interactionXi, type PhiConvention, phiOfGamma } from './interaction.ts';

export interface GammaConceptResult {
  /** Product of the gammas. */
  readonly gamma: number;
  /** null: a gamma is 0, so there is no growth and nothing to interact. */
  readonly psi: number | null;
  readonly xi: number | null;
  /** ln units per hour. */
  readonly muLnPerH: number;
  readonly phiConvention: PhiConvention | 'none';
}

/**
 * Growth rate by the gamma concept: mu = mu_opt prod gamma_i xi.
 *
 * @param muOptLnPerH  rate where every factor is at its optimum, ln per hour, >= 0
 * @param gammas  each 0 to 1
 * @param interaction  'none': the product alone; 'mejlholm-dalgaard' (default): phi from the gammas;
 *   or `{ convention, phis }` with phis of another convention, one for each gamma
 * @example
 * gammaConcept(0.9, [0.5, 1], 'none').muLnPerH; // => 0.45
 * @see Zwietering et al. (1992); Mejlholm and Dalgaard (2009), J. Food Prot. 72:2132-2143
 */
export function gammaConcept(
  muOptLnPerH: number,
  gammas: readonly number[],
  interaction:
    | 'none'
    | 'mejlholm-dalgaard'
    | { readonly convention: PhiConvention; readonly phis: readonly number[] } = 'mejlholm-dalgaard',
): GammaConceptResult {
  notNegative('muOptLnPerH', muOptLnPerH);
  const gamma = gammas.reduce((product, factor) => product * factor, 1);
  const phis = typeof interaction === 'object' ? interaction.phis : gammas.map(phiOfGamma);
  const phiConvention = typeof interaction === 'object' ? interaction.convention : interaction;
  if (interaction === 'none')
    return { gamma, psi: null, xi: null, muLnPerH: muOptLnPerH * gamma, phiConvention };
  const psi = gamma === 0 ? null : interactionPsi(phis);
  const xi = psi === null ? null : interactionXi(psi);
  return { gamma, psi, xi, muLnPerH: xi === null ? 0 : muOptLnPerH * gamma * xi, phiConvention };
}
