import { type BaranyiPopulation, baranyiCount, baranyiCountAtRate } from '../growth/baranyi.ts';
import { gompertzCount, logisticCount, richardsCount } from '../growth/gompertz.ts';
import { huangAlphaPerH, huangCount, huangCountsAlong, huangCountWithoutLag } from '../growth/huang.ts';
import { trilinearCount } from '../growth/trilinear.ts';
import { integralAt } from '../integrate.ts';
import { gapLength, valuesAt } from '../profile.ts';
import { environmentIntegralAt } from '../secondary/environment.ts';
import type { Calculation, Outputs } from './calculation.ts';
import { environmentRateOf, rateOfInputs } from './environmentRateOf.ts';
import type { Inputs } from './inputs.ts';
import { runJameson } from './jamesonCalculation.ts';
import { secondaryRateOf } from './temperatureModelOf.ts';

interface Variant {
  readonly lag: boolean;
  readonly stationary: boolean;
}

const variants: readonly Variant[] = [true, false].flatMap(lag =>
  [true, false].map(stationary => ({ lag, stationary })),
);
const suffix = ({ lag, stationary }: Variant) =>
  `${lag ? '' : '_no_lag'}${stationary ? '' : '_no_stationary'}`;
const swapped = ({ lag, stationary }: Variant) =>
  `${stationary ? '' : '_no_stationary'}${lag ? '' : '_no_lag'}`;

/** Counts in every scale a file may ask for. */
export function countOutputs(logN: readonly number[]): Outputs {
  return { logN, log10N: logN, lnN: logN.map(value => value * Math.LN10), N: logN.map(value => 10 ** value) };
}

/** The starting population of the nested `primary` record or of the fields beside it. */
export function populationOf(
  inputs: Inputs,
  muLnPerH?: number,
  variant: Variant = { lag: true, stationary: true },
): BaranyiPopulation {
  const primary = inputs.recordOrSelf('primary');
  return {
    initialLog10Cfu: primary.logN0(),
    h0: variant.lag ? primary.h0(muLnPerH) : 0,
    maxLog10Cfu: variant.stationary ? (primary.logCount('Nmax') ?? null) : null,
  };
}

function staticGrowth(
  model: string,
  aliases: readonly string[],
  variant: Variant,
  count: (timeH: number, given: StaticGrowth) => number,
  suffixed = true,
): Calculation {
  return {
    kinds: ['static_growth'],
    model: suffixed ? model + suffix(variant) : model,
    aliases: suffixed
      ? [model, ...aliases].flatMap(name => [name + suffix(variant), name + swapped(variant)])
      : aliases,
    run: inputs => {
      const given = staticGrowthOf(inputs, variant);
      return countOutputs(inputs.timesH().map(timeH => count(timeH, given)));
    },
  };
}

interface StaticGrowth {
  readonly logN0: number;
  readonly muLnPerH: number;
  readonly lagH: number;
  readonly h0: number;
  readonly logNmax?: number;
  readonly alphaPerH: number;
  /** Richards only: 1 is the logistic. */
  readonly shape: number;
}

function staticGrowthOf(inputs: Inputs, { lag, stationary }: Variant): StaticGrowth {
  const primary = inputs.recordOrSelf('primary');
  const muLnPerH = primary.growthRate() ?? inputs.growthRate() ?? growthRateAt(inputs);
  const h0 = lag ? primary.h0(muLnPerH) : 0;
  const given = primary.lagH();
  const logNmax = stationary ? primary.logCount('Nmax') : undefined;
  return {
    logN0: primary.logN0(),
    muLnPerH,
    h0,
    lagH: !lag ? 0 : (given ?? (muLnPerH > 0 ? h0 / muLnPerH : 0)),
    alphaPerH: primary.numberOr(huangAlphaPerH, 'alpha_per_h', 'alpha'),
    shape: primary.numberOr(1, 'nu', 'shape', 'm'),
    ...(logNmax === undefined ? {} : { logNmax }),
  };
}

/** Rate at the constant temperature of a file that gives a secondary model instead of a rate. */
function growthRateAt(inputs: Inputs): number {
  if (!inputs.has('secondary', 'secondary_model')) return inputs.number('mu_ln_per_h');
  return rateOfInputs(inputs).rate(inputs.number('T_c', 'temperature_c'));
}

const withNmax = <T extends { logNmax?: number }>(given: T): T & { logNmax: number } =>
  ({ ...given, logNmax: given.logNmax ?? Number.NaN }) as T & { logNmax: number };

const staticModels: readonly Calculation[] = [
  ...variants.map(variant =>
    staticGrowth(
      'baranyi',
      ['baranyi_roberts', 'baranyi_static'],
      variant,
      (timeH, { muLnPerH, logN0, h0, logNmax }) =>
        baranyiCountAtRate(timeH, muLnPerH, { initialLog10Cfu: logN0, h0, maxLog10Cfu: logNmax ?? null }),
    ),
  ),
  ...variants.map(variant =>
    staticGrowth('huang', ['huang_2008'], variant, variant.lag ? huangCount : huangCountWithoutLag),
  ),
  ...variants.map(variant =>
    staticGrowth('trilinear', ['buchanan', 'three_phase_linear', 'bilinear'], variant, trilinearCount),
  ),
  ...variants
    .filter(variant => variant.stationary)
    .flatMap(variant => [
      staticGrowth(
        'gompertz_zwietering',
        ['modified_gompertz', 'gompertz', 'gompertz_modified'],
        variant,
        (timeH, given) => gompertzCount(timeH, withNmax(given)),
      ),
      staticGrowth(
        'logistic_zwietering',
        ['modified_logistic', 'logistic', 'logistic_modified'],
        variant,
        (timeH, given) => logisticCount(timeH, withNmax(given)),
      ),
      staticGrowth('richards_zwietering', ['richards', 'modified_richards'], variant, (timeH, given) =>
        richardsCount(timeH, { ...withNmax(given), shape: given.shape }),
      ),
    ]),
  // Two of three phases, under the names that say which the two are.
  staticGrowth(
    'bilinear_lag',
    ['bilinear_with_lag'],
    { lag: true, stationary: false },
    trilinearCount,
    false,
  ),
  staticGrowth(
    'bilinear_stationary',
    ['bilinear_with_stationary'],
    { lag: false, stationary: true },
    trilinearCount,
    false,
  ),
  {
    kinds: ['static_growth'],
    model: 'exponential_growth',
    aliases: ['log_linear_growth', 'exponential', 'log_linear', 'loglinear'],
    run: inputs => {
      const given = staticGrowthOf(inputs, { lag: true, stationary: false });
      return countOutputs(inputs.timesH().map(timeH => trilinearCount(timeH, given)));
    },
  },
];

function baranyiDynamic(variant: Variant): Calculation {
  const names = [
    'baranyi_dynamic',
    'dynamic_baranyi',
    'baranyi_roberts_dynamic',
    'baranyi_dynamic_with_gaps',
  ];
  return {
    kinds: ['dynamic_growth'],
    model: `baranyi_dynamic${suffix(variant)}`,
    aliases: names.flatMap(name => [name + suffix(variant), name + swapped(variant)]),
    run: inputs => {
      const timesH = inputs.timesH();
      const integrals = muIntegrals(inputs, timesH);
      const population = populationOf(inputs, undefined, variant);
      return {
        ...countOutputs(integrals.map(m => baranyiCount(m, population))),
        integral_mu: integrals,
        ...historyOutputs(inputs, timesH),
      };
    },
  };
}

/** The temperature at each time, and how much of the history until then is a gap. */
function historyOutputs(inputs: Inputs, timesH: readonly number[]): Outputs {
  const profile = inputs.profile('h');
  return {
    T_c: valuesAt(profile, timesH),
    ...(profile.gaps ? { gap_h: timesH.map(time => gapLength(profile, time)) } : {}),
  };
}

/** Integral of mu at each time, for a rate of temperature alone or of several factors. */
export function muIntegrals(inputs: Inputs, timesH: readonly number[]): number[] {
  const environment = environmentRateOf(inputs);
  if (environment) return environmentIntegralAt(inputs.environment(), environment, timesH);
  return integralAt(inputs.profile('h'), secondaryRateOf(inputs), timesH);
}

const dynamicModels: readonly Calculation[] = [
  ...variants.map(baranyiDynamic),
  {
    kinds: ['dynamic_growth'],
    model: 'baranyi_dynamic_environment',
    aliases: [
      'baranyi_dynamic_t_ph',
      'baranyi_dynamic_gamma',
      'baranyi_dynamic_cpm_t_ph',
      'baranyi_dynamic_t_ph_aw',
      'baranyi_dynamic_cpm_t_ph_aw',
    ],
    run: inputs => {
      const integrals = muIntegrals(inputs, inputs.timesH());
      return {
        ...countOutputs(integrals.map(m => baranyiCount(m, populationOf(inputs)))),
        integral_mu: integrals,
      };
    },
  },
  {
    kinds: ['dynamic_growth'],
    model: 'huang_dynamic',
    aliases: ['dynamic_huang'],
    run: inputs => {
      const primary = inputs.recordOrSelf('primary');
      const logNmax = primary.logCount('Nmax');
      return countOutputs(
        huangCountsAlong(
          inputs.profile('h'),
          rateOfInputs(inputs),
          {
            logN0: primary.logN0(),
            lagH: primary.lagH() ?? primary.number('lag_h'),
            alphaPerH: primary.numberOr(huangAlphaPerH, 'alpha_per_h', 'alpha'),
            ...(logNmax === undefined ? {} : { logNmax }),
          },
          inputs.timesH(),
        ),
      );
    },
  },
  {
    kinds: ['dynamic_growth', 'static_growth'],
    model: 'jameson_two_flora',
    aliases: [
      'jameson',
      'jameson_dynamic',
      'jameson_baranyi',
      'two_flora',
      'jameson_effect',
      'competition',
      'baranyi_jameson',
      'jameson_two_floras',
      'jameson_static',
      'jameson_dynamic_two_flora',
      'two_flora_jameson',
      'jameson_baranyi_dynamic',
    ],
    run: runJameson,
  },
];

/** Growth at constant and changing conditions. */
export const growthCalculations: readonly Calculation[] = [...staticModels, ...dynamicModels];
