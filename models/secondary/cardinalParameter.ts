import { finite, ModelDomainError } from '../errors.ts';

export interface CardinalParameters {
  readonly min: number;
  readonly opt: number;
  readonly max: number;
}

/**
 * Cardinal parameter model of order n: 1 at the optimum, 0 at and outside the limits.
 *
 *   gamma = (x-max)(x-min)^n / {(opt-min)^(n-1) [(opt-min)(x-opt) - (opt-max)((n-1) opt + min - n x)]}
 *
 * n = 2 is the CTMI for temperature and the usual form for water activity; n = 1 the CPM for pH.
 *
 * @param x  the factor, finite
 * @param cardinals  min < opt <= max; for n = 2 also opt >= (min + max)/2: below that the denominator has a zero
 *   between min and opt. At equality the zero lies at min, where gamma is 0 anyway
 * @param order  n, 1 or 2 (3 is accepted for old fits)
 * @returns gamma, 0 to 1
 * @throws {ModelDomainError} when the cardinal values are not in order
 * @example
 * cardinalGamma(7, { min: 4.3, opt: 7, max: 9.5 }, 1); // => 1
 * @see Rosso et al. (1993) J. Theor. Biol. 162:447-463; (1995) Appl. Environ. Microbiol. 61:610-616
 */
export function cardinalGamma(x: number, cardinals: CardinalParameters, order: number): number {
  finite('x', x);
  const { min, opt, max } = cardinals;
  checkCardinals(cardinals, order);
  if (x <= min || x >= max) return x === opt ? 1 : 0;
  if (opt === max) return ((x - min) / (opt - min)) ** order;
  const numerator = (x - max) * (x - min) ** order;
  const bracket = (opt - min) * (x - opt) - (opt - max) * ((order - 1) * opt + min - order * x);
  return numerator / ((opt - min) ** (order - 1) * bracket);
}

function checkCardinals({ min, opt, max }: CardinalParameters, order: number): void {
  finite('min', min);
  if (!(finite('opt', opt) > min)) throw new ModelDomainError('opt', opt, `above min (${min})`);
  if (!(finite('max', max) >= opt)) throw new ModelDomainError('max', max, `at least opt (${opt})`);
  if (order !== 1 && order !== 2 && order !== 3) throw new ModelDomainError('order', order, '1, 2 or 3');
  // The bracket has its zero between min and opt when opt lies below this point.
  if (order > 1 && !(opt >= (min + (order - 1) * max) / order))
    throw new ModelDomainError(
      'opt',
      opt,
      `at least ${(min + (order - 1) * max) / order} for these min and max`,
    );
}

/**
 * Effect of pH on the growth rate (CPM).
 *
 *   gamma = (pH-pHmin)(pH-pHmax) / [(pH-pHmin)(pH-pHmax) - (pH-pHopt)^2]
 *
 * @param ph  0 to 14
 * @param cardinals  min < opt < max
 * @returns gamma, 0 to 1
 * @example
 * phGamma(5.5, { min: 4, opt: 7, max: 10 }); // => 0.75
 * @see Rosso et al. (1995), Appl. Environ. Microbiol. 61:610-616
 */
export function phGamma(ph: number, cardinals: CardinalParameters): number {
  if (!(finite('ph', ph) >= 0 && ph <= 14)) throw new ModelDomainError('ph', ph, '0 to 14');
  return cardinalGamma(ph, cardinals, 1);
}
