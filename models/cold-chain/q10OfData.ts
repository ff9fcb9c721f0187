import { finite, ModelDomainError, positive } from '../errors.ts';

/**
 * Q10 between two rates: (k2/k1)^(10/(T2 - T1)).
 *
 * @throws {ModelDomainError} when the temperatures are equal or a rate is not positive
 * @example
 * q10OfTwo({ temperatureC: 5, rate: 0.02 }, { temperatureC: 15, rate: 0.055 }); // => 2.75
 */
export function q10OfTwo(
  first: { readonly temperatureC: number; readonly rate: number },
  second: { readonly temperatureC: number; readonly rate: number },
): number {
  const stepC =
    finite('second.temperatureC', second.temperatureC) - finite('first.temperatureC', first.temperatureC);
  if (stepC === 0)
    throw new ModelDomainError(
      'second.temperatureC',
      second.temperatureC,
      'different from first.temperatureC',
    );
  return (positive('second.rate', second.rate) / positive('first.rate', first.rate)) ** (10 / stepC);
}

/**
 * Q10 of a series: exp(10 slope of ln(rate) on T), by least squares. A shelf life counts as a rate of 1/life.
 *
 * @param temperaturesC  at least two different ones
 * @param rates  as many, each > 0
 * @example
 * q10OfSeries([0, 10, 20], [1, 2, 4]); // => 2
 */
export function q10OfSeries(temperaturesC: readonly number[], rates: readonly number[]): number {
  if (temperaturesC.length !== rates.length || rates.length < 2)
    throw new ModelDomainError(
      'rates',
      rates.length,
      `as many as temperaturesC (${temperaturesC.length}), two or more`,
    );
  const n = rates.length;
  const logs = rates.map((rate, i) => Math.log(positive(`rates[${i}]`, rate)));
  const meanT = temperaturesC.reduce((sum, t, i) => sum + finite(`temperaturesC[${i}]`, t), 0) / n;
  const meanLog = logs.reduce((sum, log) => sum + log, 0) / n;
  let covariance = 0;
  let variance = 0;
  for (const [i, t] of temperaturesC.entries()) {
    covariance += (t - meanT) * (logs[i]! - meanLog);
    variance += (t - meanT) ** 2;
  }
  if (variance === 0)
    throw new ModelDomainError('temperaturesC', temperaturesC, 'at least two different ones');
  return Math.exp((10 * covariance) / variance);
}
