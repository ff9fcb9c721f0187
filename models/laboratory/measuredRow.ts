import type { Mapping } from './columnUse.ts';
import type { Table, TableRow } from './readTable.ts';
import type { Decisions, TableIssue } from './tableIssue.ts';

/** A row of a table in which every cell that matters could be read. */
export interface MeasuredRow {
  /** Line in the source. */
  readonly row: number;
  /** Column of its value; of a wide table one line has several. */
  readonly column: number;
  /** What the table calls the series; '' where it has no such column. */
  readonly label: string;
  readonly replicate: string | null;
  readonly timeH: number;
  readonly temperatureC: number;
  readonly value: { readonly kind: 'value' | 'below' | 'above'; readonly kept: number };
}

/** A line of the source that holds no measurement, and why. */
export interface LeftOutLine {
  readonly row: TableRow;
  readonly reason: string;
}

/** What is read, how, and what a person said about it. */
export interface TableReading {
  readonly table: Table;
  readonly mapping: Mapping;
  readonly decisions: Decisions;
}

/** Everything that is found out on the way. */
export interface MeasuredTable {
  readonly issues: TableIssue[];
  readonly left: LeftOutLine[];
  readonly measured: MeasuredRow[];
  readonly excluded: Map<MeasuredRow, string>;
  /** Read, but beside other rows something is odd about them that nobody has decided yet. */
  readonly doubtful: MeasuredRow[];
  emptyCells: number;
}
