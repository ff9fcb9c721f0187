import type { AlertKind } from '../../models/contracts/alert.ts';
import type { Language } from '../../models/contracts/contact.ts';
import { createAlertFormat } from './alertFormat.ts';
import type { AlertToTell, AlertWords, Names } from './alertWords.ts';
import { englishWords } from './words/english.ts';
import { indonesianWords } from './words/indonesian.ts';
import { japaneseWords } from './words/japanese.ts';

/** As much as one SMS holds, and every other channel. */
export const longestText = 160;
const longestTitle = 60;

/** Names longer than this are shortened before a sentence is left out, and shorter ones only after. */
const readableName = 24;
/** No name becomes shorter than this. */
const shortestName = 6;

export interface AlertText {
  readonly title: string;
  /** At most 160 characters. */
  readonly text: string;
}

const wordsOf: Readonly<Record<Language, AlertWords>> = {
  id: indonesianWords,
  en: englishWords,
  ja: japaneseWords,
};

/**
 * An alert in a person's words: lives rounded down, losses up, times in the zone with its label, 160 characters at most.
 * Where that is too little, names are shortened and advice is left out, never a figure of the first sentence.
 *
 * @param timeZone  IANA name, of the person or the firm
 */
export function renderAlert(
  alert: AlertToTell,
  language: Language,
  timeZone: string,
  now: number,
): AlertText {
  const words = wordsOf[language];
  const subject = clean(alert.facts.subjectName);
  const place = clean(alert.facts.placeName ?? alert.facts.subjectName);
  const label = labelOf(alert, words);
  const sentences = (longestName: number): string[] => {
    const names: Names = { subject: shorten(subject, longestName), place: shorten(place, longestName) };
    const format = createAlertFormat(words, language, timeZone, now);
    return words.tell[alert.kind](alert, names, format).filter(sentence => typeof sentence === 'string');
  };
  const join = (parts: readonly string[]) => parts.join(language === 'ja' ? '' : ' ');
  return {
    title: firstThatFits(
      longestTitle,
      nameLengths(subject),
      length => `${label}: ${shorten(subject, length)}`,
    ),
    text: fitSentences(sentences, join, nameLengths(subject, place)),
  };
}

/** What several open alerts of one person are about. */
export function renderDigest(
  alerts: readonly { readonly kind: AlertKind; readonly subjectName: string }[],
  language: Language,
): AlertText {
  const words = wordsOf[language];
  const items = alerts.map(
    ({ kind, subjectName }) =>
      `${shorten(clean(subjectName), readableName)} (${words.kinds[kind].toLowerCase()})`,
  );
  const count = alerts.length;
  let told = Math.min(count, 5);
  while (told > 1 && words.digest(count, items.slice(0, told), count - told).length > longestText) told -= 1;
  return {
    title: words.digestTitle(count),
    text: words.digest(count, items.slice(0, told), count - told),
  };
}

export function renderTest(name: string, language: Language): AlertText {
  return wordsOf[language].test(shorten(clean(name), readableName));
}

export function renderCode(code: string, language: Language): AlertText {
  return wordsOf[language].code(code);
}

function labelOf({ kind, event, knownLate }: AlertToTell, words: AlertWords): string {
  if (event === 'cleared') return `${words.cleared}, ${words.kinds[kind].toLowerCase()}`;
  return knownLate ? `${words.late}, ${words.kinds[kind].toLowerCase()}` : words.kinds[kind];
}

/**
 * The longest names with which all sentences fit. Where readable names are too long for all, those sentences that fit
 * beside them; where they are too long for the first, shorter ones.
 */
function fitSentences(
  sentences: (longestName: number) => readonly string[],
  join: (parts: readonly string[]) => string,
  lengths: readonly number[],
): string {
  const fits = (parts: readonly string[]) => join(parts).length <= longestText;
  const readable = Math.min(readableName, lengths[0]!);
  for (const length of lengths.filter(n => n >= readable)) {
    const all = sentences(length);
    if (fits(all)) return join(all);
  }
  // No first sentence is too long with the shortest names; whoever writes one learns it from its test.
  const [first, ...more] = sentences(
    lengths.find(n => n <= readable && fits(sentences(n).slice(0, 1))) ?? shortestName,
  );
  const told = [first!];
  for (const sentence of more) if (fits([...told, sentence])) told.push(sentence);
  return join(told);
}

function firstThatFits(most: number, lengths: readonly number[], print: (length: number) => string): string {
  const texts = lengths.map(print);
  return texts.find(text => text.length <= most) ?? texts.at(-1)!;
}

/** From the full length of the longest of the names down. */
function nameLengths(...names: readonly string[]): number[] {
  const longest = Math.max(shortestName, Math.min(longestText, Math.max(...names.map(n => n.length))));
  return Array.from({ length: longest - shortestName + 1 }, (_, n) => longest - n);
}

const segmenter = new Intl.Segmenter();

/** Cuts between what a person sees as characters. */
function shorten(name: string, longest: number): string {
  if (name.length <= longest) return name;
  let kept = '';
  for (const { segment } of segmenter.segment(name)) {
    if (kept.length + segment.length > longest - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** Names come from people: no line breaks, nothing invisible, nothing that turns the direction of a text. */
function clean(name: string): string {
  return (
    name
      .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim() || '?'
  );
}
