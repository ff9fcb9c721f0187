import type { ExperimentRow, ExperimentSource } from '../contracts/experiment.ts';
import { checkRuns } from './checkRuns.ts';
import type { ColumnRole, ColumnUse, Mapping } from './columnUse.ts';
import type { LeftOutLine, MeasuredRow, MeasuredTable } from './measuredRow.ts';
import { readMeasuredRows } from './readMeasuredRows.ts';
import type { Table } from './readTable.ts';
import { type NamedRun, namedRuns } from './runTemperatures.ts';
import { type Decision, type Decisions, isOpen, type TableIssue } from './tableIssue.ts';

export interface CheckedTable {
  /** What can be kept so far; all that will be once `isClean`. */
  readonly rows: readonly ExperimentRow[];
  readonly series: readonly Pick<NamedRun, 'series' | 'temperature'>[];
  readonly source: Pick<ExperimentSource, 'decisions' | 'leftOut'>;
  /** In the order of the table; those that were read at once are among them. */
  readonly issues: readonly TableIssue[];
  /** What no column was taken for. */
  readonly missing: readonly ColumnRole[];
  /** Columns whose unit a person has to say. */
  readonly unsureColumns: readonly number[];
  /** Cells of a table with a column for each series in which nothing stands. */
  readonly emptyCells: number;
  readonly openRows: number;
  /** Rows that could be read but wait for a decision; for a drawing. */
  readonly doubtful: readonly MeasuredRow[];
  readonly isClean: boolean;
}

/**
 * Turns a table into rows that can be kept, as far as it says plainly what was measured; and names everything else by row
 * and column, with what a person can do about it. Each line of the table ends in exactly one place: as a row (or one for
 * each column of counts), as one that is left out with a reason, or open.
 *
 * @param decisions  what a person said, by the id of the issue
 */
export function checkTable(table: Table, mapping: Mapping, decisions: Decisions): CheckedTable {
  const found: MeasuredTable = {
    issues: [],
    left: [],
    measured: [],
    excluded: new Map(),
    doubtful: [],
    emptyCells: 0,
  };
  const missing = missingRoles(mapping);
  if (missing.length === 0) {
    readMeasuredRows({ table, mapping, decisions }, found);
    checkRuns({ table, mapping, decisions }, found);
  }
  found.issues.sort((a, b) => a.row - b.row || (a.column ?? -1) - (b.column ?? -1));
  const unsureColumns = mapping.columns.flatMap((use, i) => (use.isSure ? [] : [i]));
  const openRows = new Set(found.issues.filter(isOpen).map(issue => issue.row)).size;
  const runs = namedRuns(found.measured);
  const rows = runs
    .flatMap(run => run.rows.map(row => toRow(row, run.series, mapping, found.excluded.get(row) ?? null)))
    .sort((a, b) => a.row - b.row);
  return {
    rows,
    series: runs.map(({ series, temperature }) => ({ series, temperature })),
    source: { decisions: decisionsOf(found.issues), leftOut: leftOutOf(found.left) },
    issues: found.issues,
    missing,
    unsureColumns,
    emptyCells: found.emptyCells,
    openRows,
    doubtful: found.doubtful,
    isClean:
      missing.length === 0 &&
      unsureColumns.length === 0 &&
      openRows === 0 &&
      rows.some(row => row.excluded === null),
  };
}

function missingRoles(mapping: Mapping): ColumnRole[] {
  const has = (role: ColumnRole) => mapping.columns.some(use => use.role === role);
  const wide = mapping.columns.filter(use => use.role === 'count');
  const hasTemperature =
    has('temperature') ||
    mapping.constantTemperatureC !== null ||
    (wide.length > 0 && wide.every(use => use.temperatureC !== null));
  return [
    ...(mapping.kind === 'shelf-life' ? (['life'] as const) : (['count', 'time'] as const)).filter(
      role => !has(role),
    ),
    ...(hasTemperature ? [] : (['temperature'] as const)),
  ];
}

function toRow(
  { row, replicate, timeH, value }: MeasuredRow,
  series: string,
  { kind }: Mapping,
  excluded: string | null,
): ExperimentRow {
  const isLife = kind === 'shelf-life';
  const given = (wanted: MeasuredRow['value']['kind'], life: boolean) =>
    value.kind === wanted && isLife === life ? value.kept : null;
  return {
    ...{ row, series, replicate, timeH },
    log10CfuPerG: given('value', false),
    belowLog10: given('below', false),
    aboveLog10: given('above', false),
    shelfLifeH: given('value', true),
    shelfLifeAboveH: given('above', true),
    excluded,
  };
}

function decisionsOf(issues: readonly TableIssue[]): ExperimentSource['decisions'] {
  return issues.flatMap(({ row, columnName, value, decision }) =>
    decision === null
      ? []
      : [
          {
            row,
            column: (columnName ?? '').slice(0, 256),
            found: value.slice(0, 256),
            became: textOf(decision).slice(0, 256),
          },
        ],
  );
}

function textOf({ action, value, reason }: Decision): string {
  if (action === 'leave-out') return reason === undefined ? 'left out' : `left out: ${reason}`;
  if (action === 'keep') return 'kept as it is';
  return action === 'read' ? `${value}` : `${action} ${value}`;
}

const leftOutOf = (left: readonly LeftOutLine[]): ExperimentSource['leftOut'] =>
  left.map(({ row, reason }) => ({
    row: row.line,
    cells: [...row.cells, ...row.beyond].slice(0, 100).map(cell => cell.slice(0, 256)),
    reason: reason === '' ? 'left out' : reason,
  }));

/** What each column was taken for, as it is kept with the rows. */
export function mappingText(table: Table, columns: readonly ColumnUse[]): Record<string, string> {
  return Object.fromEntries(
    table.header.map((name, i) => {
      const { role, unit, temperatureC } = columns[i]!;
      const degrees = temperatureC === null ? '' : ` at ${temperatureC} C`;
      return [name.slice(0, 256), `${role}${unit === null ? '' : ` ${unit}`}${degrees}`];
    }),
  );
}
