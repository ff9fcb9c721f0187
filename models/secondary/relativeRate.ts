import { finite, ModelDomainError, positive } from '../errors.ts';
import { arrheniusRate } from './arrhenius.ts';

/** How fast a product spoils at T against at referenceC. Input to it is one known shelf life at one temperature. */
export type RelativeRateModel =
  | { readonly model: 'square-root'; readonly tMinC: number }
  | { readonly model: 'exponential'; readonly perC: number }
  | { readonly model: 'arrhenius'; readonly activationJPerMol: number };

/**
 * Relative rate of spoilage: rate(T)/rate(Tref) = shelf life(Tref)/shelf life(T).
 *
 *   square root: ((T - Tmin)/(Tref - Tmin))^2;  exponential: exp(a (T - Tref));  Arrhenius
 *
 * @param temperatureC  degrees Celsius
 * @param referenceC  where the shelf life is known; above tMinC for the square root
 * @returns relative rate, 1 at referenceC; 0 at and below tMinC
 * @throws {ModelDomainError} when referenceC is not above tMinC
 * @example
 * relativeRate(10, 0, { model: 'square-root', tMinC: -10 }); // => 4
 */
export function relativeRate(temperatureC: number, referenceC: number, model: RelativeRateModel): number {
  finite('temperatureC', temperatureC);
  finite('referenceC', referenceC);
  if (model.model === 'exponential')
    return Math.exp(finite('perC', model.perC) * (temperatureC - referenceC));
  if (model.model === 'arrhenius') {
    const { activationJPerMol } = model;
    return arrheniusRate(temperatureC, { rateAtReference: 1, referenceC, activationJPerMol });
  }
  if (!(referenceC > finite('tMinC', model.tMinC)))
    throw new ModelDomainError('referenceC', referenceC, `above tMinC (${model.tMinC})`);
  return temperatureC <= model.tMinC ? 0 : ((temperatureC - model.tMinC) / (referenceC - model.tMinC)) ** 2;
}

/**
 * Shelf life at another temperature from one that is known.
 *
 * @returns in the unit of knownLife; null when the product never spoils this way (rate 0)
 * @example
 * shelfLifeByRelativeRate(10, { knownLife: 12, referenceC: 0 }, { model: 'square-root', tMinC: -10 }); // => 3
 */
export function shelfLifeByRelativeRate(
  temperatureC: number,
  known: { readonly knownLife: number; readonly referenceC: number },
  model: RelativeRateModel,
): number | null {
  const rate = relativeRate(temperatureC, known.referenceC, model);
  return rate > 0 ? positive('knownLife', known.knownLife) / rate : null;
}
