import { checkCell, reasonOf } from './checkCell.ts';
import type { ColumnRole, Mapping } from './columnUse.ts';
import type { MeasuredTable, TableReading } from './measuredRow.ts';
import { readInstants } from './readInstants.ts';
import type { Table, TableRow } from './readTable.ts';
import { type Decisions, isOpen, issueOf, type TableIssue } from './tableIssue.ts';

/** Reads every line of a table into what it measured; what cannot be read becomes an issue, what is not wanted is left out. */
export function readMeasuredRows(reading: TableReading, found: MeasuredTable): void {
  const timesH = instantsOf(reading.table, reading.mapping);
  for (const [i, row] of reading.table.rows.entries()) readRow(reading, row, timesH?.[i], found);
}

/** Where the time is a date, hours from any moment; undefined: it is none. */
function instantsOf({ rows }: Table, { columns }: Mapping): (number | null)[] | undefined {
  const column = columns.findIndex(use => use.role === 'time' && use.unit === 'date');
  return column === -1 ? undefined : readInstants(rows.map(row => row.cells[column]!));
}

function readRow(
  reading: TableReading,
  row: TableRow,
  instantH: number | null | undefined,
  found: MeasuredTable,
): void {
  const { table, mapping, decisions } = reading;
  const before = found.issues.length;
  const columns = mapping.columns.flatMap((use, i) => (use.role === valueRole(mapping) ? [i] : []));
  const isWide = columns.length > 1;
  const beyond = beyondIssue(row, decisions);
  if (beyond !== null) found.issues.push(beyond);
  const cells = [temperatureOf, timeOf].map(read => read(reading, row, instantH, found));
  const values = columns.flatMap(column => {
    if (isWide && row.cells[column] === '') {
      found.emptyCells += 1;
      return [];
    }
    return [{ column, cell: cellAt(reading, row, column, found) }];
  });
  const reasons = [
    ...(beyond?.decision?.action === 'leave-out'
      ? [{ kind: 'left-out', reason: beyond.decision.reason ?? reasonOf(beyond) } as const]
      : []),
    ...cells,
    ...values.map(({ cell }) => cell),
  ].flatMap(cell => (cell.kind === 'left-out' ? [cell.reason] : []));
  const isBlocked = found.issues.slice(before).some(isOpen) && !isWide;
  // Of a wide row the columns that can be read stand; of another one the row is one thing.
  if (reasons.length > 0 && (!isWide || values.every(({ cell }) => cell.kind === 'left-out'))) {
    found.left.push({ row, reason: reasons.join('; ').slice(0, 200) });
    dropOpen(found.issues, before);
    return;
  }
  if (isBlocked) return;
  const [temperature, time] = cells;
  for (const { column, cell } of values) {
    if (cell.kind === 'left-out') found.left.push({ row, reason: cell.reason });
    if (cell.kind === 'left-out' || cell.kind === 'open') continue;
    const own = mapping.columns[column]!.temperatureC;
    const temperatureC = own ?? (temperature?.kind === 'value' ? temperature.kept : null);
    if (temperatureC === null || time?.kind !== 'value') continue;
    const measured = { row: row.line, column, timeH: time.kept, temperatureC, value: cell };
    found.measured.push({ ...measured, ...namesOf(table, mapping, row, column, isWide) });
  }
}

/** A row that is left out needs no other decision. */
function dropOpen(issues: TableIssue[], from: number): void {
  issues.splice(from, issues.length - from, ...issues.slice(from).filter(issue => !isOpen(issue)));
}

const valueRole = ({ kind }: Mapping): ColumnRole => (kind === 'shelf-life' ? 'life' : 'count');

function namesOf(table: Table, { columns }: Mapping, row: TableRow, column: number, isWide: boolean) {
  const textOf = (role: ColumnRole): string => {
    const index = columns.findIndex(use => use.role === role);
    return index === -1 ? '' : row.cells[index]!.slice(0, 64);
  };
  const twins = columns.flatMap((use, i) =>
    isWide && use.role === 'count' && use.temperatureC === columns[column]!.temperatureC ? [i] : [],
  );
  const noTemperature = isWide && columns[column]!.temperatureC === null;
  const replicate =
    textOf('replicate') || (twins.length > 1 && !noTemperature ? `${twins.indexOf(column) + 1}` : '');
  const label = noTemperature ? table.header[column]!.slice(0, 64) : textOf('series');
  return { label, replicate: replicate === '' ? null : replicate };
}

function beyondIssue(row: TableRow, decisions: Decisions): TableIssue | null {
  if (row.beyond.length === 0) return null;
  return issueOf(
    {
      ...{
        row: row.line,
        column: null,
        columnName: null,
        kind: 'beyond',
        value: row.beyond.join(' | ').slice(0, 100),
      },
      ...{ allowed: 'must have no more cells than the header', other: row.cells.length },
      options: [
        { action: 'leave-out', value: null },
        { action: 'keep', value: null },
      ],
    },
    decisions,
  );
}

function cellAt(
  { table, mapping, decisions }: TableReading,
  row: TableRow,
  column: number,
  found: MeasuredTable,
) {
  const place = { row: row.line, column, columnName: table.header[column]! };
  const { kind, detectionLimitLog10 } = mapping;
  const rules = {
    use: mapping.columns[column]!,
    kind,
    decimal: table.decimal,
    detectionLimitLog10,
    decisions,
  };
  const { cell, issues } = checkCell(row.cells[column]!, place, rules);
  found.issues.push(...issues);
  return cell;
}

function temperatureOf(
  reading: TableReading,
  row: TableRow,
  _instantH: number | null | undefined,
  found: MeasuredTable,
) {
  const column = reading.mapping.columns.findIndex(use => use.role === 'temperature');
  const { constantTemperatureC } = reading.mapping;
  if (column !== -1) return cellAt(reading, row, column, found);
  return constantTemperatureC === null
    ? ({ kind: 'open' } as const)
    : ({ kind: 'value', kept: constantTemperatureC } as const);
}

function timeOf(
  reading: TableReading,
  row: TableRow,
  instantH: number | null | undefined,
  found: MeasuredTable,
) {
  const { mapping, table, decisions } = reading;
  if (mapping.kind === 'shelf-life') return { kind: 'value', kept: 0 } as const;
  if (instantH === undefined)
    return cellAt(
      reading,
      row,
      mapping.columns.findIndex(use => use.role === 'time'),
      found,
    );
  if (instantH !== null) return { kind: 'value', kept: instantH } as const;
  const column = mapping.columns.findIndex(use => use.role === 'time');
  const issue = issueOf(
    {
      ...{
        row: row.line,
        column,
        columnName: table.header[column]!,
        kind: 'not-number',
        value: row.cells[column]!,
      },
      ...{ allowed: 'must be a date and time, such as 2026-11-24 08:00', other: null },
      options: [{ action: 'leave-out', value: null }],
    },
    decisions,
  );
  found.issues.push(issue);
  return issue.decision === null
    ? ({ kind: 'open' } as const)
    : ({ kind: 'left-out', reason: issue.decision.reason ?? reasonOf(issue) } as const);
}
