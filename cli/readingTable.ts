import type { Reading } from '../models/contracts/reading.ts';

/** Columns of a table of readings as `tahan export` writes it and `tahan import` reads it, in this order. */
export const readingColumns = [
  'nodeId',
  'probe',
  'measuredAt',
  'receivedAt',
  'timeSource',
  'temperatureC',
  'rawTemperatureC',
  'humidityPct',
  'batteryPct',
  'sequence',
  'quality',
] as const;

export type ReadingColumn = (typeof readingColumns)[number];

/** A reading as a line of the table: `temperatureC` with the offset of its calibration, raw as the probe said it. */
export interface ReadingLine extends Reading {
  readonly rawTemperatureC: number | null;
}

/** Cells of one line of somebody's table by column of ours; columns that are not there are left out. */
export type TableCells = Readonly<Partial<Record<ReadingColumn, unknown>>>;

/** One cell, or a whole line, that cannot be used. */
export interface RowFault {
  readonly field: string;
  readonly value: string;
  readonly allowed: string;
}

/** One line of a file and where it stands, so that an error can name it. */
export interface TableRow {
  /** Counted from 1; of a Parquet file the row. */
  readonly line: number;
  readonly cells: TableCells;
  /** Set when the line cannot be told apart into cells. */
  readonly fault?: RowFault;
}
