/**
 * What is odd about a cell or a row. The first six were read in the one way that makes sense and can be changed; the others
 * wait for a person.
 */
export type IssueKind =
  | 'decimal'
  | 'thousands'
  | 'clock'
  | 'unit'
  | 'below'
  | 'above'
  | 'ambiguous'
  | 'too-many'
  | 'not-detected'
  | 'missing'
  | 'date'
  | 'not-number'
  | 'out-of-range'
  | 'negative-time'
  | 'time-back'
  | 'wrong-temperature'
  | 'duplicate'
  | 'beyond';

/** What can be done about it. */
export type IssueAction =
  /** The cell is this number, in the unit of its column. */
  | 'read'
  /** Only known to lie below (above) this number. */
  | 'below'
  | 'above'
  /** It is right as it stands. */
  | 'keep'
  /** The row is not used; it is kept with the reason. */
  | 'leave-out';

export interface IssueOption {
  readonly action: IssueAction;
  /** Null: a person has to write the number; and for what needs none. */
  readonly value: number | null;
}

export interface Decision extends IssueOption {
  /** Why a row is left out. */
  readonly reason?: string;
}

export interface TableIssue {
  /** Names the cell and what is odd; decisions are kept under it. */
  readonly id: string;
  /** Line in the source. */
  readonly row: number;
  /** Index of the column; null: the row as a whole. */
  readonly column: number | null;
  readonly columnName: string | null;
  readonly kind: IssueKind;
  /** What stands there. */
  readonly value: string;
  /** What could stand there, in words. */
  readonly allowed: string;
  /** Figures of the sentence: the temperature of the run, the row it repeats. */
  readonly other: number | null;
  readonly options: readonly IssueOption[];
  /** What holds: a person's decision, or for what was read in the only sensible way the first option. */
  readonly decision: Decision | null;
  /** Whether a person said so. */
  readonly isDecided: boolean;
}

export type Decisions = ReadonlyMap<string, Decision>;

const readAtOnce: ReadonlySet<IssueKind> = new Set([
  ...(['decimal', 'thousands', 'clock', 'unit', 'below', 'above'] as const),
]);

/** Whether a person still has to say something. */
export const isOpen = (issue: TableIssue): boolean =>
  issue.decision === null ||
  (issue.decision.value === null &&
    issue.decision.action !== 'keep' &&
    issue.decision.action !== 'leave-out');

/** An issue with what holds of it. @param needsPerson  although its kind is usually read at once */
export function issueOf(
  found: Omit<TableIssue, 'id' | 'decision' | 'isDecided'>,
  decisions: Decisions,
  needsPerson = !readAtOnce.has(found.kind),
): TableIssue {
  const id = `${found.row}:${found.column ?? ''}:${found.kind}`;
  const decided = decisions.get(id);
  const decision = decided ?? (needsPerson ? null : (found.options[0] ?? null));
  return { ...found, id, decision, isDecided: decided !== undefined };
}
