import { finite, ModelDomainError, notNegative, positive } from '../errors.ts';

/** pKa of the acids used in food, 25 C. */
export const pKa = { lactic: 3.86, acetic: 4.76, benzoic: 4.19, sorbic: 4.76 } as const;

/**
 * The part of a weak acid that is not dissociated, and so passes the cell wall.
 *
 *   HA = total / (1 + 10^(pH - pKa))
 *
 * @param total  all of the acid, in any unit of concentration, >= 0
 * @param ph  0 to 14
 * @param acidPKa  pKa of the acid
 * @returns in the unit of `total`
 * @example
 * undissociatedAcid(10, 3.86, 3.86); // => 5
 */
export function undissociatedAcid(total: number, ph: number, acidPKa: number): number {
  notNegative('total', total);
  if (!(finite('ph', ph) >= 0 && ph <= 14)) throw new ModelDomainError('ph', ph, '0 to 14');
  finite('acidPKa', acidPKa);
  return total / (1 + 10 ** (ph - acidPKa));
}

/**
 * Effect of an inhibitor (undissociated acid or any other) on the growth rate.
 *
 *   gamma = 1 - (c/MIC)^alpha,  0 from MIC up
 *
 * Several inhibitors multiply.
 *
 * @param concentration  >= 0, in the unit of mic
 * @param parameters  mic > 0: lowest concentration without growth; alpha > 0: shape, 1 when absent
 * @returns gamma, 0 to 1
 * @example
 * inhibitorGamma(2, { mic: 8 }); // => 0.75
 */
export function inhibitorGamma(
  concentration: number,
  parameters: { readonly mic: number; readonly alpha?: number },
): number {
  notNegative('concentration', concentration);
  const { mic, alpha = 1 } = parameters;
  positive('mic', mic);
  positive('alpha', alpha);
  return concentration >= mic ? 0 : 1 - (concentration / mic) ** alpha;
}

/**
 * Effect of carbon dioxide on the growth rate, linear.
 *
 *   gamma = max(0, 1 - CO2/CO2max)
 *
 * @param carbonDioxide  dissolved, or per cent of the gas phase when only that is known; >= 0
 * @param parameters  max > 0, in the same unit: where growth stops
 * @returns gamma, 0 to 1
 * @example
 * carbonDioxideGamma(25, { max: 50 }); // => 0.5
 */
export function carbonDioxideGamma(carbonDioxide: number, parameters: { readonly max: number }): number {
  return inhibitorGamma(carbonDioxide, { mic: parameters.max });
}
