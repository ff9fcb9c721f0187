import type { AlertFacts, AlertKind, AlertSeverity } from '../../models/contracts/alert.ts';
import type { AlertFormat, FormatWords } from './alertFormat.ts';

export type AlertEventKind = 'opened' | 'worsened' | 'escalated' | 'cleared';

/** What there is to tell of one incident. */
export interface AlertToTell {
  readonly kind: AlertKind;
  readonly event: AlertEventKind;
  readonly severity: AlertSeverity;
  /** The condition was over when its readings came: it is told as past. */
  readonly knownLate: boolean;
  /** When the condition began, by the readings. */
  readonly beganAt: number;
  readonly clearedAt: number | null;
  readonly facts: AlertFacts;
}

export interface Names {
  readonly subject: string;
  /** Where it is, else what it is. */
  readonly place: string;
}

/** A sentence, or nothing where its figures are missing. */
export type Sentence = string | false | undefined;

/**
 * Tells one kind of alert. The first sentence stands always, later ones while there is room: the more important first.
 * A sentence is made in the order in which it is read, because the first time in a text names the zone.
 */
export type Teller = (alert: AlertToTell, names: Names, format: AlertFormat) => readonly Sentence[];

export interface AlertWords extends FormatWords {
  /** What is the matter, in two or three words. */
  readonly kinds: Readonly<Record<AlertKind, string>>;
  readonly cleared: string;
  readonly late: string;
  readonly tell: Readonly<Record<AlertKind, Teller>>;
  digestTitle(count: number): string;
  /** "3 alerts are open: a, b, and 1 more." */
  digest(count: number, items: readonly string[], more: number): string;
  test(name: string): { readonly title: string; readonly text: string };
  code(code: string): { readonly title: string; readonly text: string };
}

/** An instant of the facts as epoch milliseconds. */
export const instant = (iso: string | undefined): number | undefined =>
  iso === undefined ? undefined : Date.parse(iso);
