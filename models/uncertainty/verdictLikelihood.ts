import { positive } from '../errors.ts';
import type { Parameter } from '../parameters/parameterSet.ts';
import { normalProbability } from '../shelf-life/normalDistribution.ts';

/** How well somebody tells spoiled tahu from good. */
export interface Judge {
  /** Says that good tahu is spoiled. */
  readonly falseAlarms: Parameter;
  /** Says that spoiled tahu is still good. */
  readonly misses: Parameter;
  /** Standard deviation of the count at which noses and tongues begin to say so, log10. */
  readonly sdLog10: Parameter;
}

const assumed = (value: number, unit: string, source: string): Parameter => ({
  ...{ value, unit, mark: 'assumed', source, matrix: 'tahu, judged by smell, touch and taste' },
});

/** A buyer on a web page, in a hurry, who may press the wrong button. No study of tahu was found. */
export const buyer: Judge = {
  falseAlarms: assumed(0.05, '1', 'one in twenty presses the wrong button or dislikes the taste'),
  misses: assumed(0.1, '1', 'one in ten does not notice'),
  sdLog10: assumed(0.7, 'log10 CFU/g', 'people notice spoilage over a span of some 3 log10'),
};

/** Somebody of the firm, who sees tahu every day. */
export const maker: Judge = {
  falseAlarms: assumed(0.02, '1', 'one in fifty is a slip'),
  misses: assumed(0.05, '1', 'one in twenty is not noticed'),
  sdLog10: assumed(0.5, 'log10 CFU/g', 'a trained nose differs less'),
};

/**
 * How likely a judge calls tahu spoiled.
 *
 *   P = f + (1 - f - m) / (1 + exp(-(count - limit)/s)),   s = sd sqrt(3)/pi
 *
 * f false alarms, m misses: neither the best nor the worst count makes anybody certain.
 *
 * @param countLog10     log10 CFU/g
 * @param limitLog10Cfu  where half of those who notice do so, log10 CFU/g
 * @returns between f and 1 - m
 * @example
 * spoiledVerdictProbability(7, 7, buyer); // => 0.475
 */
export function spoiledVerdictProbability(
  countLog10: number,
  limitLog10Cfu: number,
  { falseAlarms, misses, sdLog10 }: Judge,
): number {
  const s = (positive('sdLog10', sdLog10.value) * Math.sqrt(3)) / Math.PI;
  const noticed = 1 / (1 + Math.exp(-(countLog10 - limitLog10Cfu) / s));
  return falseAlarms.value + (1 - falseAlarms.value - misses.value) * noticed;
}

/** ln of how likely a verdict is at a count. */
export function verdictLogLikelihood(
  countLog10: number,
  isSpoiled: boolean,
  limitLog10Cfu: number,
  judge: Judge,
): number {
  const spoiled = spoiledVerdictProbability(countLog10, limitLog10Cfu, judge);
  return Math.log(isSpoiled ? spoiled : 1 - spoiled);
}

/** Standard deviation of a count of a laboratory, analyst and sample together, log10. */
export const usualCountSd = 0.3;

/** ln of how likely a laboratory finds a count, but for a constant. */
export function countLogLikelihood(countLog10: number, foundLog10: number, sdLog10 = usualCountSd): number {
  const z = (countLog10 - foundLog10) / positive('sdLog10', sdLog10);
  return -(z * z) / 2;
}

/** ln of how likely it finds nothing at a limit of detection. */
export function belowLogLikelihood(
  countLog10: number,
  limitOfDetection: number,
  sdLog10 = usualCountSd,
): number {
  const z = (limitOfDetection - countLog10) / positive('sdLog10', sdLog10);
  return Math.log(Math.max(normalProbability(z), 1e-12));
}
