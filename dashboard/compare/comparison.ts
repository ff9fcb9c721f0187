import type { LimitId } from '../../models/contracts/estimate.ts';
import {
  type LifeRange,
  type LifeRatio,
  lifeRatio,
  TreatmentLives,
} from '../../models/laboratory/compareTreatments.ts';
import {
  changed,
  classOf,
  leversOf,
  type TreatmentChange,
  type TreatmentChoice,
  treatmentChanges,
} from '../../models/laboratory/treatmentChanges.ts';
import { type LegalFault, legalFaults, testedTogether } from '../../models/laboratory/treatmentFaults.ts';
import type { TahuParameters } from '../../models/parameters/tahu.ts';
import { type CompareState, temperatureSlide } from './compareState.ts';
import { type ComparedSet, parametersFor } from './floraOfSet.ts';

/** Why no figure is given: the law, or guesses that together promise too much. */
export interface Blocked {
  readonly faults: readonly LegalFault[];
  readonly tooManyGuesses: boolean;
}

export interface ComparedRow {
  readonly change: TreatmentChange;
  readonly choice: TreatmentChoice;
  readonly range: LifeRange | null;
  readonly blocked: Blocked | null;
}

export interface CurvePoint {
  readonly temperatureC: number;
  readonly range: LifeRange;
}

/** One side of the comparison: figures, or why there are none. */
export interface ComparedSide {
  readonly parameters: TahuParameters;
  readonly range: LifeRange | null;
  readonly limitedBy: LimitId | null;
  /** What ends it where spoilage would not yet. */
  readonly heldBackBy: LimitId | null;
  readonly curve: readonly CurvePoint[];
  readonly blocked: Blocked | null;
  readonly isOutsideTestedRange: boolean;
}

export interface Comparison {
  readonly baseline: ComparedSide;
  readonly whatIf: ComparedSide;
  readonly rows: readonly ComparedRow[];
  readonly ratio: LifeRatio | null;
  readonly tested: readonly string[];
  readonly untested: readonly string[];
  /** Rupiah more per pack, and per day gained at least; null: not given, or nothing is gained. */
  readonly cost: { readonly more: number; readonly perDay: number | null } | null;
}

const curvePoints = 40;
export const curveTemperatures: readonly number[] = Array.from(
  { length: curvePoints },
  (_, i) => temperatureSlide.min + ((temperatureSlide.max - temperatureSlide.min) * i) / (curvePoints - 1),
);

interface Kept {
  readonly lives: TreatmentLives | null;
  readonly blocked: Blocked | null;
  readonly parameters: TahuParameters;
  curve?: CurvePoint[];
}

/** What was worked out for a choice stays: a slider moves one of them, not all. */
const mostKept = 64;

/** Works a comparison out; draws and curves of choices that did not change are used again. */
export class Comparer {
  readonly #kept = new Map<string, Kept>();
  #for: ComparedSet | null = null;

  compare(state: CompareState, set: ComparedSet | null): Comparison {
    if (set !== this.#for) {
      this.#kept.clear();
      this.#for = set;
    }
    const { temperatureC, baseline, whatIf } = state;
    const base = this.#of(baseline, state);
    const other = this.#of(whatIf, state);
    const ratio = base.lives && other.lives ? lifeRatio(base.lives, other.lives, temperatureC) : null;
    const rows = treatmentChanges.flatMap((change): ComparedRow[] => {
      const choice = changed(baseline, change);
      if (choice === null) return [];
      const { lives, blocked } = this.#of(choice, state);
      return [{ change, choice, blocked, range: lives?.rangeAt(temperatureC) ?? null }];
    });
    return {
      baseline: side(base, temperatureC),
      whatIf: side(other, temperatureC),
      rows: rows.sort((a, b) => (b.range?.medianH ?? -1) - (a.range?.medianH ?? -1)),
      ratio,
      ...testedTogether(leversOf(whatIf), set?.testedLevers ?? {}),
      cost: costOf(state, ratio),
    };
  }

  #of(choice: TreatmentChoice, { law, entered }: CompareState): Kept {
    const key = JSON.stringify([choice, law, entered]);
    const known = this.#kept.get(key);
    if (known !== undefined) {
      // The one used last is dropped last.
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const made = make(choice, parametersFor(classOf(choice), this.#for), law, entered);
    this.#kept.set(key, made);
    if (this.#kept.size > mostKept) this.#kept.delete(this.#kept.keys().next().value!);
    return made;
  }
}

function make(
  choice: TreatmentChoice,
  parameters: TahuParameters,
  law: CompareState['law'],
  entered: CompareState['entered'],
): Kept {
  const levers = leversOf(choice);
  const faults = legalFaults(levers, law, entered);
  if (faults.length > 0) return { lives: null, parameters, blocked: { faults, tooManyGuesses: false } };
  const { initialLog10Cfu } = choice;
  const lives = new TreatmentLives(
    { parameters, levers, ...(initialLog10Cfu === null ? {} : { initialLog10Cfu }) },
    { law, entered },
  );
  try {
    lives.effectAt(temperatureSlide.usual);
  } catch {
    // Assumed factors that together are below the least that guesses may promise.
    return { lives: null, parameters, blocked: { faults: [], tooManyGuesses: true } };
  }
  return { lives, parameters, blocked: null };
}

function side(kept: Kept, temperatureC: number): ComparedSide {
  const { lives, blocked, parameters } = kept;
  if (lives !== null)
    kept.curve ??= curveTemperatures.map(at => ({ temperatureC: at, range: lives.rangeAt(at) }));
  const { min, max } = parameters.testedRangeC;
  return {
    parameters,
    range: lives?.rangeAt(temperatureC) ?? null,
    limitedBy: lives?.limitAt(temperatureC) ?? null,
    heldBackBy: lives?.heldBackByAt(temperatureC) ?? null,
    curve: kept.curve ?? [],
    blocked,
    isOutsideTestedRange: temperatureC < min || temperatureC > max,
  };
}

function costOf({ costs }: CompareState, ratio: LifeRatio | null): Comparison['cost'] {
  if (costs.baseline === null || costs.whatIf === null) return null;
  const more = costs.whatIf - costs.baseline;
  const days = (ratio?.gainedAtLeastH ?? 0) / 24;
  return { more, perDay: days > 0.05 ? more / days : null };
}
