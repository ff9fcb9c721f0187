import type { Treatment } from '../contracts/batch.ts';
import type { LimitId } from '../contracts/estimate.ts';
import { ModelDomainError } from '../errors.ts';
import type { Parameter, ParameterSet } from './parameterSet.ts';
import {
  bacillusCereusMesophilic,
  bacillusCereusPsychrotolerant,
  listeriaMonocytogenes,
  type Pathogen,
} from './pathogens.ts';

/** Growth of the spoilage flora of one class of tahu: Baranyi (exact form) with Ratkowsky 1983. */
export interface SpoilageFlora {
  readonly initialLog10Cfu: Parameter & { readonly sd: number };
  readonly h0: Parameter & { readonly sd: number };
  readonly maxLog10Cfu: Parameter;
  readonly b: Parameter & { readonly sd: number };
  readonly tMinC: Parameter & { readonly sd: number };
  readonly bTMinCorrelation: Parameter;
  readonly c: Parameter;
  readonly tMaxC: Parameter;
  /** Rates below this temperature are held at its rate; null = the model itself. */
  readonly heldBelowC: Parameter | null;
  /** Count at which tahu is spoiled; it differs evenly over `range` between products and eaters. */
  readonly limitLog10Cfu: Parameter & { readonly range: readonly [number, number] };
  /** Standard deviation of ln(rate) between lots. */
  readonly lotRateLnSd: Parameter;
}

/** A rule that no model may stretch: hours from production, whatever the temperature was. */
export interface Cap {
  readonly limit: LimitId;
  readonly hours: number;
  readonly why: string;
}

/** Everything the live shelf life of a batch needs to know about its kind of tahu. */
export interface TahuParameters extends ParameterSet {
  readonly modelId: string;
  readonly treatment: Treatment;
  readonly spoilage: SpoilageFlora;
  readonly pathogens: readonly Pathogen[];
  readonly caps: readonly Cap[];
  /** A sealed pack that was never proved to have had 90 C for 10 min: to be kept chilled. */
  readonly sealedWithoutP90: boolean;
  /** Above this a product of this kind is too warm. */
  readonly outOfRangeAboveC: number;
  /** The temperatures the parameters were made from. */
  readonly testedRangeC: { readonly min: number; readonly max: number };
}

const modelId = 'baranyi-ratkowsky-1983';
const sevenShelfLives =
  'least squares of sqrt(mu) on T through seven published tofu shelf lives at 5–25 C: Kim et al. (2022) J Food Hyg Saf 37(2):80–86, Sci Technol Food Ind (Nov 2023, boxed tofu), Wang et al. (2019) pp 4233–4241';

const anyTahu = {
  maxLog10Cfu: {
    value: 8.6,
    unit: 'log10 CFU/g',
    mark: 'seen',
    source: 'growth of Kurthia in tofu at 4–30 C',
    matrix: 'tofu, Kurthia',
  },
  c: { value: 0.3, unit: '1/K', mark: 'assumed', source: 'usual for mixed floras', matrix: 'tofu' },
  tMaxC: { value: 45, unit: 'C', mark: 'assumed', source: 'usual for mixed floras', matrix: 'tofu' },
  limitLog10Cfu: {
    value: 7,
    unit: 'log10 CFU/g',
    mark: 'seen',
    range: [6.7, 7.3],
    source: 'Oh et al. (2002) Korean J Food Sci Technol 34(4):746–749 at putrefaction; the range is assumed',
    matrix: 'packed tofu, total count',
  },
  lotRateLnSd: { value: 0.25, unit: 'ln', mark: 'assumed', source: 'lot to lot', matrix: 'tofu' },
} as const satisfies Partial<SpoilageFlora>;

const packedB = 0.0225;
const packedBSe = 0.004233119;
const freshB = 0.0201;

/** Sealed and heated in its pack: few survivors and a clean start. */
export const packedHeatedSpoilage: SpoilageFlora = {
  ...anyTahu,
  initialLog10Cfu: {
    value: 2.5,
    sd: 0.7,
    unit: 'log10 CFU/g',
    mark: 'seen',
    sdMark: 'assumed',
    source: '2.53 log after heating in the pack, microflora along a Korean tofu line',
    matrix: 'packed tofu, heated in the pack',
  },
  h0: {
    value: 1.1,
    sd: 0.5,
    unit: 'ln',
    mark: 'assumed',
    sdMark: 'assumed',
    source: 'some lag after heating; none was measured in tofu',
    matrix: 'packed tofu',
  },
  b: {
    value: packedB,
    sd: packedBSe,
    unit: 'h^-0.5 K^-1',
    mark: 'computed',
    sdMark: 'computed',
    source: sevenShelfLives,
    matrix: 'packed tofu, 5–25 C',
  },
  tMinC: {
    value: -1.1,
    sd: 3.502911,
    unit: 'C',
    mark: 'computed',
    sdMark: 'computed',
    source: sevenShelfLives,
    matrix: 'packed tofu, 5–25 C',
  },
  bTMinCorrelation: {
    value: 0.9108039,
    unit: '1',
    mark: 'computed',
    source: sevenShelfLives,
    matrix: 'packed tofu, 5–25 C',
  },
  heldBelowC: {
    value: 4,
    unit: 'C',
    mark: 'assumed',
    source: 'no data below 5 C: the curve alone would promise 780 days at 0 C',
    matrix: 'packed tofu',
  },
};

/**
 * Open, in water, or sealed without heating afterwards. Two anchors: the packed rate at 25 C and the middle of the
 * rates of Yersinia enterocolitica seen in tofu at 5 C (0.034 ln/h).
 *
 * The anchors give no standard errors. Those of the packed fit are used, scaled so that sqrt(mu) is known as well
 * relatively (same scatter per unit of sqrt(mu), same temperatures): the error of b scales with b, and those of Tmin
 * (scatter over b) and of the correlation stay.
 */
export const freshSpoilage: SpoilageFlora = {
  ...anyTahu,
  initialLog10Cfu: {
    value: 5,
    sd: 0.8,
    unit: 'log10 CFU/g',
    mark: 'assumed',
    sdMark: 'assumed',
    source: 'between surveys of retail tofu, often at 6 log already, and counts after boiling',
    matrix: 'fresh tofu on the day it is made',
  },
  h0: {
    value: 0.3,
    sd: 0.2,
    unit: 'ln',
    mark: 'assumed',
    sdMark: 'assumed',
    source: 'a flora that already grows; no lag was measured in tofu',
    matrix: 'fresh tofu',
  },
  b: {
    value: freshB,
    sd: (packedBSe * freshB) / packedB,
    unit: 'h^-0.5 K^-1',
    mark: 'computed',
    sdMark: 'assumed',
    source:
      'two anchors at 5 and 25 C; 5 C: Evaluation of the Microbiological Safety of Tofu (1984) J Food Prot',
    matrix: 'fresh tofu',
  },
  tMinC: {
    value: -4.2,
    sd: 3.502911,
    unit: 'C',
    mark: 'computed',
    sdMark: 'assumed',
    source:
      'two anchors at 5 and 25 C; 5 C: Evaluation of the Microbiological Safety of Tofu (1984) J Food Prot',
    matrix: 'fresh tofu',
  },
  bTMinCorrelation: {
    value: 0.9108039,
    unit: '1',
    mark: 'assumed',
    source: 'that of the packed fit',
    matrix: 'fresh tofu',
  },
  heldBelowC: null,
};

const day = 24;
const freshCap: Cap = {
  limit: 'cap-fresh-7-days',
  hours: 7 * day,
  why: 'nothing known about fresh tahu supports a longer promise',
};
const sealedCap: Cap = {
  limit: 'cap-sealed-10-days',
  hours: 10 * day,
  why: 'Clostridium botulinum: a sealed pack without 90 C for 10 min keeps at most 10 days at 3–8 C (UK FSA)',
};
const packedCap: Cap = {
  limit: 'cap-packed-30-days',
  hours: 30 * day,
  why: 'the longest life seen in packed tofu that was followed to its end',
};

const cereus = [bacillusCereusMesophilic, bacillusCereusPsychrotolerant];
const unheated = [...cereus, listeriaMonocytogenes];

/** Too warm for a product that must be chilled; and for one that is sold from the shelf on the day it is made. */
const chilledBelowC = 8;
const roomBelowC = 35;

function fresh(treatment: Treatment, sealed = false): TahuParameters {
  return {
    modelId,
    parameterSetId: 'tahu-fresh',
    parameterSetVersion: 1,
    treatment,
    spoilage: freshSpoilage,
    pathogens: unheated,
    caps: sealed ? [freshCap, sealedCap] : [freshCap],
    sealedWithoutP90: sealed,
    outOfRangeAboveC: sealed ? chilledBelowC : roomBelowC,
    testedRangeC: { min: 0, max: 37 },
  };
}

function packedHeated(treatment: Treatment, cap: Cap): TahuParameters {
  return {
    ...fresh(treatment, true),
    parameterSetId: 'tahu-packed-heated',
    spoilage: packedHeatedSpoilage,
    pathogens: cereus,
    caps: [cap],
    sealedWithoutP90: cap === sealedCap,
  };
}

const byTreatment: Readonly<Record<Treatment, TahuParameters>> = {
  none: fresh('none'),
  'water-immersed': fresh('water-immersed'),
  // Turmeric alone counts as colour until its effect is measured.
  'turmeric-boiled': fresh('turmeric-boiled'),
  vacuum: fresh('vacuum', true),
  'packed-heated': packedHeated('packed-heated', sealedCap),
  'packed-heated-p90': packedHeated('packed-heated-p90', packedCap),
};

/**
 * The parameters for a batch by how it was treated and packed. The same treatment gives the same (frozen) object.
 *
 * @throws {ModelDomainError} if the treatment is none of the six
 * @example
 * tahuParametersFor('vacuum').caps.map(cap => cap.limit); // => ['cap-fresh-7-days', 'cap-sealed-10-days']
 */
export function tahuParametersFor(treatment: Treatment): TahuParameters {
  const parameters = Object.hasOwn(byTreatment, treatment) ? byTreatment[treatment] : undefined;
  if (!parameters)
    throw new ModelDomainError('treatment', treatment, `one of ${Object.keys(byTreatment).join(', ')}`);
  return parameters;
}

deepFreeze(byTreatment);

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}
