import type { DiscardReason, Storage, Treatment } from '../../models/contracts/batch.ts';
import type { Language } from '../../models/contracts/contact.ts';
import type { Verdict } from '../../models/contracts/observation.ts';
import type { FormatWords } from '../notify/alertFormat.ts';
import { englishWords } from '../notify/words/english.ts';
import { indonesianWords } from '../notify/words/indonesian.ts';
import { japaneseWords } from '../notify/words/japanese.ts';
import type { ShownStatus } from './packLife.ts';
import { englishPack } from './words/english.ts';
import { indonesianPack } from './words/indonesian.ts';
import { japanesePack } from './words/japanese.ts';

/** Everything that the buyer's page says in one language. Never "safe", never the words of a legal date. */
export interface PackWords {
  readonly title: string;
  readonly language: string;
  readonly status: Readonly<Record<ShownStatus, string>>;
  readonly mayBePast: string;
  readonly past: string;
  readonly checkFirst: string;
  eatBefore(until: string): string;
  readonly estimate: string;
  keepsAtLeast(life: string): string;
  interval(range: string): string;
  worstCase(life: string): string;
  readonly noSensor: string;
  readonly outsideTested: string;
  readonly lowered: string;
  /** Said with every figure: from when on it is taken to lie where the buyer says. */
  assumed(since: string, place: string): string;
  readonly sensorsStay: string;
  lastMeasured(when: string): string;
  readonly neverMeasured: string;
  readonly where: string;
  place(storage: Storage, temperature: string): string;
  readonly bought: string;
  /** By hours since then. */
  readonly boughtAgo: Readonly<Record<0 | 6 | 24 | 48, string>>;
  readonly now: string;
  readonly journey: string;
  madeBy(firm: string): string;
  readonly treatment: Readonly<Record<Treatment, string>>;
  departed(from: string | null): string;
  arrived(at: string | null): string;
  readonly sentOut: string;
  readonly received: string;
  readonly measured: string;
  below(percent: string, temperature: string): string;
  readonly soldOut: string;
  readonly discarded: string;
  readonly discardedAdvice: string;
  readonly discardReason: Readonly<Record<DiscardReason, string>>;
  readonly caution: string;
  readonly how: string;
  readonly howText: string;
  readonly report: string;
  readonly reportQuestion: string;
  readonly verdict: Readonly<Record<Verdict, string>>;
  readonly thanks: string;
  readonly thanksAlready: string;
  readonly unknownTitle: string;
  readonly unknownAdvice: string;
  readonly codeLabel: string;
  readonly open: string;
  readonly busyTitle: string;
  readonly busyAdvice: string;
  readonly failedTitle: string;
  barLeft(lo: string, median: string, hi: string): string;
  readonly barPast: string;
  readonly barUnknown: string;
}

export interface PackLanguage {
  readonly code: Language;
  readonly words: PackWords;
  readonly formatWords: FormatWords;
}

export const packLanguages: Readonly<Record<Language, PackLanguage>> = {
  id: { code: 'id', words: indonesianPack, formatWords: indonesianWords },
  en: { code: 'en', words: englishPack, formatWords: englishWords },
  ja: { code: 'ja', words: japanesePack, formatWords: japaneseWords },
};
