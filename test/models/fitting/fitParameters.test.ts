import { describe, expect, it } from 'vitest';
import { calculate } from '../../../models/calculations/calculationRegistry.ts';
import { bootstrapSteps } from '../../../models/fitting/bootstrap.ts';
import { fitCensored } from '../../../models/fitting/censoredFit.ts';
import { acceptableZoneShare, biasAccuracy } from '../../../models/fitting/criteria.ts';
import type { FitData, Row } from '../../../models/fitting/fitModel.ts';
import { fitParameters, fitSteps } from '../../../models/fitting/fitParameters.ts';
import { fitModelIds, fitModelOf } from '../../../models/fitting/fitRegistry.ts';
import { leastSquares } from '../../../models/fitting/leastSquares.ts';
import { profileInterval } from '../../../models/fitting/profileLikelihood.ts';
import { residualDiagnostics } from '../../../models/fitting/residualDiagnostics.ts';
import { generator } from '../../../models/fitting/startValues.ts';
import { studentTQuantile } from '../../../models/fitting/studentT.ts';
import { normalQuantile } from '../../../models/shelf-life/normalDistribution.ts';
import fourCardinals from '../fixtures/fourCardinals.json' with { type: 'json' };

const baranyi = fitModelOf('baranyi')!;
const truth = { lagH: 6, muLnPerH: 0.5, logN0: 3, logNmax: 8.5 };
const free = ['lag', 'mumax', 'LOG10N0', 'LOG10Nmax'];
const timeRows = (count: number, endH: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({ timeH: (endH * i) / (count - 1) }));

function noisy(rows: Row[], sd: number, seed: number): FitData {
  const uniform = generator(seed);
  const exact = baranyi.predict(truth, { rows, observed: [] });
  return { rows, observed: exact.map(value => value + sd * normalQuantile(0.001 + 0.998 * uniform())) };
}

describe('fitParameters', () => {
  it('finds the parameters that made the data, in the spelling it was asked for', () => {
    const { estimates } = fitParameters({
      model: baranyi,
      data: noisy(timeRows(20, 48), 0, 1),
      free,
      response: 'logN',
    });
    expect(estimates.lag).toBeCloseTo(6, 4);
    expect(estimates.mumax).toBeCloseTo(0.5, 6);
  });
  it('gives the same answer from a start of the caller as from its own', () => {
    const request = { model: baranyi, data: noisy(timeRows(20, 48), 0.15, 2), free, response: 'logN' };
    const own = fitParameters(request);
    const given = fitParameters({ ...request, start: { lag: 3, mumax: 0.8, LOG10N0: 2.5, LOG10Nmax: 8 } });
    for (const name of free) expect(given.estimates[name]).toBeCloseTo(own.estimates[name]!, 4);
  });
  it('does not depend on the order of the observations', () => {
    const data = noisy(timeRows(20, 48), 0.15, 3);
    const turned = { rows: data.rows.toReversed(), observed: data.observed.toReversed() };
    const a = fitParameters({ model: baranyi, data, free, response: 'logN' });
    const b = fitParameters({ model: baranyi, data: turned, free, response: 'logN' });
    expect(b.rss).toBeCloseTo(a.rss, 10);
    for (const name of free) expect(b.estimates[name]).toBeCloseTo(a.estimates[name]!, 4);
  });
  it('reports log10 rates when they are asked for: mu10 = mu / ln 10', () => {
    const data = noisy(timeRows(20, 48), 0, 1);
    const { estimates } = fitParameters({
      model: baranyi,
      data,
      free: ['lag', 'mu10', 'logN0', 'logNmax'],
      response: 'logN',
    });
    expect(estimates.mu10).toBeCloseTo(0.5 / Math.LN10, 6);
  });
  it('names a parameter the model does not have, and one that was left out', () => {
    const data = noisy(timeRows(20, 48), 0, 1);
    expect(() => fitParameters({ model: baranyi, data, free: ['speed'], response: 'logN' })).toThrow(
      /"speed"/,
    );
    expect(() => fitParameters({ model: baranyi, data, free: ['mumax'], response: 'logN' })).toThrow(/logN0/);
  });
  it('can be abandoned between starts, having told how far it was', () => {
    const steps = fitSteps({ model: baranyi, data: noisy(timeRows(20, 48), 0.1, 4), free, response: 'logN' });
    const first = steps.next();
    expect(first.done).toBe(false);
    expect(first.value).toMatchObject({ done: 1 });
    expect(steps.return(undefined as never).done).toBe(true);
  });
});

describe('the gates of a fit', () => {
  /** One run from 20 to 30 C says nothing of the optimum at 37 and of the maximum at 45. */
  const oneRun = (): FitData => {
    const model = fitModelOf('dynamic_baranyi_ctmi')!;
    const rows = Array.from({ length: 30 }, (_, i) => ({ timeH: i, experiment: 0 }));
    const histories = [
      { times: [0, 15, 40], factors: { temperatureC: [20, 30, 20] }, interpolation: 'linear' as const },
    ];
    const parameters = {
      muOptLnPerH: 1.1,
      tMinC: 3,
      tOptC: 37,
      tMaxC: 45,
      orderT: 2,
      h0: 1,
      logN0: 2,
      logNmax: 9,
    };
    const exact = model.predict(parameters, { rows, observed: [], histories });
    const uniform = generator(5);
    return {
      rows,
      histories,
      observed: exact.map(value => value + 0.2 * normalQuantile(0.001 + 0.998 * uniform())),
    };
  };

  it('refuse four cardinal parameters from one run between 20 and 30 C', () => {
    const { identifiability } = fitParameters({
      model: fitModelOf('dynamic_baranyi_ctmi')!,
      data: oneRun(),
      free: ['mu_opt', 'Tmin', 'Topt', 'Tmax'],
      fixed: { h0: 1, logN0: 2, logNmax: 9 },
      response: 'logN',
    });
    expect(identifiability.status).toBe('not_identifiable');
    expect(identifiability.reasons.length).toBeGreaterThan(0);
  });
  it('refuse the documented example of four cardinal values from one run, where others print 38.9 +- 3190', () => {
    const parameters = ['temperature_xmin', 'temperature_xopt', 'temperature_xmax', 'aw_xopt'];
    const result = calculate('fit', fourCardinals.model, fourCardinals.inputs, { names: [], parameters });
    expect(result.status).toBe('not_identifiable');
    expect((result.reasons as string[]).join()).toMatch(/temperature_xopt .* wider than all the data/);
  });
  it('let two parameters of the same run pass', () => {
    const { identifiability, estimates } = fitParameters({
      model: fitModelOf('dynamic_baranyi_ratkowsky_sqrt')!,
      data: oneRun(),
      free: ['b', 'Tmin'],
      fixed: { h0: 1, logN0: 2, logNmax: 9 },
      response: 'logN',
    });
    expect(identifiability.status).not.toBe('not_identifiable');
    expect(estimates.b).toBeGreaterThan(0);
  });
  it('refuse more parameters than the observations can carry', () => {
    const { identifiability } = fitParameters({
      model: baranyi,
      data: noisy(timeRows(5, 48), 0.1, 6),
      free,
      response: 'logN',
    });
    expect(identifiability).toMatchObject({ status: 'not_identifiable' });
    expect(identifiability.reasons[0]).toContain('5 observations for 4 parameters');
  });
  it('refuse a stationary phase that was never reached', () => {
    const rows = timeRows(12, 12);
    const { identifiability } = fitParameters({
      model: baranyi,
      data: noisy(rows, 0.1, 7),
      free,
      response: 'logN',
    });
    expect(identifiability.status).toBe('not_identifiable');
  });
});

describe('intervals', () => {
  const data = noisy(timeRows(24, 48), 0.15, 8);
  const request = { model: baranyi, data, free, response: 'logN' };
  const fitted = fitParameters(request);

  it('of profile likelihood are near the Wald intervals where the model is nearly straight', () => {
    const { lower, upper } = profileInterval(request, fitted, 'mumax');
    const [waldLower, waldUpper] = fitted.wald95!.mumax!;
    expect(lower).toBeCloseTo(waldLower, 1);
    expect(upper).toBeCloseTo(waldUpper, 1);
    expect(lower).toBeLessThan(fitted.estimates.mumax!);
  });
  it('of the bootstrap hold the estimate and repeat for the same seed', () => {
    const runAll = () => {
      const steps = bootstrapSteps(request, fitted, 60, 3);
      for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
    };
    const { intervals, failed } = runAll();
    expect(failed).toBeLessThan(6);
    expect(intervals.mumax!.p025!).toBeLessThan(fitted.estimates.mumax!);
    expect(intervals.mumax!.p975!).toBeGreaterThan(fitted.estimates.mumax!);
    expect(runAll().intervals).toEqual(intervals);
  });
});

describe('fitCensored', () => {
  it('recovers a survival curve whose last counts were below the detection limit, where half the limit does not', () => {
    const model = fitModelOf('log_linear')!;
    const rows = Array.from({ length: 15 }, (_, i) => ({ timeMin: i }));
    const uniform = generator(11);
    const exact = model.predict({ decimalMin: 2, logN0: 6 }, { rows, observed: [] });
    const values = exact.map(value => value + 0.2 * normalQuantile(0.001 + 0.998 * uniform()));
    const limit = 2;
    const observed = values.map(value => Math.max(value, limit));
    const censoring = values.map(value => (value < limit ? ('below' as const) : ('none' as const)));
    const request = { model, data: { rows, observed }, free: ['D', 'logN0'], response: 'logN' };
    const { estimates, censored } = fitCensored(request, censoring);
    expect(censored).toBeGreaterThan(3);
    expect(Math.abs(estimates.D! - 2)).toBeLessThan(0.15);
    expect(Math.abs(fitParameters(request).estimates.D! - 2)).toBeGreaterThan(0.3);
  });
  it('is plain least squares when nothing is censored', () => {
    const data = noisy(timeRows(20, 48), 0.15, 9);
    const request = { model: baranyi, data, free, response: 'logN' };
    const { estimates, sigma } = fitCensored(
      request,
      data.observed.map(() => 'none' as const),
    );
    const plain = fitParameters(request);
    for (const name of free) expect(estimates[name]).toBeCloseTo(plain.estimates[name]!, 3);
    expect(sigma).toBeCloseTo(Math.sqrt(plain.rss / plain.n), 4);
  });
});

describe('leastSquares', () => {
  it('reaches the bottom of a curved valley (Rosenbrock)', () => {
    const { parameters, converged } = leastSquares(([x, y]) => [10 * (y! - x! * x!), 1 - x!], [-1.2, 1]);
    expect(converged).toBe(true);
    expect(parameters[0]).toBeCloseTo(1, 8);
    expect(parameters[1]).toBeCloseTo(1, 8);
  });
  it('keeps to its bounds', () => {
    const { parameters } = leastSquares(([x]) => [x! - 5, 0], [1], { upper: [3] });
    expect(parameters[0]).toBe(3);
  });
});

describe('criteria', () => {
  it('give Student t quantiles of the tables', () => {
    expect(studentTQuantile(0.975, 5)).toBeCloseTo(2.570582, 6);
    expect(studentTQuantile(0.975, 17)).toBeCloseTo(2.109816, 6);
    expect(studentTQuantile(0.05, 1)).toBeCloseTo(-6.313752, 5);
  });
  it('keep a bias factor above 1 fail-dangerous, for times and for rates', () => {
    expect(biasAccuracy([12], [10], 'times').biasFactor).toBeCloseTo(1.2, 12);
    expect(biasAccuracy([10], [12], 'rates').biasFactor).toBeCloseTo(1.2, 12);
    expect(biasAccuracy([8], [10], 'times').accuracyFactor).toBeCloseTo(1.25, 12);
  });
  it('count the share of observations within half a log', () => {
    expect(acceptableZoneShare([3, 4, 5, 6], [3.4, 4.5, 5.6, 6])).toBe(0.75);
  });
  it('find a trend that a fit has left', () => {
    const trend = Array.from({ length: 20 }, (_, i) => Math.sin((Math.PI * i) / 10));
    expect(residualDiagnostics(trend).remarks[0]).toContain('trend');
  });
});

describe('the registry of fits', () => {
  it('has each model under its own id, with the columns and parameters it reads', () => {
    for (const id of fitModelIds) {
      const model = fitModelOf(id)!;
      expect(model.id).toBe(id);
      expect(model.columns.length, id).toBeGreaterThan(0);
      expect(new Set(model.parameters).size, id).toBe(model.parameters.length);
    }
  });
});
