import { positive } from '../errors.ts';
import type { Lever } from './lever.ts';

/** Where the tahu is sold. */
export type FoodLaw = 'codex' | 'indonesia';

/** A limit a user has read in the law and entered, in the unit of the lever's dose. */
export interface EnteredLimit {
  readonly leverId: string;
  readonly law: FoodLaw;
  readonly maxDose: number;
  /** Regulation and row. */
  readonly source: string;
}

export type LegalVerdict =
  | { readonly allowed: true; readonly maxDose: number | null; readonly why: string }
  | { readonly allowed: false; readonly why: string };

/**
 * Whether a lever may be used. Unknown is no: a lever whose limit nobody has read stays blocked until it is entered.
 *
 * @param entered  limits the users have read and entered
 */
export function legalVerdict(
  lever: Lever,
  law: FoodLaw,
  entered: readonly EnteredLimit[] = [],
): LegalVerdict {
  const own = entered.find(limit => limit.leverId === lever.id && limit.law === law);
  if (own) return { allowed: true, maxDose: positive('maxDose', own.maxDose), why: own.source };
  if (lever.legalClass === 'process') return { allowed: true, maxDose: null, why: 'no additive' };
  if (law === 'codex') return codexVerdict(lever);
  return {
    allowed: false,
    why: 'the rows for tofu of BPOM regulation 11/2019 were not read: enter the limit to unblock it',
  };
}

function codexVerdict({ legalClass }: Lever): LegalVerdict {
  if (legalClass === 'gmp')
    return { allowed: true, maxDose: null, why: 'Codex GSFA table 3: as much as good practice needs' };
  if (legalClass === 'not-listed')
    return { allowed: false, why: 'not listed for soybean curd in Codex GSFA category 06.8.3' };
  return {
    allowed: false,
    why: 'a processing aid or extract: its limit is unknown, enter it to unblock the lever',
  };
}
