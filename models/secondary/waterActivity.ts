import { finite, ModelDomainError, notNegative } from '../errors.ts';
import { cardinalGamma } from './cardinalParameter.ts';

/**
 * Effect of water activity on the growth rate, linear.
 *
 *   gamma = (aw - awmin)/(1 - awmin),  0 below awmin
 *
 * @param waterActivity  0 to 1
 * @param parameters  min: lowest water activity with growth, 0 to below 1
 * @returns gamma, 0 to 1
 * @example
 * waterActivityGamma(0.96, { min: 0.92 }); // => 0.5
 * @see Zwietering et al. (1992); Rosso and Robinson (2001), Int. J. Food Microbiol. 63:265-273
 */
export function waterActivityGamma(waterActivity: number, parameters: { readonly min: number }): number {
  checkWaterActivity('waterActivity', waterActivity);
  const { min } = parameters;
  if (!(finite('min', min) >= 0 && min < 1)) throw new ModelDomainError('min', min, '0 to below 1');
  return Math.max(0, (waterActivity - min) / (1 - min));
}

/**
 * Effect of water activity by the cardinal model of order 2 with the maximum at 1.
 *
 * @param waterActivity  0 to 1
 * @param parameters  min < opt <= 1; at opt = 1 the model is ((aw - min)/(1 - min))^2
 * @returns gamma, 0 to 1
 * @example
 * waterActivityCardinalGamma(0.997, { min: 0.945, opt: 0.997 }); // => 1
 * @see Rosso and Robinson (2001), Int. J. Food Microbiol. 63:265-273
 */
export function waterActivityCardinalGamma(
  waterActivity: number,
  parameters: { readonly min: number; readonly opt: number },
): number {
  checkWaterActivity('waterActivity', waterActivity);
  return cardinalGamma(waterActivity, { min: parameters.min, opt: parameters.opt, max: 1 }, 2);
}

/**
 * Salt in the water phase, in per cent: WPS = 100 NaCl / (NaCl + water).
 *
 * @param saltG  grams of NaCl, >= 0
 * @param waterG  grams of water in the same amount of food, > 0
 * @example
 * waterPhaseSaltPercent(2, 98); // => 2
 */
export function waterPhaseSaltPercent(saltG: number, waterG: number): number {
  notNegative('saltG', saltG);
  if (!(finite('waterG', waterG) > 0)) throw new ModelDomainError('waterG', waterG, 'greater than 0');
  return (100 * saltG) / (saltG + waterG);
}

/**
 * Water activity of a food whose only solute that counts is salt.
 *
 *   aw = 1 - 5.2471e-3 WPS - 1.2206e-4 WPS^2
 *
 * @param saltPercent  salt in the water phase, 0 to 26 (saturation)
 * @returns water activity
 * @example
 * waterActivityOfSalt(2); // => 0.98901756
 * @see Resnik and Chirife (1988), J. Food Prot. 51:419-423
 */
export function waterActivityOfSalt(saltPercent: number): number {
  if (!(finite('saltPercent', saltPercent) >= 0 && saltPercent <= 26))
    throw new ModelDomainError('saltPercent', saltPercent, '0 to 26, the saturation of water with salt');
  return 1 - 5.2471e-3 * saltPercent - 1.2206e-4 * saltPercent * saltPercent;
}

function checkWaterActivity(name: string, value: number): void {
  if (!(finite(name, value) >= 0 && value <= 1)) throw new ModelDomainError(name, value, '0 to 1');
}
