import { ModelDomainError } from '../errors.ts';
import type { FitData, FitModel } from './fitModel.ts';
import { type FitResult, fitParameters } from './fitParameters.ts';
import { byTemperature } from './startValues.ts';

export interface CurveFit {
  readonly temperatureC: number;
  readonly muLnPerH: number;
  readonly lagH: number | null;
  readonly fit: FitResult;
}

/**
 * Two-step regression: a growth rate from each curve, then the secondary model through the rates. Only for rates that
 * come without their curves: it loses the covariance and gives a poor curve as much weight as a good one. One-step
 * regression is the default.
 *
 * @param primary  a growth model with muLnPerH, fitted to each temperature on its own
 * @param secondary  a rate model of temperature
 * @param response  scale of the second step: sqrt_mu, or ln_mu for Arrhenius
 */
export function twoStepFit(
  primary: FitModel,
  secondary: FitModel,
  data: FitData,
  free: readonly string[],
  response: string,
): { curves: CurveFit[]; secondary: FitResult } {
  const curves = byTemperature(data).map(({ temperatureC, rows, observed }): CurveFit => {
    const own = primary.parameters.filter(name => name !== 'h0' && primary.defaults?.[name] === undefined);
    const result = fitParameters({ model: primary, data: { rows, observed }, free: own, response: 'logN' });
    const { muLnPerH, lagH = null } = result.estimates;
    if (muLnPerH === undefined)
      throw new ModelDomainError('primary', primary.id, 'a growth model with a rate');
    return { temperatureC, muLnPerH, lagH, fit: result };
  });
  const scale = /^sqrt/.test(response)
    ? Math.sqrt
    : /^ln/.test(response)
      ? Math.log
      : (value: number) => value;
  const rates = curves.map(curve => scale(curve.muLnPerH));
  const rows = curves.map(({ temperatureC }) => ({ temperatureC }));
  return {
    curves,
    secondary: fitParameters({ model: secondary, data: { rows, observed: rates }, free, response }),
  };
}
