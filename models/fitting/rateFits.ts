import { ModelDomainError } from '../errors.ts';
import { baranyiCount } from '../growth/baranyi.ts';
import { integralAt } from '../integrate.ts';
import { type QualityLaw, qualityAtAge } from '../quality/qualityKinetics.ts';
import {
  type EnvironmentProfile,
  type EnvironmentRate,
  environmentIntegralAt,
} from '../secondary/environment.ts';
import { type FitData, type FitModel, type Parameters, type Row, rowwise } from './fitModel.ts';
import { primaryCounts } from './growthFits.ts';
import { type RateFamily, rateFamilies } from './rateFamilies.ts';
import { byTemperature, guessGrowth } from './startValues.ts';

/** Rates measured at several conditions: the secondary model alone. */
function secondaryFit(family: RateFamily): FitModel {
  return {
    id: family.id,
    parameters: family.parameters,
    ...(family.defaults ? { defaults: family.defaults } : {}),
    columns: family.factors,
    quantity: 'rate',
    kinked: family.kinked ?? false,
    predict: rowwise(given => family.environment(given).rate),
    guess: data => family.guess(data.rows, data.observed),
  };
}

/** The growth parameters that all curves share, besides those of the rate. */
const shared = ['h0', 'lagH', 'logN0', 'logNmax'];

/** Counts at several constant conditions in one regression. */
function oneStepFit(primary: string, family: RateFamily): FitModel {
  const count = primaryCounts[primary]!;
  return {
    id: `one_step_${primary}_${family.id}`,
    parameters: [...family.parameters, ...shared],
    ...(family.defaults ? { defaults: family.defaults } : {}),
    columns: ['timeH', ...family.factors],
    quantity: 'log-count',
    kinked: primary === 'trilinear' || (family.kinked ?? false),
    predict: rowwise(given => {
      const { rate } = family.environment(given);
      return row => count(row.timeH!, { ...given, muLnPerH: rate(row) });
    }),
    guess: data => guessOneStep(family, data),
  };
}

function guessOneStep(family: RateFamily, data: FitData): Parameters[] {
  const curves = byCondition(family, data).map(curve => ({
    ...guessGrowth(curve.rows, curve.observed),
    at: curve.rows[0]!,
  }));
  const mean = (pick: (curve: (typeof curves)[number]) => number) =>
    curves.reduce((sum, curve) => sum + pick(curve), 0) / curves.length;
  const growth = {
    logN0: mean(curve => curve.logN0),
    logNmax: Math.max(...curves.map(curve => curve.logNmax)),
    lagH: mean(curve => curve.lagH),
  };
  const rates = curves.map(curve => curve.muLnPerH);
  return family
    .guess(
      curves.map(curve => curve.at),
      rates,
    )
    .flatMap(guess => [1, 3, 0.3].map(h0 => ({ ...guess, ...growth, h0 })));
}

function byCondition(family: RateFamily, data: FitData): { rows: Row[]; observed: number[] }[] {
  const groups = new Map<string, { rows: Row[]; observed: number[] }>();
  for (const [i, row] of data.rows.entries()) {
    const key = family.factors.map(factor => row[factor]).join(' ');
    const group = groups.get(key) ?? { rows: [], observed: [] };
    group.rows.push(row);
    group.observed.push(data.observed[i]!);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Counts while the conditions change, over one or more experiments: exact Baranyi on the integral of the rate. */
function dynamicFit(family: RateFamily): FitModel {
  return {
    id: `dynamic_baranyi_${family.id}`,
    parameters: [...family.parameters, 'h0', 'logN0', 'logNmax'],
    defaults: { h0: 0, ...family.defaults },
    columns: ['timeH'],
    quantity: 'log-count',
    predict: (given, data) => {
      const environment = family.environment(given);
      const population = { initialLog10Cfu: given.logN0!, h0: given.h0!, maxLog10Cfu: given.logNmax ?? null };
      return overExperiments(data, (history, timesH) =>
        muIntegrals(family, environment, history, timesH).map(m => baranyiCount(m, population)),
      );
    },
    guess: data => guessDynamic(family, data),
  };
}

/** A rate of temperature alone is integrated over temperature, which is cheaper than over time. */
function muIntegrals(
  family: RateFamily,
  environment: EnvironmentRate,
  history: EnvironmentProfile,
  timesH: readonly number[],
): number[] {
  if (family.factors.join() !== 'temperatureC') return environmentIntegralAt(history, environment, timesH);
  const values = { temperatureC: 0 };
  const rate = (temperatureC: number) => {
    values.temperatureC = temperatureC;
    return environment.rate(values);
  };
  const { times, factors, interpolation } = history;
  return integralAt(
    { times, values: factors.temperatureC ?? [], interpolation },
    { rate, kinks: environment.kinks.temperatureC ?? [], cubic: family.id === 'ratkowsky_sqrt' },
    timesH,
  );
}

function overExperiments(
  data: FitData,
  predict: (history: NonNullable<FitData['histories']>[number], timesH: number[]) => number[],
): number[] {
  if (!data.histories?.length)
    throw new ModelDomainError('histories', data.histories, 'one for each experiment');
  const answers = data.rows.map(() => 0);
  for (const [experiment, history] of data.histories.entries()) {
    const index = data.rows.flatMap((row, i) => ((row.experiment ?? 0) === experiment ? [i] : []));
    const predicted = predict(
      history,
      index.map(i => data.rows[i]!.timeH!),
    );
    for (const [k, i] of index.entries()) answers[i] = predicted[k]!;
  }
  return answers;
}

/** Conditions at the knots stand in for the rows of a secondary fit: they span the factors just as well. */
function guessDynamic(family: RateFamily, data: FitData): Parameters[] {
  const growth = guessGrowth(data.rows, data.observed);
  const rows = (data.histories ?? []).flatMap(history =>
    history.times.map((_, i) =>
      Object.fromEntries(family.factors.map(factor => [factor, history.factors[factor]![i]!])),
    ),
  );
  const rates = rows.map(row => growth.muLnPerH * (0.2 + 0.02 * (row.temperatureC ?? 20)));
  return family
    .guess(rows, rates)
    .flatMap(guess => [0.5, 3].map(h0 => ({ ...guess, logN0: growth.logN0, logNmax: growth.logNmax, h0 })));
}

function qualityFit(id: string, law: (given: Parameters) => QualityLaw, own: readonly string[]): FitModel {
  const scaled = own.includes('scaleH');
  return {
    id,
    parameters: ['initial', ...own],
    columns: ['timeH'],
    quantity: 'quality',
    predict: rowwise(given => {
      const kinetics = law(given);
      const perH = scaled ? 1 / given.scaleH! : given.ratePerH!;
      return row => qualityAtAge(given.initial!, perH * row.timeH!, kinetics);
    }),
    guess: data => guessQuality(id, data),
  };
}

function guessQuality(id: string, data: FitData): Parameters[] {
  const span = Math.max(...data.rows.map(row => row.timeH!)) || 1;
  const initial = data.observed[0]!;
  const last = data.observed.at(-1)!;
  const lost =
    id === 'quality_order_0'
      ? (initial - last) / span
      : Math.log(Math.max(1.01, initial / Math.max(last, 1e-9))) / span;
  return [1, 1.5, 0.7].map(shape => ({
    initial,
    ratePerH: Math.max(lost, 1e-9),
    scaleH: 1 / Math.max(lost, 1e-9),
    shape,
  }));
}

/** Quality at several temperatures in one regression. */
function qualityOneStep(order: 0 | 1, family: RateFamily): FitModel {
  const law: QualityLaw = { law: order === 0 ? 'order-0' : 'order-1' };
  return {
    id: `one_step_quality_order_${order}_${family.id}`,
    parameters: ['initial', ...family.parameters],
    columns: ['timeH', 'temperatureC'],
    quantity: 'quality',
    predict: rowwise(given => {
      const { rate } = family.environment(given);
      return row => qualityAtAge(given.initial!, rate(row) * row.timeH!, law);
    }),
    guess: data => {
      const groups = byTemperature(data);
      const each = groups.map(group => guessQuality(`quality_order_${order}`, group)[0]!);
      const initial = each.reduce((sum, guess) => sum + guess.initial!, 0) / each.length;
      const rows = groups.map(group => group.rows[0]!);
      return family
        .guess(
          rows,
          each.map(guess => guess.ratePerH!),
        )
        .map(guess => ({ ...guess, initial }));
    },
  };
}

/** Families of growth: a decimal reduction time is none. */
const growing = rateFamilies.filter(family => family.id !== 'bigelow_d');
const kinetic = rateFamilies.filter(family => family.id === 'arrhenius' || family.id === 'q10');

/** Secondary, one-step, dynamic and quality models that can be fitted. */
export const rateFits: readonly FitModel[] = [
  ...rateFamilies.map(secondaryFit),
  ...growing.flatMap(family => Object.keys(primaryCounts).map(primary => oneStepFit(primary, family))),
  ...growing.map(dynamicFit),
  qualityFit('quality_order_0', () => ({ law: 'order-0' }), ['ratePerH']),
  qualityFit('quality_order_1', () => ({ law: 'order-1' }), ['ratePerH']),
  qualityFit('quality_weibull', given => ({ law: 'weibull', shape: given.shape! }), ['scaleH', 'shape']),
  ...kinetic.flatMap(family => [qualityOneStep(0, family), qualityOneStep(1, family)]),
];
