import { reasonOf } from './checkCell.ts';
import type { Mapping } from './columnUse.ts';
import type { MeasuredRow, MeasuredTable, TableReading } from './measuredRow.ts';
import type { TableRow } from './readTable.ts';
import { temperatureSlips } from './runTemperatures.ts';
import { issueOf, type TableIssue } from './tableIssue.ts';

type Lines = ReadonlyMap<number, TableRow>;

/** What can only be seen beside other rows: a temperature or a time that does not fit its run, a row that is there twice. */
export function checkRuns(reading: TableReading, found: MeasuredTable): void {
  const lines = new Map(reading.table.rows.map(row => [row.line, row]));
  settleTemperatures(reading, lines, found);
  startAtNought(found, reading.mapping);
  findTimesBack(reading, lines, found);
  findDuplicates(reading, lines, found);
}

/** Times that are dates count from the first of their series. */
function startAtNought({ measured }: MeasuredTable, { columns }: Mapping): void {
  if (!columns.some(use => use.role === 'time' && use.unit === 'date')) return;
  const starts = new Map<string, number>();
  const key = (row: MeasuredRow) => `${row.label}\n${row.temperatureC}`;
  for (const row of measured)
    starts.set(key(row), Math.min(row.timeH, starts.get(key(row)) ?? Number.POSITIVE_INFINITY));
  for (const [i, row] of measured.entries())
    measured[i] = { ...row, timeH: row.timeH - starts.get(key(row))! };
}

function replaceMeasured(found: MeasuredTable, measured: MeasuredRow, by: MeasuredRow | null): void {
  found.measured.splice(found.measured.indexOf(measured), 1, ...(by === null ? [] : [by]));
}

function settleTemperatures(
  { table, mapping, decisions }: TableReading,
  lines: Lines,
  found: MeasuredTable,
): void {
  const column = mapping.columns.findIndex(use => use.role === 'temperature');
  if (mapping.kind === 'shelf-life' || column === -1) return;
  for (const { measured, runC } of temperatureSlips(found.measured)) {
    const row = lines.get(measured.row)!;
    const issue = issueOf(
      {
        ...{ row: measured.row, column, columnName: table.header[column]!, kind: 'wrong-temperature' },
        ...{
          value: row.cells[column]!,
          allowed: `must be ${runC} degrees Celsius like its run`,
          other: runC,
        },
        options: [
          { action: 'read', value: runC },
          { action: 'keep', value: null },
          { action: 'leave-out', value: null },
        ],
      },
      decisions,
    );
    found.issues.push(issue);
    const { decision } = issue;
    if (decision === null || decision.action === 'leave-out') replaceMeasured(found, measured, null);
    if (decision === null) found.doubtful.push({ ...measured, temperatureC: runC });
    if (decision?.action === 'leave-out')
      found.left.push({ row, reason: decision.reason ?? reasonOf(issue) });
    if (decision?.action === 'read' && decision.value !== null)
      replaceMeasured(found, measured, { ...measured, temperatureC: decision.value });
  }
}

/** A time before the one above it, where the series then goes on as if it were not there. */
function findTimesBack(
  { table, mapping, decisions }: TableReading,
  lines: Lines,
  found: MeasuredTable,
): void {
  const column = mapping.columns.findIndex(use => use.role === 'time');
  if (mapping.kind === 'shelf-life' || column === -1) return;
  const key = (row: MeasuredRow) => [row.label, row.temperatureC, row.replicate, row.column].join('\n');
  for (const run of Map.groupBy(found.measured, key).values())
    for (const [i, measured] of run.entries()) {
      const [before, after] = [run[i - 1], run[i + 1]];
      if (before === undefined || measured.timeH >= before.timeH) continue;
      const startsAnew = after === undefined ? measured.timeH <= run[0]!.timeH : after.timeH < before.timeH;
      if (startsAnew) continue;
      const row = lines.get(measured.row)!;
      const issue = issueOf(
        {
          ...{ row: measured.row, column, columnName: table.header[column]!, kind: 'time-back' },
          ...{
            value: row.cells[column]!,
            allowed: `must not be before row ${before.row}`,
            other: before.row,
          },
          options: [
            { action: 'leave-out', value: null },
            { action: 'keep', value: null },
          ],
        },
        decisions,
      );
      found.issues.push(issue);
      exclude(found, measured, issue);
    }
}

function findDuplicates({ mapping, decisions }: TableReading, lines: Lines, found: MeasuredTable): void {
  if (mapping.columns.filter(use => use.role === 'count').length > 1) return;
  const first = new Map<string, number>();
  for (const measured of [...found.measured]) {
    const row = lines.get(measured.row)!;
    const key = row.cells.join('\n');
    const twin = first.get(key);
    if (twin === undefined) {
      first.set(key, row.line);
      continue;
    }
    const issue = issueOf(
      {
        ...{
          row: row.line,
          column: null,
          columnName: null,
          kind: 'duplicate',
          value: row.cells.join(' | ').slice(0, 100),
        },
        ...{ allowed: `must not repeat row ${twin}`, other: twin },
        options: [
          { action: 'leave-out', value: null },
          { action: 'keep', value: null },
        ],
      },
      decisions,
    );
    found.issues.push(issue);
    exclude(found, measured, issue);
  }
}

/** Left out, but a measurement all the same: it stays with its reason and can be taken back. */
function exclude(found: MeasuredTable, measured: MeasuredRow, issue: TableIssue): void {
  const { decision } = issue;
  if (decision === null) {
    replaceMeasured(found, measured, null);
    found.doubtful.push(measured);
  } else if (decision.action === 'leave-out')
    found.excluded.set(measured, (decision.reason ?? reasonOf(issue)).slice(0, 200));
}
