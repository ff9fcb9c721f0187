import { linearRegression } from 'simple-statistics';
import { notNegative } from '../errors.ts';
import { cardinalTemperatureGamma } from '../growth/cardinalTemperature.ts';
import { ratkowskyExtendedRate, ratkowskyRate } from '../growth/ratkowsky.ts';
import { decimalReductionMin } from '../inactivation/bigelow.ts';
import { arrheniusRate, q10Rate } from '../secondary/arrhenius.ts';
import { cardinalGamma } from '../secondary/cardinalParameter.ts';
import type { EnvironmentRate } from '../secondary/environment.ts';
import { huangSquareRootRate } from '../secondary/huangSquareRoot.ts';
import { carbonDioxideGamma, inhibitorGamma } from '../secondary/inhibitors.ts';
import { waterActivityGamma } from '../secondary/waterActivity.ts';
import { zwieteringGamma } from '../secondary/zwieteringGamma.ts';
import type { Parameters, Row } from './fitModel.ts';
import { guessSquareRoot } from './startValues.ts';

/** A rate as a function of factors, with parameters by name: for secondary fits, one-step and dynamic fits alike. */
export interface RateFamily {
  readonly id: string;
  /** Factors it needs: temperatureC, ph, waterActivity, concentration, carbonDioxide. */
  readonly factors: readonly string[];
  readonly parameters: readonly string[];
  readonly defaults?: Parameters;
  /** The rate jumps somewhere, so that the surface of a fit has kinks. */
  readonly kinked?: boolean;
  readonly environment: (parameters: Parameters) => EnvironmentRate;
  readonly guess: (rows: readonly Row[], rates: readonly number[]) => Parameters[];
}

/** One factor's gamma in a product, with what it needs and where it has kinks. */
interface GammaTerm {
  readonly factor: string;
  readonly parameters: readonly string[];
  readonly defaults?: Parameters;
  readonly gamma: (value: number, given: Parameters) => number;
  readonly kinks: (given: Parameters) => number[];
  readonly guess: (rows: readonly Row[], rates: readonly number[]) => Parameters;
}

const temperatureTerm: GammaTerm = {
  factor: 'temperatureC',
  parameters: ['tMinC', 'tOptC', 'tMaxC', 'orderT'],
  defaults: { orderT: 2 },
  gamma: (value, { tMinC, tOptC, tMaxC, orderT }) =>
    orderT === 2 && tOptC! > (tMinC! + tMaxC!) / 2
      ? cardinalTemperatureGamma(value, { tMinC: tMinC!, tOptC: tOptC!, tMaxC: tMaxC! })
      : cardinalGamma(value, { min: tMinC!, opt: tOptC!, max: tMaxC! }, orderT!),
  kinks: given => [given.tMinC!, given.tMaxC!],
  guess: (rows, rates) => {
    const { zero, atFastest, largest } = guessSquareRoot(rows, rates, 'temperatureC');
    const tMaxC = Math.max(largest + 1.5, atFastest + 3);
    return { tMinC: zero, tMaxC, tOptC: Math.max(atFastest, (zero + tMaxC) / 2 + 1) };
  },
};

const phTerm: GammaTerm = {
  factor: 'ph',
  parameters: ['phMin', 'phOpt', 'phMax', 'orderPh'],
  defaults: { orderPh: 1 },
  // Without pHmax the model is symmetric: pHmax = 2 pHopt - pHmin.
  gamma: (value, { phMin, phOpt, phMax, orderPh }) =>
    cardinalGamma(value, { min: phMin!, opt: phOpt!, max: phMax ?? 2 * phOpt! - phMin! }, orderPh!),
  kinks: given => [given.phMin!, given.phMax ?? 2 * given.phOpt! - given.phMin!],
  guess: (rows, rates) => {
    const { atFastest, largest, smallest } = guessSquareRoot(rows, rates, 'ph');
    const phOpt = Math.min(largest - 0.1, Math.max(atFastest, (smallest + largest) / 2));
    return { phMin: smallest - 0.15, phOpt, phMax: largest + 0.3 };
  },
};

const waterActivityTerm: GammaTerm = {
  factor: 'waterActivity',
  parameters: ['awMin', 'awOpt', 'awMax', 'orderAw'],
  defaults: { awOpt: 1, awMax: 1, orderAw: 2 },
  gamma: (value, { awMin, awOpt, awMax, orderAw }) =>
    cardinalGamma(value, { min: awMin!, opt: awOpt!, max: awMax! }, orderAw!),
  kinks: given => [given.awMin!],
  guess: (rows, rates) => {
    const { atFastest, smallest } = guessSquareRoot(rows, rates, 'waterActivity');
    const awMin = smallest - 0.005;
    return { awMin, awOpt: Math.min(0.999, Math.max(atFastest, (awMin + 1) / 2 + 0.001)) };
  },
};

const waterActivityLinearTerm: GammaTerm = {
  factor: 'waterActivity',
  parameters: ['awMin'],
  gamma: (value, { awMin }) => waterActivityGamma(value, { min: awMin! }),
  kinks: given => [given.awMin!],
  guess: rows => ({ awMin: Math.min(...rows.map(row => row.waterActivity!)) - 0.005 }),
};

const inhibitorTerm: GammaTerm = {
  factor: 'concentration',
  parameters: ['mic', 'alpha'],
  defaults: { alpha: 1 },
  gamma: (value, { mic, alpha }) => inhibitorGamma(value, { mic: mic!, alpha: alpha! }),
  kinks: given => [given.mic!],
  guess: rows => ({ mic: 1.1 * Math.max(...rows.map(row => row.concentration!)), alpha: 1 }),
};

const carbonDioxideTerm: GammaTerm = {
  factor: 'carbonDioxide',
  parameters: ['co2Max'],
  gamma: (value, { co2Max }) => carbonDioxideGamma(value, { max: co2Max! }),
  kinks: given => [given.co2Max!],
  guess: rows => ({ co2Max: 1.5 * Math.max(...rows.map(row => row.carbonDioxide!)) }),
};

const zwieteringTerm: GammaTerm = {
  factor: 'temperatureC',
  parameters: ['xMin', 'xOpt', 'order'],
  defaults: { order: 2 },
  gamma: (value, { xMin, xOpt, order }) =>
    zwieteringGamma(value, { min: xMin!, opt: xOpt!, order: order! }, 'zero'),
  kinks: given => [given.xMin!, given.xOpt!],
  guess: (rows, rates) => {
    const { zero, largest } = guessSquareRoot(rows, rates, 'temperatureC');
    return { xMin: zero, xOpt: largest + 0.5 };
  },
};

/** mu = mu_opt times the gammas. */
function gammaFamily(id: string, terms: readonly GammaTerm[]): RateFamily {
  return {
    id,
    kinked: terms.includes(zwieteringTerm),
    factors: terms.map(term => term.factor),
    parameters: ['muOptLnPerH', ...terms.flatMap(term => term.parameters)],
    defaults: Object.assign({}, ...terms.map(term => term.defaults ?? {})) as Parameters,
    environment: given => {
      notNegative('muOptLnPerH', given.muOptLnPerH!);
      return {
        kinks: Object.fromEntries(terms.map(term => [term.factor, term.kinks(given)])),
        rate: values => {
          let rate = given.muOptLnPerH!;
          for (const term of terms) rate *= term.gamma(values[term.factor]!, given);
          return rate;
        },
      };
    },
    guess: (rows, rates) => [
      {
        ...(Object.assign({}, ...terms.map(term => term.guess(rows, rates))) as Parameters),
        muOptLnPerH: 1.05 * Math.max(...rates),
      },
    ],
  };
}

type Rate = (temperatureC: number, given: Parameters) => number;

function temperatureFamily(
  id: string,
  parameters: readonly string[],
  rate: Rate,
  kinks: readonly string[],
  guess: RateFamily['guess'],
  defaults: Parameters = {},
): RateFamily {
  return {
    id,
    factors: ['temperatureC'],
    parameters,
    defaults,
    environment: given => ({
      kinks: { temperatureC: kinks.flatMap(name => (given[name] === undefined ? [] : [given[name]])) },
      rate: values => rate(values.temperatureC!, given),
    }),
    guess,
  };
}

const squareRootLine: RateFamily['guess'] = (rows, rates) => {
  const { slope, zero, largest } = guessSquareRoot(rows, rates, 'temperatureC');
  const shared = { b: slope, tMinC: zero };
  return [0.25, 0.4].flatMap(c =>
    [1.5, 4].map(margin => ({ ...shared, c, bMax: c, tMaxC: largest + margin, a: 2 * slope })),
  );
};

const exponentialLine: RateFamily['guess'] = (rows, rates) => {
  const referenceC = rows.reduce((sum, row) => sum + row.temperatureC!, 0) / rows.length;
  const middle = rates.reduce((sum, rate) => sum + Math.log(Math.max(rate, 1e-12)), 0) / rates.length;
  return [{ rateAtReference: Math.exp(middle), referenceC, activationJPerMol: 70_000, q10: 2.5 }];
};

/** log10 D falls in a straight line with temperature. */
const decimalLine: RateFamily['guess'] = (rows, times) => {
  const points = rows.map((row, i): [number, number] => [
    row.temperatureC!,
    Math.log10(Math.max(times[i]!, 1e-12)),
  ]);
  const line = linearRegression(points);
  const referenceC = points.reduce((sum, point) => sum + point[0], 0) / points.length;
  return [
    { zC: line.m < 0 ? -1 / line.m : 10, referenceC, decimalMin: 10 ** (line.m * referenceC + line.b) },
  ];
};

/** Every rate family that can be fitted, by id. */
export const rateFamilies: readonly RateFamily[] = [
  temperatureFamily(
    'ratkowsky_sqrt',
    ['b', 'tMinC'],
    (t, { b, tMinC }) => ratkowskyRate(t, { b: b!, tMinC: tMinC! }),
    ['tMinC'],
    squareRootLine,
  ),
  temperatureFamily(
    'ratkowsky_extended',
    ['b', 'tMinC', 'c', 'tMaxC'],
    (t, { b, tMinC, c, tMaxC }) => ratkowskyExtendedRate(t, { b: b!, tMinC: tMinC!, c: c!, tMaxC: tMaxC! }),
    ['tMinC', 'tMaxC'],
    squareRootLine,
  ),
  temperatureFamily(
    'huang_sqrt',
    ['a', 'tMinC'],
    (t, { a, tMinC }) => huangSquareRootRate(t, { a: a!, tMinC: tMinC! }),
    ['tMinC'],
    squareRootLine,
  ),
  temperatureFamily(
    'huang_sqrt_extended',
    ['a', 'tMinC', 'bMax', 'tMaxC'],
    (t, { a, tMinC, bMax, tMaxC }) =>
      huangSquareRootRate(t, { a: a!, tMinC: tMinC!, b: bMax!, tMaxC: tMaxC! }),
    ['tMinC', 'tMaxC'],
    squareRootLine,
  ),
  temperatureFamily(
    'arrhenius',
    ['rateAtReference', 'activationJPerMol', 'referenceC'],
    (t, { rateAtReference, activationJPerMol, referenceC }) =>
      arrheniusRate(t, {
        rateAtReference: rateAtReference!,
        activationJPerMol: activationJPerMol!,
        referenceC: referenceC!,
      }),
    [],
    exponentialLine,
  ),
  temperatureFamily(
    'q10',
    ['rateAtReference', 'q10', 'referenceC'],
    (t, { rateAtReference, q10, referenceC }) =>
      q10Rate(t, { rateAtReference: rateAtReference!, q10: q10!, referenceC: referenceC! }),
    [],
    exponentialLine,
  ),
  temperatureFamily(
    'bigelow_d',
    ['decimalMin', 'zC', 'referenceC'],
    (t, { decimalMin, zC, referenceC }) =>
      decimalReductionMin(t, { decimalMinAtReference: decimalMin!, zC: zC!, referenceC: referenceC! }),
    [],
    decimalLine,
  ),
  gammaFamily('ctmi', [temperatureTerm]),
  gammaFamily('zwietering', [zwieteringTerm]),
  gammaFamily('cpm_ph', [phTerm]),
  gammaFamily('cpm_aw', [waterActivityTerm]),
  gammaFamily('gamma_aw_linear', [waterActivityLinearTerm]),
  gammaFamily('gamma_inhibitor', [inhibitorTerm]),
  gammaFamily('gamma_co2', [carbonDioxideTerm]),
  gammaFamily('cpm_t_ph', [temperatureTerm, phTerm]),
  gammaFamily('cpm_t_aw', [temperatureTerm, waterActivityTerm]),
  gammaFamily('cpm_ph_aw', [phTerm, waterActivityTerm]),
  gammaFamily('cpm_t_ph_aw', [temperatureTerm, phTerm, waterActivityTerm]),
];
