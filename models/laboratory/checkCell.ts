import type { ExperimentKind } from '../contracts/experiment.ts';
import { type ColumnUse, fromKept, toKept, unitWritten } from './columnUse.ts';
import { allowedSpan, countSpan, experimentSpans, isWithin, temperatureSpan } from './experimentLimits.ts';
import { type ReadCell, readCell } from './readCell.ts';
import type { Decimal } from './readTable.ts';
import {
  type Decision,
  type Decisions,
  type IssueKind,
  type IssueOption,
  issueOf,
  type TableIssue,
} from './tableIssue.ts';

export interface CellPlace {
  readonly row: number;
  readonly column: number;
  readonly columnName: string;
}

export interface CellRules {
  readonly use: ColumnUse;
  readonly kind: ExperimentKind;
  readonly decimal: Decimal | null;
  readonly detectionLimitLog10: number | null;
  readonly decisions: Decisions;
}

/** What a cell comes to: a value as it is kept (°C, hours, log10 CFU/g), a bound, left out with a reason, or still open. */
export type CheckedCell =
  | { readonly kind: 'value' | 'below' | 'above'; readonly kept: number }
  | { readonly kind: 'left-out'; readonly reason: string }
  | { readonly kind: 'open' };

interface Outcome {
  readonly cell: CheckedCell;
  readonly issues: readonly TableIssue[];
}

const leaveOut: IssueOption = { action: 'leave-out', value: null };
const write: IssueOption = { action: 'read', value: null };
const read = (value: number): IssueOption => ({ action: 'read', value });

/** Reads a cell where a number is expected, and says of everything odd what could be done about it. */
export function checkCell(cell: string, place: CellPlace, rules: CellRules): Outcome {
  const found = readCell(cell, rules.decimal);
  const odd = oddity(found, rules);
  if (odd === null)
    return within(toKept((found as { value: number }).value, unitIn(found, rules)), cell, place, rules);
  const issue = issueOf(
    { ...place, kind: odd.kind, value: cell, allowed: allowedText(rules), other: null, options: odd.options },
    rules.decisions,
    odd.needsPerson,
  );
  return follow(issue, issue.decision, cell, place, rules);
}

function follow(
  issue: TableIssue,
  decision: Decision | null,
  cell: string,
  place: CellPlace,
  rules: CellRules,
): Outcome {
  const issues = [issue];
  if (decision === null) return { cell: { kind: 'open' }, issues };
  if (decision.action === 'leave-out')
    return { cell: { kind: 'left-out', reason: decision.reason ?? reasonOf(issue) }, issues };
  if (decision.value === null || !Number.isFinite(decision.value)) return { cell: { kind: 'open' }, issues };
  const kept = toKept(decision.value, rules.use.unit);
  const checked = within(kept, cell, place, rules);
  const bounded =
    (decision.action === 'below' || decision.action === 'above') && checked.cell.kind === 'value'
      ? { kind: decision.action, kept }
      : checked.cell;
  return { cell: bounded, issues: [...issues, ...checked.issues] };
}

/** The reason a row is left out for, when nobody writes another. */
export const reasonOf = (issue: Pick<TableIssue, 'kind' | 'value' | 'columnName'>): string =>
  `${issue.columnName ?? 'row'} "${issue.value}": ${issue.kind}`.slice(0, 200);

interface Oddity {
  readonly kind: IssueKind;
  readonly options: readonly IssueOption[];
  readonly needsPerson?: boolean;
}

/** Null: a number as it should be. Options are in the unit of the column. */
function oddity(found: ReadCell, rules: CellRules): Oddity | null {
  const { use } = rules;
  const isMeasured = use.role === 'count' || use.role === 'life';
  const above: IssueOption[] = isMeasured ? [{ action: 'above', value: null }] : [];
  switch (found.kind) {
    case 'number': {
      if (found.as === 'clock')
        return use.role === 'time'
          ? { kind: 'clock', options: [read(fromKept(found.value, use.unit)), write, leaveOut] }
          : { kind: 'not-number', options: [leaveOut, write] };
      const written = unitWritten(found.unit, use.role);
      if (found.unit !== null && written === null)
        return { kind: 'not-number', options: [read(found.value), leaveOut, write] };
      if (written !== null && written !== use.unit)
        return {
          kind: 'unit',
          options: [
            read(fromKept(toKept(found.value, written), use.unit)),
            read(found.value),
            write,
            leaveOut,
          ],
        };
      return found.as === null ? null : { kind: found.as, options: [read(found.value), write, leaveOut] };
    }
    case 'below':
    case 'above':
      return isMeasured && (found.kind === 'above' || use.role === 'count')
        ? boundOddity(found, rules)
        : { kind: 'not-number', options: [leaveOut, write] };
    case 'ambiguous': {
      const possible = found.readings.filter(value => isWithin(toKept(value, use.unit), spanOf(rules)));
      // 8,125 can be no logarithm of 8125: one of the two is left, and read at once.
      const options = [...(possible.length === 0 ? found.readings : possible).map(read), write, leaveOut];
      return { kind: 'ambiguous', options, needsPerson: possible.length !== 1 };
    }
    case 'date':
      return { kind: 'date', options: [...found.readings.map(read), write, leaveOut] };
    case 'not-detected': {
      const { detectionLimitLog10: limit } = rules;
      if (use.role !== 'count') return { kind: 'not-number', options: [leaveOut, write] };
      const below = { action: 'below', value: limit === null ? null : fromKept(limit, use.unit) } as const;
      return { kind: 'not-detected', options: [below, leaveOut], needsPerson: limit === null };
    }
    case 'too-many':
      return { kind: 'too-many', options: [leaveOut, ...above, write] };
    case 'missing':
      return { kind: 'missing', options: [leaveOut, write] };
    default:
      return {
        kind: 'not-number',
        options: [...(found.reading === null ? [] : [read(found.reading)]), leaveOut, write],
      };
  }
}

/** "<10" in a column of logarithms is ten colonies, not ten logarithms: that is asked. */
function boundOddity(found: Extract<ReadCell, { kind: 'below' | 'above' }>, { use }: CellRules): Oddity {
  const action = found.kind;
  const written = unitWritten(found.unit, use.role);
  const kept = toKept(found.value, written ?? use.unit);
  const asIs: IssueOption = { action, value: written === null ? found.value : fromKept(kept, use.unit) };
  const isColonies = use.unit === 'log10' && written === null && found.value >= 10;
  const options = isColonies
    ? [
        { action, value: Math.log10(found.value) },
        ...(isWithin(found.value, experimentSpans.growthLog10) ? [asIs] : []),
      ]
    : [asIs];
  return { kind: action, options: [...options, { action, value: null }, leaveOut], needsPerson: isColonies };
}

const unitIn = (found: ReadCell, { use }: CellRules) =>
  (found.kind === 'number' ? unitWritten(found.unit, use.role) : null) ?? use.unit;

/** Where a value of a column can lie, as it is kept. */
export function spanOf({ use, kind }: Pick<CellRules, 'use' | 'kind'>) {
  if (use.role === 'temperature') return temperatureSpan(kind);
  if (use.role === 'time') return experimentSpans.timeH;
  return use.role === 'life' ? experimentSpans.shelfLifeH : countSpan(kind);
}

function allowedText(rules: CellRules): string {
  return allowedSpan(spanOf(rules));
}

/** Whether a value lies where it can; and if not, what was probably meant. */
function within(kept: number, cell: string, place: CellPlace, rules: CellRules): Outcome {
  const { use } = rules;
  const span = spanOf(rules);
  if (Number.isFinite(kept) && isWithin(kept, span)) return { cell: { kind: 'value', kept }, issues: [] };
  const isPast = use.role === 'time' && kept < 0;
  const meant = likelyMeant(kept, rules).filter(value => {
    const other = toKept(value, use.unit);
    return Number.isFinite(other) && isWithin(other, span);
  });
  const bound: IssueOption[] = use.unit === 'cfu' ? [{ action: 'below', value: null }] : [];
  const issue = issueOf(
    {
      ...place,
      ...{
        kind: isPast ? 'negative-time' : 'out-of-range',
        value: cell,
        allowed: allowedSpan(span),
        other: null,
      },
      options: [...meant.map(read), ...bound, leaveOut, write],
    },
    rules.decisions,
  );
  const { decision } = issue;
  if (decision === null) return { cell: { kind: 'open' }, issues: [issue] };
  if (decision.action === 'leave-out')
    return { cell: { kind: 'left-out', reason: decision.reason ?? reasonOf(issue) }, issues: [issue] };
  const value = decision.value === null ? Number.NaN : toKept(decision.value, use.unit);
  // A decision that is out of range itself decides nothing.
  if (!Number.isFinite(value) || !isWithin(value, span))
    return { cell: { kind: 'open' }, issues: [{ ...issue, decision: null, isDecided: false }] };
  const kind = decision.action === 'below' || decision.action === 'above' ? decision.action : 'value';
  return { cell: { kind, kept: value }, issues: [issue] };
}

/** In the unit of the column, the likeliest first. */
function likelyMeant(kept: number, { use }: CellRules): number[] {
  const value = fromKept(kept, use.unit);
  if (!Number.isFinite(value)) return [];
  if (use.role === 'time') return value < 0 ? [-value, 0] : [];
  if (use.role === 'temperature') return [value / 10, toKept(value, 'f')].map(rounded);
  const shifted = value / 10 ** Math.floor(Math.log10(Math.abs(value) || 1));
  if (use.unit === 'log10') {
    const colonies = value > 0 ? Math.log10(value) : Number.NaN;
    return (value < 1000 ? [shifted, colonies] : [colonies, shifted]).map(rounded);
  }
  return use.unit === 'ln' ? [rounded(shifted)] : [];
}

const rounded = (value: number): number => Number(value.toPrecision(6));
