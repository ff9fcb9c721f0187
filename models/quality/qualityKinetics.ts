import { finite, ModelDomainError, notNegative, positive } from '../errors.ts';

/** Texture, colour, sourness: how a quality falls with age, the integral of k(T) dt. */
export type QualityLaw =
  | { readonly law: 'order-0' }
  | { readonly law: 'order-1' }
  /** Age in units of the scale a: Q = Q0 exp(-age^b). */
  | { readonly law: 'weibull'; readonly shape: number };

/**
 * Quality at an age.
 *
 *   order 0: Q = Q0 - age;  order 1: Q = Q0 e^-age;  Weibull: Q = Q0 exp(-age^b)
 *
 * age = k t at constant temperature, the integral of k(T) dt otherwise; for Weibull t/a and the integral of dt/a(T).
 *
 * @param initial  Q0 in any unit
 * @param age  >= 0; in the unit of Q for order 0, without unit otherwise
 * @returns Q in the unit of Q0. Order 0 may pass zero: a difference of colour does
 * @example
 * qualityAtAge(100, 20, { law: 'order-0' }); // => 80
 */
export function qualityAtAge(initial: number, age: number, law: QualityLaw): number {
  finite('initial', initial);
  notNegative('age', age);
  if (law.law === 'order-0') return initial - age;
  if (law.law === 'order-1') return initial * Math.exp(-age);
  return initial * Math.exp(-(age ** positive('shape', law.shape)));
}

/**
 * Age at which quality has come down to a limit: the inverse of qualityAtAge.
 *
 * @returns age >= 0; 0 when the limit is met already; null when it is never met (order 1 and Weibull never reach 0)
 * @example
 * ageAtQuality(100, 80, { law: 'order-0' }); // => 20
 */
export function ageAtQuality(initial: number, limit: number, law: QualityLaw): number | null {
  finite('initial', initial);
  finite('limit', limit);
  if (limit >= initial) return 0;
  if (law.law === 'order-0') return initial - limit;
  if (!(initial > 0)) throw new ModelDomainError('initial', initial, 'greater than 0 for this law');
  if (limit <= 0) return null;
  const log = Math.log(initial / limit);
  return law.law === 'order-1' ? log : log ** (1 / positive('shape', law.shape));
}

/**
 * Hours until quality meets its limit at a constant rate.
 *
 * @param ratePerH  k, >= 0
 * @param ageNow  age already spent, >= 0
 * @returns hours from now; 0 when met already; null when never
 * @example
 * hoursToQuality(100, 80, 2, { law: 'order-0' }); // => 10
 */
export function hoursToQuality(
  initial: number,
  limit: number,
  ratePerH: number,
  law: QualityLaw,
  ageNow: number = 0,
): number | null {
  notNegative('ratePerH', ratePerH);
  const age = ageAtQuality(initial, limit, law);
  if (age === null) return null;
  const left = age - notNegative('ageNow', ageNow);
  if (left <= 0) return 0;
  return ratePerH > 0 ? left / ratePerH : null;
}
