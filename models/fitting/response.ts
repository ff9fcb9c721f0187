import { ModelDomainError } from '../errors.ts';

/** How the observed numbers relate to the natural scale of a model. The fit minimises on the observed scale. */
export interface Response {
  readonly name: string;
  readonly toObserved: (natural: number) => number;
  readonly toNatural: (observed: number) => number;
}

const identity = (value: number) => value;

/**
 * The transformation a response name stands for: `sqrt_x`, `ln_x`, `log10_x`, `1/x` or x itself; `lnN` and `N` for
 * counts that the model gives in log10.
 *
 * @param name  such as logN, sqrt_mu, ln_k
 * @param quantity  what the model predicts
 */
export function responseOf(name: string, quantity: 'log-count' | 'rate' | 'quality'): Response {
  if (quantity === 'log-count') {
    if (/^ln_?n$/i.test(name))
      return { name, toObserved: value => value * Math.LN10, toNatural: value => value / Math.LN10 };
    if (/^(n|count)$/i.test(name))
      return { name, toObserved: value => 10 ** value, toNatural: value => Math.log10(value) };
    // Reductions count downwards; with logN0 = 0 they are the count turned over.
    if (/reduction/i.test(name)) return { name, toObserved: value => -value, toNatural: value => -value };
    return { name, toObserved: identity, toNatural: identity };
  }
  if (/^sqrt/i.test(name)) return { name, toObserved: Math.sqrt, toNatural: value => value * value };
  if (/^log_?10|^log_/i.test(name)) return { name, toObserved: Math.log10, toNatural: value => 10 ** value };
  if (/^ln_?|^log$/i.test(name)) return { name, toObserved: Math.log, toNatural: Math.exp };
  return { name, toObserved: identity, toNatural: identity };
}

/** Whether a response counts from the start of the curve, so that logN0 is 0: log_diff, logS, log_reduction. */
export const countsFromStart = (name: string): boolean => /^log_?(diff|s$|reduction)/i.test(name);

/** Throws unless there is one finite observation for each row. */
export function checkObserved(observed: readonly number[], rows: number): void {
  if (observed.length !== rows)
    throw new ModelDomainError('observed', observed.length, `as many as rows (${rows})`);
  for (const [i, value] of observed.entries())
    if (!Number.isFinite(value)) throw new ModelDomainError(`observed[${i}]`, value, 'finite');
}
