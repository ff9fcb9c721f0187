import { ModelDomainError, notNegative } from '../errors.ts';
import { cardinalTemperatureGammaUnchecked, cardinalTemperatureRate } from '../growth/cardinalTemperature.ts';
import {
  checkRatkowskyExtended,
  ratkowskyExtendedRateUnchecked,
  ratkowskyRate,
} from '../growth/ratkowsky.ts';
import type { RateOf } from '../integrate.ts';
import { arrheniusRate, q10Rate } from './arrhenius.ts';
import { cardinalGamma } from './cardinalParameter.ts';
import { huangSquareRootRate } from './huangSquareRoot.ts';
import { relativeRate } from './relativeRate.ts';
import { zwieteringGamma } from './zwieteringGamma.ts';

/** How a rate depends on temperature. `model` names it; the rest are its parameters, rates in ln units per hour. */
export type TemperatureModel =
  | { readonly model: 'ratkowsky_sqrt'; readonly b: number; readonly tMinC: number }
  | {
      readonly model: 'ratkowsky_extended';
      readonly b: number;
      readonly tMinC: number;
      readonly c: number;
      readonly tMaxC: number;
    }
  | {
      readonly model: 'huang_sqrt';
      readonly a: number;
      readonly tMinC: number;
      readonly b?: number;
      readonly tMaxC?: number;
    }
  | {
      readonly model: 'ctmi';
      readonly muOptLnPerH: number;
      readonly tMinC: number;
      readonly tOptC: number;
      readonly tMaxC: number;
    }
  | {
      readonly model: 'cpm';
      readonly muOptLnPerH: number;
      readonly tMinC: number;
      readonly tOptC: number;
      readonly tMaxC: number;
      readonly order: number;
    }
  | {
      readonly model: 'zwietering';
      readonly muOptLnPerH: number;
      readonly tMinC: number;
      readonly tOptC: number;
      readonly order: number;
    }
  | {
      readonly model: 'arrhenius';
      readonly rateAtReference: number;
      readonly referenceC: number;
      readonly activationJPerMol: number;
      readonly gasConstantJPerMolK?: number;
    }
  | {
      readonly model: 'q10';
      readonly rateAtReference: number;
      readonly referenceC: number;
      readonly q10: number;
    }
  | {
      readonly model: 'square_root_relative';
      readonly rateAtReference: number;
      readonly referenceC: number;
      readonly tMinC: number;
    }
  | {
      readonly model: 'exponential';
      readonly rateAtReference: number;
      readonly referenceC: number;
      readonly perC: number;
    }
  | { readonly model: 'constant'; readonly rate: number };

/**
 * The rate of a temperature model, with the temperatures where it is not smooth, ready to be integrated.
 *
 * @param model  parameters are checked here, so a bad one is named before any history is read
 * @throws {ModelDomainError} naming the parameter
 * @example
 * rateOfTemperature({ model: 'ratkowsky_sqrt', b: 0.03, tMinC: -2 }).rate(8); // => 0.09
 */
export function rateOfTemperature(model: TemperatureModel): RateOf {
  const rateOf = unchecked(model);
  rateOf.rate(rateOf.kinks[0] ?? 0);
  return rateOf;
}

function unchecked(model: TemperatureModel): RateOf {
  switch (model.model) {
    case 'ratkowsky_sqrt':
      return { rate: t => ratkowskyRate(t, model), kinks: [model.tMinC], cubic: true };
    case 'ratkowsky_extended':
      checkRatkowskyExtended(model);
      return { rate: t => ratkowskyExtendedRateUnchecked(t, model), kinks: [model.tMinC, model.tMaxC] };
    case 'huang_sqrt':
      return {
        rate: t => huangSquareRootRate(t, model),
        kinks: model.tMaxC === undefined ? [model.tMinC] : [model.tMinC, model.tMaxC],
      };
    case 'ctmi':
      return cardinalTemperatureRateOf(model);
    case 'cpm':
      return cardinalRateOf(model);
    case 'zwietering':
      return zwieteringRateOf(model);
    case 'arrhenius':
      return { rate: t => arrheniusRate(t, model), kinks: [] };
    case 'q10':
      return { rate: t => q10Rate(t, model), kinks: [] };
    case 'square_root_relative':
    case 'exponential':
      return relativeRateOf(model);
    case 'constant':
      return { rate: () => notNegative('rate', model.rate), kinks: [] };
    default:
      throw new ModelDomainError(
        'model',
        (model as { model: unknown }).model,
        'the name of a temperature model',
      );
  }
}

/** The parameters are checked once, not at every temperature: an integral asks thousands of times. */
function cardinalTemperatureRateOf(model: TemperatureModel & { model: 'ctmi' }): RateOf {
  const { muOptLnPerH, tMinC, tMaxC } = model;
  cardinalTemperatureRate(tMinC, model);
  return {
    rate: t => muOptLnPerH * cardinalTemperatureGammaUnchecked(t, model),
    kinks: [tMinC, tMaxC],
  };
}

function cardinalRateOf(model: TemperatureModel & { model: 'cpm' }): RateOf {
  const { muOptLnPerH, tMinC: min, tOptC: opt, tMaxC: max, order } = model;
  notNegative('muOptLnPerH', muOptLnPerH);
  return { rate: t => muOptLnPerH * cardinalGamma(t, { min, opt, max }, order), kinks: [min, max] };
}

function zwieteringRateOf(model: TemperatureModel & { model: 'zwietering' }): RateOf {
  const { muOptLnPerH, tMinC: min, tOptC: opt, order } = model;
  notNegative('muOptLnPerH', muOptLnPerH);
  return { rate: t => muOptLnPerH * zwieteringGamma(t, { min, opt, order }), kinks: [min] };
}

function relativeRateOf(model: TemperatureModel & { model: 'square_root_relative' | 'exponential' }): RateOf {
  const { rateAtReference, referenceC } = model;
  notNegative('rateAtReference', rateAtReference);
  if (model.model === 'exponential')
    return {
      rate: t => rateAtReference * relativeRate(t, referenceC, { model: 'exponential', perC: model.perC }),
      kinks: [],
    };
  const { tMinC } = model;
  return {
    rate: t => rateAtReference * relativeRate(t, referenceC, { model: 'square-root', tMinC }),
    kinks: [tMinC],
    cubic: true,
  };
}
