import type { Mark } from '../parameters/parameterSet.ts';
import { tahuParametersFor } from '../parameters/tahu.ts';
import type { Evidence } from '../preservation/lever.ts';
import { leverOf } from '../preservation/levers.ts';
import { type LifeRange, type LifeRatio, lifeRatio, TreatmentLives } from './compareTreatments.ts';
import { type BaseTahu, classOf, leversOf, plainChoice, type TreatmentChoice } from './treatmentChanges.ts';

/** A way in which tofu is made to keep, elsewhere or here. */
export interface PreservationTechnique {
  readonly id: string;
  /** What it is for the model; null: no number for tofu is known, and none is made up. */
  readonly choice: ((base: BaseTahu) => TreatmentChoice) | null;
  /** Levers whose evidence stands behind it. */
  readonly levers: readonly string[];
  /** Evidence beside that of the levers. */
  readonly evidence: readonly Evidence[];
  /** How well its size is known, where no lever says so. */
  readonly mark?: Mark;
  /** It is the temperature itself: compared with the same tahu at {@link roomC}. */
  readonly isCold?: true;
}

const withLevers =
  (levers: TreatmentChoice['levers']) =>
  (base: BaseTahu): TreatmentChoice => ({ ...plainChoice(base), levers });

/** From what does most to what nobody has measured, heat first. */
export const preservationTechniques: readonly PreservationTechnique[] = [
  {
    id: 'heat-in-pack',
    choice: base => ({ ...plainChoice(base), heating: 'p90' }),
    levers: ['heat-in-pack-p90'],
    evidence: [],
  },
  {
    id: 'aseptic-filling',
    choice: null,
    levers: [],
    evidence: [
      {
        seen: 'soymilk heated as by 120 C for 4 min, sterile coagulant and pack, closed coagulation; 14 d at 35 C show no growth; may then be sold unchilled',
        source: 'Japanese standard for tofu filled aseptically',
      },
    ],
  },
  {
    id: 'coagulated-in-pack',
    choice: base => ({ ...plainChoice(base), heating: 'in-pack', levers: { 'coagulant-ph': 5.7 } }),
    levers: ['coagulant-ph'],
    evidence: [
      {
        seen: 'psychrotrophs come from cutting, pressing and the water; silken tofu set in its pack escapes them',
        source: 'Matsui et al. (2022) Agronomy 12:233',
      },
    ],
  },
  {
    id: 'water-exchange',
    choice: withLevers({ 'water-changed': null }),
    levers: ['water-changed'],
    evidence: [],
  },
  {
    id: 'chill-chain',
    choice: plainChoice,
    levers: [],
    mark: 'computed',
    isCold: true,
    evidence: [
      {
        seen: '25 d at 5 C, 7 d at 13 C and 1 d at 23 C after the printed date',
        source: 'Kim et al. (2022) J Food Hyg Saf 37(2):80-86',
      },
      {
        seen: 'boxed tofu: more than 30 d at 4 C, 36 to 48 h at 25 C, 12 to 30 h at 37 C',
        source: 'Sci Technol Food Ind (Nov 2023), boxed tofu',
      },
    ],
  },
  { id: 'acid-whey', choice: withLevers({ 'acid-whey': 5.3 }), levers: ['acid-whey'], evidence: [] },
  {
    id: 'vacuum',
    choice: base => ({ ...plainChoice(base), packaging: 'vacuum' }),
    levers: ['vacuum'],
    evidence: [],
  },
  {
    id: 'gas',
    choice: base => ({ ...plainChoice(base), packaging: 'carbon-dioxide' }),
    levers: ['carbon-dioxide'],
    evidence: [],
  },
  {
    id: 'salt-turmeric-boil',
    choice: withLevers({ salt: 2, turmeric: 1 }),
    levers: ['salt', 'turmeric'],
    evidence: [],
  },
  {
    id: 'spice-soak',
    choice: withLevers({ 'spice-soak-all-three': null }),
    levers: ['spice-soak-all-three'],
    evidence: [],
  },
  {
    id: 'high-pressure',
    choice: withLevers({ 'high-pressure': null }),
    levers: ['high-pressure'],
    evidence: [],
  },
  {
    id: 'dense-carbon-dioxide',
    choice: null,
    levers: [],
    evidence: [
      {
        seen: 'reviews only: kills vegetative cells, spores need more than 60 C and help; no tofu curd among what was tried',
        source: 'Perrut (2012) J Supercrit Fluids 66:359-371',
      },
    ],
  },
];

/** A market at noon. */
export const roomC = 28;
export const techniqueTemperaturesC = [roomC, 10, 4] as const;
export const techniqueBases = ['turmeric-boiled', 'water-immersed'] as const;

export interface TechniqueFigure {
  readonly temperatureC: number;
  readonly range: LifeRange;
  readonly without: LifeRange;
  readonly ratio: LifeRatio;
}

export interface TechniqueFigures {
  readonly base: BaseTahu;
  readonly figures: readonly TechniqueFigure[];
}

/**
 * What the model says a technique gives, at the temperatures of a market, a shop's fridge and a good one. Counted under
 * Codex: what another law does not let pass yet is said beside it.
 *
 * @returns one entry for each kind of tahu; none where no number is known
 */
export function techniqueFigures({ choice, isCold }: PreservationTechnique): TechniqueFigures[] {
  if (choice === null) return [];
  return techniqueBases.map(base => {
    const [without, treated] = [plainChoice(base), choice(base)].map(
      one =>
        new TreatmentLives(
          { parameters: tahuParametersFor(classOf(one)), levers: leversOf(one) },
          { law: 'codex' },
        ),
    ) as [TreatmentLives, TreatmentLives];
    return {
      base,
      figures: techniqueTemperaturesC.map(temperatureC => ({
        temperatureC,
        range: treated.rangeAt(temperatureC),
        without: without.rangeAt(temperatureC),
        // Cold is the same tahu elsewhere: against the temperature of a market.
        ratio: lifeRatio(without, treated, isCold ? roomC : temperatureC, temperatureC),
      })),
    };
  });
}

const weakest: readonly Mark[] = ['assumed', 'general', 'computed', 'seen'];

/** How well the size of a technique is known: as its least known lever; null where there is no number. */
export function techniqueMark({ choice, levers, mark }: PreservationTechnique): Mark | null {
  if (choice === null) return null;
  const of = levers.flatMap(id => {
    const effect = leverOf(id).effect({ temperatureC: 10, ph: 6, dose: 1 });
    return [effect.rateFactor, effect.logReduction, effect.addedH0].flatMap(one => (one ? [one.mark] : []));
  });
  return weakest.find(one => one === mark || of.includes(one)) ?? 'assumed';
}

/** Everything that was seen, of the technique and of its levers. */
export const techniqueEvidence = ({ levers, evidence }: PreservationTechnique): readonly Evidence[] => [
  ...evidence,
  ...levers.flatMap(id => leverOf(id).evidence),
];

/** What the reader must know before believing it, as the levers say it. */
export const techniqueCaveats = ({ levers }: PreservationTechnique): readonly string[] =>
  levers.flatMap(id => leverOf(id).caveat ?? []);
