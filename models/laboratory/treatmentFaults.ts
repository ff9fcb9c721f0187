import type { ChosenLever } from '../preservation/combineLevers.ts';
import { type EnteredLimit, type FoodLaw, legalVerdict } from '../preservation/legalGate.ts';
import { leverOf } from '../preservation/levers.ts';

/** Why a lever may not be used. */
export interface LegalFault {
  readonly leverId: string;
  readonly kind: 'unknown-limit' | 'not-listed' | 'above-limit';
  readonly maxDose: number | null;
  readonly why: string;
}

export const settingPh: readonly string[] = ['coagulant-ph', 'acid-whey'];

/** Levers of a setting that the law does not let pass; none: it may be used. */
export function legalFaults(
  levers: readonly ChosenLever[],
  law: FoodLaw,
  entered: readonly EnteredLimit[] = [],
): LegalFault[] {
  return levers.flatMap(({ leverId, dose }): LegalFault[] => {
    const lever = leverOf(leverId);
    const verdict = legalVerdict(lever, law, entered);
    if (!verdict.allowed) {
      const isBanned = law === 'codex' && lever.legalClass === 'not-listed';
      return [{ leverId, kind: isBanned ? 'not-listed' : 'unknown-limit', maxDose: null, why: verdict.why }];
    }
    if (verdict.maxDose === null || (dose ?? 0) <= verdict.maxDose) return [];
    return [{ leverId, kind: 'above-limit', maxDose: verdict.maxDose, why: verdict.why }];
  });
}

/** Which of the levers were tried together when the set was made, and which were not. */
export function testedTogether(
  levers: readonly ChosenLever[],
  testedLevers: Readonly<Record<string, number>>,
): { readonly tested: string[]; readonly untested: string[] } {
  const tested: string[] = [];
  const untested: string[] = [];
  for (const { leverId, dose } of levers) {
    const known = Object.hasOwn(testedLevers, leverId) ? testedLevers[leverId] : undefined;
    // Up to the dose that was tried; nobody has seen what more of it does.
    (known !== undefined && (dose ?? 0) <= Math.max(known, 0) ? tested : untested).push(leverId);
  }
  return { tested, untested };
}
