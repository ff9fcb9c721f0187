/**
 * ln(e^x - 1), the inverse of softplus, without overflow.
 *
 * @param x  > 0; at 0 the value is -Infinity
 * @example
 * logExpm1(Math.log(3)); // => 0.6931471805599453
 */
export function logExpm1(x: number): number {
  return x > 30 ? x + Math.log1p(-Math.exp(-x)) : Math.log(Math.expm1(x));
}
