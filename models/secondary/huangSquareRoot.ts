import { finite, ModelDomainError, positive } from '../errors.ts';

export interface HuangSquareRootParameters {
  /** h^-0.5 K^-0.75. */
  readonly a: number;
  readonly tMinC: number;
  /** Both or neither: the fall above the optimum. */
  readonly b?: number;
  readonly tMaxC?: number;
}

/**
 * Growth rate by the Huang square-root model.
 *
 *   sqrt(mu) = a (T - Tmin)^0.75 [1 - e^(b (T - Tmax))],  Tmin < T < Tmax, else mu = 0
 *
 * @param temperatureC  degrees Celsius, finite
 * @param parameters  a > 0; without b and tMaxC use below the optimum only
 * @returns mu in ln units per hour, >= 0
 * @throws {ModelDomainError} when a <= 0, b <= 0 or tMaxC <= tMinC
 * @example
 * huangSquareRootRate(16, { a: 0.1, tMinC: 0 }); // => 0.64
 * @see Huang, Hwang and Phillips (2011), J. Food Sci. 76:M553-M560
 */
export function huangSquareRootRate(temperatureC: number, parameters: HuangSquareRootParameters): number {
  finite('temperatureC', temperatureC);
  const { a, tMinC, b, tMaxC } = parameters;
  positive('a', a);
  finite('tMinC', tMinC);
  if ((b === undefined) !== (tMaxC === undefined))
    throw new ModelDomainError(
      b === undefined ? 'b' : 'tMaxC',
      undefined,
      'given together with the other, or neither',
    );
  let fall = 1;
  if (b !== undefined && tMaxC !== undefined) {
    positive('b', b);
    if (!(finite('tMaxC', tMaxC) > tMinC))
      throw new ModelDomainError('tMaxC', tMaxC, `above tMinC (${tMinC})`);
    if (temperatureC >= tMaxC) return 0;
    fall = -Math.expm1(b * (temperatureC - tMaxC));
  }
  if (temperatureC <= tMinC) return 0;
  return a * a * (temperatureC - tMinC) ** 1.5 * fall * fall;
}
