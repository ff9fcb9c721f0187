import { notNegative } from '../errors.ts';
import { inhibitorGamma, pKa, undissociatedAcid } from '../secondary/inhibitors.ts';
import { graded, type Lever } from './lever.ts';

/** Lowest undissociated concentration that stops Listeria monocytogenes, mmol/kg. Spoilers: the same until measured. */
export const micUndissociatedMmol = { acetic: 10.3, benzoic: 0.349, sorbic: 1.9, lactic: 3.79 } as const;

const molarMassG = { acetic: 60.05, benzoic: 122.12, sorbic: 112.13, lactic: 90.08 } as const;

type Acid = keyof typeof micUndissociatedMmol;

export function acidLever(kind: Acid, name: string, legalClass: 'gmp' | 'not-listed'): Lever {
  return {
    id: `${kind}-acid`,
    name,
    doseUnit: 'g/kg, as the acid',
    legalClass,
    effect: ({ ph, dose = 0 }) => {
      const totalMmol = (1000 * notNegative('dose', dose)) / molarMassG[kind];
      const free = undissociatedAcid(totalMmol, ph, pKa[kind]);
      const gamma = (mic: number) => inhibitorGamma(free, { mic });
      const mic = micUndissociatedMmol[kind];
      return { rateFactor: graded(gamma(mic), gamma(0.7 * mic), gamma(1.5 * mic), 'general') };
    },
    evidence: [
      {
        seen: `undissociated MIC ${micUndissociatedMmol[kind]} mmol/kg for Listeria monocytogenes; none for tofu spoilers`,
        source: 'Mejlholm and Dalgaard (2009) J Food Prot 72:2132-2143',
      },
    ],
    caveat:
      'works only as far as the pH leaves the acid undissociated: at pH 6 1.5 % of benzoic and 5 % of sorbic acid',
  };
}
