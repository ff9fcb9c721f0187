import { ModelDomainError } from '../errors.ts';
import { baranyiCountAtRate } from '../growth/baranyi.ts';
import { gompertzCount, logisticCount } from '../growth/gompertz.ts';
import { huangAlphaPerH, huangCount, huangCountWithoutLag } from '../growth/huang.ts';
import { jamesonStopCount } from '../growth/jameson.ts';
import { trilinearCount } from '../growth/trilinear.ts';
import { type FitData, type FitModel, type Parameters, rowwise } from './fitModel.ts';
import { guessGrowth } from './startValues.ts';

/** Count at a time by a primary model, parameters by name; lagH and logNmax may be missing. */
export type PrimaryCount = (timeH: number, parameters: Parameters) => number;

export const primaryCounts: Readonly<Record<string, PrimaryCount>> = {
  baranyi: (timeH, { logN0, muLnPerH, lagH, h0, logNmax }) =>
    baranyiCountAtRate(timeH, muLnPerH!, {
      initialLog10Cfu: logN0!,
      h0: h0 ?? (lagH ?? 0) * muLnPerH!,
      maxLog10Cfu: logNmax ?? null,
    }),
  huang: (timeH, { logN0, muLnPerH, lagH, h0, logNmax, alphaPerH }) =>
    lagH === undefined && h0 === undefined
      ? huangCountWithoutLag(timeH, {
          logN0: logN0!,
          muLnPerH: muLnPerH!,
          ...(logNmax === undefined ? {} : { logNmax }),
        })
      : huangCount(timeH, {
          logN0: logN0!,
          muLnPerH: muLnPerH!,
          lagH: lagH ?? lagOf(h0, muLnPerH!),
          alphaPerH: alphaPerH ?? huangAlphaPerH,
          ...(logNmax === undefined ? {} : { logNmax }),
        }),
  trilinear: (timeH, { logN0, muLnPerH, lagH, h0, logNmax }) =>
    trilinearCount(timeH, {
      logN0: logN0!,
      muLnPerH: muLnPerH!,
      lagH: lagH ?? lagOf(h0, muLnPerH!),
      ...(logNmax === undefined ? {} : { logNmax }),
    }),
  gompertz_zwietering: (timeH, { logN0, muLnPerH, lagH, h0, logNmax }) =>
    gompertzCount(timeH, {
      logN0: logN0!,
      muLnPerH: muLnPerH!,
      lagH: lagH ?? lagOf(h0, muLnPerH!),
      logNmax: logNmax!,
    }),
  logistic_zwietering: (timeH, { logN0, muLnPerH, lagH, h0, logNmax }) =>
    logisticCount(timeH, {
      logN0: logN0!,
      muLnPerH: muLnPerH!,
      lagH: lagH ?? lagOf(h0, muLnPerH!),
      logNmax: logNmax!,
    }),
};

/** lambda = h0 / mu; without growth the lag does not matter. */
const lagOf = (h0: number | undefined, muLnPerH: number): number =>
  h0 === undefined || !(muLnPerH > 0) ? 0 : h0 / muLnPerH;

function growthFit(primary: string, lag: boolean, stationary: boolean): FitModel {
  const count = primaryCounts[primary]!;
  const parameters = [...(lag ? ['lagH'] : []), 'muLnPerH', 'logN0', ...(stationary ? ['logNmax'] : [])];
  return {
    id: `${primary}${lag ? '' : '_no_lag'}${stationary ? '' : '_no_stationary'}`,
    parameters: [
      ...parameters,
      ...(lag && primary === 'baranyi' ? ['h0'] : []),
      ...(primary === 'huang' ? ['alphaPerH'] : []),
    ],
    ...(primary === 'huang' ? { defaults: { alphaPerH: huangAlphaPerH } } : {}),
    columns: ['timeH'],
    quantity: 'log-count',
    kinked: primary === 'trilinear',
    predict: rowwise(given => row => count(row.timeH!, given)),
    guess: data => {
      const guess = guessGrowth(data.rows, data.observed);
      return [{ ...guess, h0: guess.lagH * guess.muLnPerH }];
    },
  };
}

function jamesonFit(lag: 'baranyi' | 'trilinear' | 'none'): FitModel {
  const lags = lag === 'none' ? [] : ['lagH_1', 'lagH_2'];
  const flora = (given: Parameters, which: number) => ({
    logN0: given[`logN0_${which}`]!,
    muLnPerH: given[`muLnPerH_${which}`]!,
    lagH: given[`lagH_${which}`] ?? 0,
    stopH: given.stopH!,
  });
  return {
    id: `jameson_${lag === 'none' ? 'no_lag' : lag}`,
    parameters: ['logN0_1', 'muLnPerH_1', 'logN0_2', 'muLnPerH_2', ...lags, 'stopH'],
    columns: ['timeH', 'flora'],
    quantity: 'log-count',
    kinked: true,
    predict: rowwise(given => {
      const floras = [flora(given, 1), flora(given, 2)];
      return row => jamesonStopCount(row.timeH!, floras[row.flora! - 1] ?? unknownFlora(row.flora!), lag);
    }),
    guess: data => [0.5, 0.35, 0.7].map(share => guessJameson(data, share)),
  };
}

function unknownFlora(flora: number): never {
  throw new ModelDomainError('flora', flora, '1 or 2');
}

function guessJameson(data: FitData, share: number): Parameters {
  const each = [1, 2].map(which => {
    const index = data.rows.flatMap((row, i) => (row.flora === which ? [i] : []));
    return guessGrowth(
      index.map(i => data.rows[i]!),
      index.map(i => data.observed[i]!),
    );
  });
  const stopH = share * Math.max(...data.rows.map(row => row.timeH!));
  return Object.fromEntries([
    ...each.flatMap((guess, i) =>
      (['logN0', 'muLnPerH', 'lagH'] as const).map(name => [`${name}_${i + 1}`, guess[name]] as const),
    ),
    ['stopH', stopH],
  ]);
}

/** Primary growth models that can be fitted to one curve (or two floras at once). */
export const growthFits: readonly FitModel[] = [
  ...['baranyi', 'huang', 'trilinear'].flatMap(primary =>
    [true, false].flatMap(lag => [true, false].map(stationary => growthFit(primary, lag, stationary))),
  ),
  growthFit('gompertz_zwietering', true, true),
  growthFit('logistic_zwietering', true, true),
  ...(['baranyi', 'trilinear', 'none'] as const).map(jamesonFit),
];
