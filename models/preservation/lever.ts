import type { Mark } from '../parameters/parameterSet.ts';

/** A number that may lie elsewhere: the value used, and the range it is believed to lie in. */
export interface Graded {
  readonly value: number;
  readonly range: readonly [number, number];
  readonly mark: Mark;
}

/** What a lever does to a population. What is absent it leaves alone. */
export interface LeverEffect {
  /** Multiplies mu: 1 nothing, below 1 slower. */
  readonly rateFactor?: Graded;
  /** Decimal reductions of the starting count, >= 0. */
  readonly logReduction?: Graded;
  /** Added to h0, the work to be done before growth. */
  readonly addedH0?: Graded;
}

/** What is known of the food when a lever is judged. */
export interface LeverConditions {
  readonly temperatureC: number;
  readonly ph: number;
  /** Amount of the lever, in its unit; absent = as in the evidence. */
  readonly dose?: number;
}

export interface Evidence {
  /** What was seen, with its size. */
  readonly seen: string;
  readonly source: string;
}

/**
 *   process   no additive: nothing to ask of a food law beyond good practice
 *   gmp       an additive in Codex GSFA table 3, allowed in the amount good practice needs
 *   not-listed  an additive that Codex does not list for soybean curd
 *   aid       a processing aid or an extract: the country decides
 */
export type LegalClass = 'process' | 'gmp' | 'not-listed' | 'aid';

export interface Lever {
  readonly id: string;
  readonly name: string;
  /** Unit of a dose; null when there is nothing to dose. */
  readonly doseUnit: string | null;
  readonly legalClass: LegalClass;
  readonly effect: (conditions: LeverConditions) => LeverEffect;
  readonly evidence: readonly Evidence[];
  /** What the reader must know before believing it. */
  readonly caveat?: string;
}

export const graded = (value: number, low: number, high: number, mark: Mark): Graded => ({
  value,
  range: [low, high],
  mark,
});
