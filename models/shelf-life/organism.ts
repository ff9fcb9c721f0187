import type { LimitId } from '../contracts/estimate.ts';
import type { BaranyiPopulation } from '../growth/baranyi.ts';
import {
  cardinalTemperatureGammaUnchecked,
  checkCardinalTemperatures,
} from '../growth/cardinalTemperature.ts';
import {
  checkRatkowskyExtended,
  type RatkowskyExtended,
  ratkowskyExtendedRateUnchecked,
  ratkowskyOptimumC,
} from '../growth/ratkowsky.ts';
import type { Pathogen } from '../parameters/pathogens.ts';
import type { TahuParameters } from '../parameters/tahu.ts';

/** One population in a batch that may end its life, with its rate as a function of temperature alone. */
export interface Organism {
  readonly limit: LimitId;
  /** ln units per hour at a temperature in degrees Celsius; finite for every finite temperature. */
  readonly rate: (temperatureC: number) => number;
  /** Temperatures at which the rate is not smooth, ascending. */
  readonly kinksC: readonly number[];
  /** Where it grows fastest: above, a batch that may be cooler is not better off for being warmer. */
  readonly optimumC: number;
  readonly population: BaranyiPopulation;
  readonly limitLog10Cfu: number;
  readonly prevalence: number;
}

const compiled = new WeakMap<TahuParameters, readonly Organism[]>();

/** The organisms of a parameter set; the spoilage flora is always the first. */
export function organismsOf(parameters: TahuParameters): readonly Organism[] {
  let organisms = compiled.get(parameters);
  if (!organisms) {
    organisms = [
      spoilers(parameters),
      ...parameters.pathogens.map(pathogen => carrier(parameters, pathogen)),
    ];
    compiled.set(parameters, organisms);
  }
  return organisms;
}

/** The central temperature curve of the spoilage flora, without the floor of `heldBelowC`. */
export function spoilageCurve({ spoilage }: TahuParameters): RatkowskyExtended {
  return {
    b: spoilage.b.value,
    tMinC: spoilage.tMinC.value,
    c: spoilage.c.value,
    tMaxC: spoilage.tMaxC.value,
  };
}

function spoilers(parameters: TahuParameters): Organism {
  const { spoilage } = parameters;
  const curve = spoilageCurve(parameters);
  checkRatkowskyExtended(curve);
  const heldBelowC = spoilage.heldBelowC?.value ?? Number.NEGATIVE_INFINITY;
  const kinks = [curve.tMinC, heldBelowC, curve.tMaxC].filter(kinkC => kinkC >= heldBelowC);
  return {
    limit: 'spoilage',
    rate: temperatureC => ratkowskyExtendedRateUnchecked(Math.max(temperatureC, heldBelowC), curve),
    kinksC: kinks.filter(Number.isFinite).sort((a, b) => a - b),
    optimumC: ratkowskyOptimumC(curve),
    population: {
      initialLog10Cfu: spoilage.initialLog10Cfu.value,
      h0: spoilage.h0.value,
      maxLog10Cfu: spoilage.maxLog10Cfu.value,
    },
    limitLog10Cfu: spoilage.limitLog10Cfu.value,
    prevalence: 1,
  };
}

function carrier(parameters: TahuParameters, pathogen: Pathogen): Organism {
  return {
    limit: pathogen.limit,
    ...pathogenRate(pathogen),
    population: {
      initialLog10Cfu: pathogen.initialLog10Cfu.value,
      h0: 0,
      maxLog10Cfu: parameters.spoilage.maxLog10Cfu.value,
    },
    limitLog10Cfu: pathogen.limitLog10Cfu.value,
    prevalence: pathogen.prevalence.value,
  };
}

function pathogenRate({ rate }: Pathogen): Pick<Organism, 'rate' | 'kinksC' | 'optimumC'> {
  const cardinal = rate.kind === 'cardinal' ? rate.cardinal : rate.above;
  checkCardinalTemperatures(cardinal);
  const { tMinC, tOptC, tMaxC, muOptLnPerH } = cardinal;
  const byCardinal = (temperatureC: number): number =>
    muOptLnPerH * cardinalTemperatureGammaUnchecked(temperatureC, cardinal);
  if (rate.kind === 'cardinal') return { rate: byCardinal, kinksC: [tMinC, tMaxC], optimumC: tOptC };
  const { squareRoot, belowC } = rate;
  const bySquareRoot = (temperatureC: number): number => {
    const root = squareRoot.b * Math.max(0, temperatureC - squareRoot.tMinC);
    return root * root;
  };
  return {
    rate: temperatureC => (temperatureC <= belowC ? bySquareRoot(temperatureC) : byCardinal(temperatureC)),
    kinksC: [squareRoot.tMinC, belowC, tMaxC],
    optimumC: tOptC,
  };
}
