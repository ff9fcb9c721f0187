import type { LimitId } from '../contracts/estimate.ts';
import type { CardinalTemperatureModel } from '../growth/cardinalTemperature.ts';
import type { Ratkowsky } from '../growth/ratkowsky.ts';
import type { Parameter } from './parameterSet.ts';

/** How fast a pathogen grows: a cardinal model, or a square-root model below a temperature and a cardinal one above. */
export type PathogenRate =
  | { readonly kind: 'cardinal'; readonly cardinal: CardinalTemperatureModel }
  | {
      readonly kind: 'square-root-below';
      readonly belowC: number;
      readonly squareRoot: Ratkowsky;
      readonly above: CardinalTemperatureModel;
    };

/**
 * A pathogen that ends a life when it may have reached its limit. No lag and the spoilers' Nmax are assumed: both
 * shorten the life.
 */
export interface Pathogen {
  readonly limit: LimitId;
  readonly name: string;
  /** Share of packs that carry it. */
  readonly prevalence: Parameter;
  /** log10 CFU/g where it is present. */
  readonly initialLog10Cfu: Parameter;
  readonly limitLog10Cfu: Parameter;
  readonly rate: PathogenRate;
  readonly rateSource: string;
}

const kwon = 'Kwon, Rhee and Yoon (2020), Food Sci Biotechnol 29:339–350';
const positivePacks = 'retail tofu, Korea: 12.9 % of packs positive';

const cereusCount: Parameter = {
  value: 1.84,
  unit: 'log10 CFU/g',
  mark: 'seen',
  source: kwon,
  matrix: positivePacks,
};

const cereusLimit: Parameter = {
  value: 5,
  unit: 'log10 CFU/g',
  mark: 'general',
  source: 'level from which Bacillus cereus is held to cause illness',
  matrix: 'foods',
};

export const bacillusCereusMesophilic: Pathogen = {
  limit: 'bacillus-cereus-mesophilic',
  name: 'Bacillus cereus, mesophilic',
  prevalence: { value: 0.129, unit: 'share of packs', mark: 'seen', source: kwon, matrix: positivePacks },
  initialLog10Cfu: cereusCount,
  limitLog10Cfu: cereusLimit,
  rate: { kind: 'cardinal', cardinal: { tMinC: 8, tOptC: 38, tMaxC: 46, muOptLnPerH: 1.9 } },
  rateSource:
    'assumed; in tofu no growth was seen below 9 C and growth above 11 C (Lee et al. 2019, Microorganisms 7(11):536)',
};

export const bacillusCereusPsychrotolerant: Pathogen = {
  limit: 'bacillus-cereus-psychrotolerant',
  name: 'Bacillus cereus, psychrotolerant',
  prevalence: {
    value: 0.129 * 0.36,
    unit: 'share of packs',
    mark: 'computed',
    source: `${kwon} for the positive packs; 36 % of isolates grow at 7 C, Foods 2022 11(12):1674`,
    matrix: 'chilled tofu, Korea: 21 of 58 isolates',
  },
  initialLog10Cfu: cereusCount,
  limitLog10Cfu: cereusLimit,
  rate: { kind: 'cardinal', cardinal: { tMinC: 4, tOptC: 33, tMaxC: 40, muOptLnPerH: 1.4 } },
  rateSource: 'assumed; growth at 7 C seen (Foods 2022 11(12):1674)',
};

/** Counted as present in every pack that was not heated in the pack: there is no survey to take a share from. */
export const listeriaMonocytogenes: Pathogen = {
  limit: 'listeria-monocytogenes',
  name: 'Listeria monocytogenes',
  prevalence: {
    value: 0.2,
    unit: 'share of packs',
    mark: 'assumed',
    source:
      'no survey of tahu found; above one in twenty, so that the lower end of the interval always counts it',
    matrix: 'tofu not heated in its pack',
  },
  initialLog10Cfu: {
    value: -1.4,
    unit: 'log10 CFU/g',
    mark: 'assumed',
    source: 'one cell in 25 g',
    matrix: 'tofu not heated in its pack',
  },
  limitLog10Cfu: {
    value: 2,
    unit: 'log10 CFU/g',
    mark: 'general',
    source: 'Regulation (EC) 2073/2005, products on the market',
    matrix: 'ready-to-eat foods',
  },
  rate: {
    kind: 'square-root-below',
    belowC: 25,
    squareRoot: { b: 0.0283, tMinC: -0.87 },
    above: { tMinC: -1.7, tOptC: 37, tMaxC: 45.5, muOptLnPerH: 1.1 },
  },
  rateSource:
    'square root: computed from doubling times in milk printed in 1987, in agreement with lower bounds in tofu (0.018 /h at 5.5 C, 0.20 /h at 22 C, Food Control 2010); above 25 C: assumed',
};
