import { ModelDomainError } from '../errors.ts';
import type { Mark } from '../parameters/parameterSet.ts';
import { type EnteredLimit, type FoodLaw, legalVerdict } from './legalGate.ts';
import type { Graded } from './lever.ts';
import { leverOf } from './levers.ts';

export interface ChosenLever {
  readonly leverId: string;
  readonly dose?: number;
}

export interface CombinedEffect {
  /** Multiplies mu, before the interaction xi. */
  readonly rateFactor: Graded;
  /** Decimal reductions of the starting count. */
  readonly logReduction: Graded;
  readonly addedH0: Graded;
  readonly caveats: readonly string[];
}

/** Guesses may not promise a life five times as long. */
const smallestAssumedFactor = 0.2;

const weakest: readonly Mark[] = ['assumed', 'general', 'computed', 'seen'];

/**
 * What several levers do together: reductions and work add, factors multiply. Kinder ends of the ranges combine with
 * each other, and so do the harder ones: the range is not narrowed by hope.
 *
 * @param conditions  where the tahu is kept and its pH
 * @throws {ModelDomainError} for an unknown lever, one the law does not allow or whose limit is unknown, a dose above its
 *   limit, or assumed factors that together are below 0.2
 */
export function combineLevers(
  chosen: readonly ChosenLever[],
  conditions: { readonly temperatureC: number; readonly ph: number },
  law: FoodLaw,
  entered: readonly EnteredLimit[] = [],
): CombinedEffect {
  let rateFactor: Graded = { value: 1, range: [1, 1], mark: 'seen' };
  let logReduction: Graded = { value: 0, range: [0, 0], mark: 'seen' };
  let addedH0: Graded = logReduction;
  let assumed = 1;
  const caveats: string[] = [];
  for (const { leverId, dose } of chosen) {
    const lever = leverOf(leverId);
    checkLaw(leverId, dose, law, entered);
    const effect = lever.effect({ ...conditions, ...(dose === undefined ? {} : { dose }) });
    if (effect.rateFactor) {
      rateFactor = joined(rateFactor, effect.rateFactor, (a, b) => a * b);
      if (effect.rateFactor.mark === 'assumed') assumed *= effect.rateFactor.value;
    }
    if (effect.logReduction) logReduction = joined(logReduction, effect.logReduction, (a, b) => a + b);
    if (effect.addedH0) addedH0 = joined(addedH0, effect.addedH0, (a, b) => a + b);
    if (lever.caveat) caveats.push(`${lever.name}: ${lever.caveat}`);
  }
  if (assumed < smallestAssumedFactor)
    throw new ModelDomainError(
      'levers',
      assumed,
      `${smallestAssumedFactor} or more as the product of assumed factors`,
    );
  return { rateFactor, logReduction, addedH0, caveats };
}

function checkLaw(
  leverId: string,
  dose: number | undefined,
  law: FoodLaw,
  entered: readonly EnteredLimit[],
): void {
  const verdict = legalVerdict(leverOf(leverId), law, entered);
  if (!verdict.allowed) throw new ModelDomainError('lever', leverId, `allowed (${verdict.why})`);
  if (verdict.maxDose !== null && (dose ?? 0) > verdict.maxDose)
    throw new ModelDomainError(`dose of ${leverId}`, dose, `at most ${verdict.maxDose} (${verdict.why})`);
}

function joined(a: Graded, b: Graded, by: (x: number, y: number) => number): Graded {
  return {
    value: by(a.value, b.value),
    range: [by(a.range[0], b.range[0]), by(a.range[1], b.range[1])],
    mark: weakest.find(mark => mark === a.mark || mark === b.mark) ?? 'assumed',
  };
}
