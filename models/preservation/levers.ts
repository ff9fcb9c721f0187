import { ModelDomainError } from '../errors.ts';
import { phGamma } from '../secondary/cardinalParameter.ts';
import { carbonDioxideGamma } from '../secondary/inhibitors.ts';
import { waterActivityGamma, waterActivityOfSalt } from '../secondary/waterActivity.ts';
import { acidLever } from './acidLever.ts';
import { graded, type Lever, type LeverConditions, type LeverEffect } from './lever.ts';

/** Factor and range at the nearest lower dose that was tested; below the first the effect is not known and taken as none. */
function stepped(dose: number, steps: readonly (readonly [dose: number, factor: number])[]): number {
  return steps.reduce((factor, [from, value]) => (dose >= from ? value : factor), 1);
}

/** What a pH below that of tahu set with salts does to spoilers that grow down to pH 4.4. */
function sourer({ ph, dose = ph }: LeverConditions): LeverEffect {
  const gamma = (min: number) =>
    phGamma(dose, { min, opt: 7, max: 9.4 }) / phGamma(6, { min, opt: 7, max: 9.4 });
  return { rateFactor: graded(Math.min(1, gamma(4.4)), Math.min(1, gamma(4.7)), 1, 'assumed') };
}

/** Everything a maker of tahu can do to make it keep longer, with what is known of the size of it. */
export const levers: readonly Lever[] = [
  {
    id: 'heat-in-pack-p90',
    name: 'heating in the sealed pack, 90 C for 10 min or its equivalent at the centre',
    doseUnit: null,
    legalClass: 'process',
    effect: () => ({ logReduction: graded(6, 2.5, 6, 'general') }),
    evidence: [
      {
        seen: '2.53 log and no psychrotrophs after heating in the pack',
        source: 'microflora along a Korean tofu line',
      },
      {
        seen: 'below 300 CFU/g after a bath of 90 C for 40 min',
        source: 'Matsubara (1963) J Jpn Vet Med Assoc 16:178-180',
      },
      {
        seen: 'more than 6 log B. cereus not gone after 2 h at 80 to 90 C',
        source: 'Microorganisms (2019) 7(11):536',
      },
    ],
    caveat:
      'vegetative cells only: spores are lowered by 0 to 1 log and then have the food to themselves; keep it chilled',
  },
  {
    ...{ id: 'coagulant-ph', legalClass: 'gmp', doseUnit: 'pH of the tahu', effect: sourer },
    name: 'a sourer coagulant: glucono-delta-lactone about pH 5.7, salts about 6.0',
    evidence: [
      {
        seen: 'lactone tofu outlasts firm tofu: 48 against 36 h at 25 C, 30 against 12 h at 37 C',
        source: 'Sci Technol Food Ind (Nov 2023), boxed tofu',
      },
      { seen: 'pH 5.8 fresh, falling to 5.2', source: 'Fouad and Hegeman (1993) J Food Prot 56:157' },
    ],
    caveat: 'against salts at pH 6.0; spoilers with a lowest pH of 4.4 are assumed',
  },
  {
    ...{ id: 'acid-whey', legalClass: 'process', doseUnit: 'pH of the tahu', effect: sourer },
    name: 'set with kept sour whey (biang), about pH 5.3',
    evidence: [
      {
        seen: 'no tofu set with biang was followed to its end; the pH of lactone tofu falls from 5.8 to 5.2',
        source: 'Fouad and Hegeman (1993) J Food Prot 56:157',
      },
    ],
    caveat:
      'against salts at pH 6.0; biang itself was not measured: its pH is assumed, and so are the spoilers',
  },
  {
    id: 'chitosan-coagulant',
    name: 'chitosan as coagulant, 1 %',
    doseUnit: null,
    legalClass: 'aid',
    effect: () => ({ rateFactor: graded(0.75, 0.6, 0.9, 'assumed') }),
    evidence: [
      {
        seen: '3 days longer than tofu set with CaCl2',
        source: 'No and Meyers (2004) Int J Food Sci Technol 39:133-141',
      },
    ],
    caveat: 'the temperature is not in the abstract; the factor is our reading of three days',
  },
  {
    id: 'chitosan-dip',
    name: 'dip in 0.1 % chitosan for 1 h',
    doseUnit: null,
    legalClass: 'aid',
    effect: ({ temperatureC }) => {
      // 1 log lower after 2 days at 10 and 20 C, none at 30 C: full below 22 C, gone from 28 C.
      const share = Math.min(1, Math.max(0, (28 - temperatureC) / 6));
      return { addedH0: graded(2.3 * share, 0, 3 * share, 'computed') };
    },
    evidence: [
      {
        seen: '1 log lower after 2 d at 10 and 20 C, no difference at 30 C; one day longer at 10 C',
        source: 'Park et al. (2005), chitosan surface treatment of tofu',
      },
    ],
  },
  {
    id: 'turmeric',
    name: 'turmeric (tahu kuning, tahu takwa)',
    doseUnit: '% in the soak',
    legalClass: 'process',
    effect: ({ dose = 0 }) => ({
      rateFactor: dose >= 1 ? graded(0.9, 0.7, 1, 'assumed') : graded(1, 0.9, 1, 'assumed'),
    }),
    evidence: [
      {
        seen: 'soak with turmeric and galangal: 58.6 h against 44.4 h; no arm with turmeric alone',
        source: 'thesis, Poltekkes Kemenkes Yogyakarta (2017)',
      },
      { seen: '15 % soak still 7e10 CFU/g after 3 d', source: 'Masitah et al., doi 10.55606/jig.v3i1.3483' },
    ],
    caveat: 'a colour until somebody measures it alone',
  },
  spiceSoak('spice-soak-turmeric-galangal', 'turmeric and galangal', 0.76, 58.6),
  spiceSoak('spice-soak-garlic-turmeric', 'garlic and turmeric', 0.64, 69.4),
  spiceSoak('spice-soak-all-three', 'garlic, turmeric and galangal', 0.62, 71.2),
  {
    id: 'water-changed',
    name: 'soak water replaced by boiled, chilled water',
    doseUnit: null,
    legalClass: 'process',
    effect: () => ({ logReduction: graded(0.5, 0, 1, 'assumed') }),
    evidence: [
      { seen: 'immersion water carries the psychrotrophs', source: 'Matsui et al. (2022) Agronomy 12:233' },
    ],
  },
  {
    id: 'vacuum',
    name: 'vacuum pack',
    doseUnit: null,
    legalClass: 'process',
    effect: () => ({ rateFactor: graded(1, 0.5, 1, 'assumed') }),
    evidence: [
      {
        seen: 'below 5 log after 12 d at 5 C, no gain at 25 C',
        source: 'vacuum containers for leftover tofu (2009)',
      },
      {
        seen: 'Pseudomonas from tofu grows under 100 % N2',
        source: 'Stoops et al. (2012) Lett Appl Microbiol 54:195-202',
      },
    ],
    caveat:
      'slows Pseudomonas (0.3 to 0.8), not lactic acid bacteria or Bacillus; without heating at most 10 days at 3 to 8 C',
  },
  {
    id: 'carbon-dioxide',
    name: 'carbon dioxide in the pack',
    doseUnit: '% of the gas',
    legalClass: 'gmp',
    effect: ({ dose = 0 }) => ({
      rateFactor: graded(
        carbonDioxideGamma(dose, { max: 100 }),
        carbonDioxideGamma(dose, { max: 50 }),
        1,
        'computed',
      ),
    }),
    evidence: [
      {
        seen: '100 % CO2 did not stop Pseudomonas from tofu',
        source: 'Stoops et al. (2012) Lett Appl Microbiol 54:195-202',
      },
      {
        seen: 'most sensitive strain stopped at 50 %, Leuconostoc not affected, 8 C',
        source: 'CO2 and O2 on spoilage bacteria, Food Microbiology (2023)',
      },
    ],
  },
  acidLever('benzoic', 'benzoate', 'not-listed'),
  acidLever('sorbic', 'sorbate', 'not-listed'),
  acidLever('lactic', 'lactate or lactic acid', 'gmp'),
  acidLever('acetic', 'acetate or acetic acid', 'gmp'),
  {
    id: 'salt',
    name: 'salt in the water of the tahu',
    doseUnit: '% of the water phase',
    legalClass: 'process',
    effect: ({ dose = 0 }) => {
      const gamma = (awMin: number) => waterActivityGamma(waterActivityOfSalt(dose), { min: awMin });
      return { rateFactor: graded(gamma(0.92), gamma(0.945), gamma(0.9), 'computed') };
    },
    evidence: [
      {
        seen: 'lemon 20 % with salt 4 %: 8 d by count at room temperature',
        source: 'thesis, Universitas Sriwijaya',
      },
    ],
  },
  {
    id: 'high-pressure',
    name: 'high pressure, 400 MPa at 5 C',
    doseUnit: null,
    legalClass: 'process',
    effect: () => ({ logReduction: graded(1.5, 0.3, 2.5, 'general') }),
    evidence: [{ seen: 'vegetative cells only; size not read again', source: 'Prestamo et al. (2000)' }],
  },
  {
    id: 'surface-treatment',
    name: 'ozone, ultraviolet light, hypochlorite or electrolysed water on the surface',
    doseUnit: null,
    legalClass: 'aid',
    effect: () => ({ logReduction: graded(0.5, 0, 1.5, 'assumed') }),
    evidence: [
      {
        seen: 'Exiguobacterium from tofu resists ozone water and UV, is sensitive to heat, hypochlorite and organic acids',
        source: 'Matsui et al. (2022) Agronomy 12:233',
      },
    ],
    caveat: 'no logarithm was measured on tofu',
  },
  {
    id: 'terminalia-extract',
    name: 'ethanol extract of Terminalia chebula',
    doseUnit: '%',
    legalClass: 'aid',
    effect: ({ dose = 0 }) => {
      const factor = stepped(dose, [
        [0.01, 0.92],
        [0.05, 0.85],
        [0.1, 0.75],
      ]);
      return { rateFactor: graded(factor, Math.max(0.7, factor - 0.05), 1, 'computed') };
    },
    evidence: [
      {
        seen: '1.088, 1.173 and 1.326 times the life at 0.01, 0.05 and 0.1 %',
        source: 'Oh et al. (2002) Korean J Food Sci Technol 34:746-749',
      },
    ],
  },
  {
    id: 'calcium-oxide',
    name: 'calcium oxide in the soak water, 0.15 %',
    doseUnit: null,
    legalClass: 'gmp',
    effect: () => ({ rateFactor: graded(0.9, 0.8, 1, 'computed') }),
    evidence: [
      { seen: 'one day longer at 10 C by panel', source: 'Sung et al. (2012) Food Eng Prog 16:100-106' },
    ],
  },
];

function spiceSoak(id: string, spices: string, factor: number, hours: number): Lever {
  return {
    id,
    name: `soak in ${spices} for 1 h`,
    doseUnit: null,
    legalClass: 'process',
    effect: () => ({ rateFactor: graded(factor, factor - 0.1, 1, 'computed') }),
    evidence: [
      {
        seen: `${hours} h against 44.4 h, panel of five at room temperature`,
        source: 'thesis, Poltekkes Kemenkes Yogyakarta (2017)',
      },
    ],
    caveat: 'rejected by a panel, not counted',
  };
}

/** Never offered, whatever a user enters: poison or forbidden in food. */
export const neverOffered: readonly string[] = [
  'formaldehyde',
  'formalin',
  'borax',
  'boric-acid',
  'hydrogen-peroxide',
];

/**
 * The lever of an id.
 *
 * @throws {ModelDomainError} for an unknown id, and for what is never offered
 */
export function leverOf(id: string): Lever {
  if (neverOffered.includes(id))
    throw new ModelDomainError(
      'lever',
      id,
      'safe: formaldehyde, borax and hydrogen peroxide are never offered',
    );
  const lever = levers.find(candidate => candidate.id === id);
  if (!lever)
    throw new ModelDomainError('lever', id, `one of ${levers.map(candidate => candidate.id).join(', ')}`);
  return lever;
}
