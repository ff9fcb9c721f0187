import { open } from 'node:fs/promises';
import { csvRows } from './csvRows.ts';
import { openParquetTable } from './readingsParquet.ts';
import { type ReadingColumn, readingColumns, type TableRow } from './readingTable.ts';
import { UsageError } from './simulatePlan.ts';

export type TableFormat = 'csv' | 'parquet';

/** Which column of somebody's file is which of ours; those left out are looked for under our names. */
export type ColumnMap = Readonly<Partial<Record<ReadingColumn, string>>>;

const allowedMap = `pairs such as measuredAt=Zeit,temperatureC=Temp with the names ${readingColumns.join(', ')}`;

/**
 * `measuredAt=Zeit,temperatureC=Temp, °C` as a map: a comma ends a name only where another of our columns follows.
 *
 * @throws {UsageError}
 */
export function parseColumnMap(given: readonly string[]): ColumnMap {
  const nextPair = new RegExp(`,(?=\\s*(?:${readingColumns.join('|')})\\s*=)`);
  const map: Partial<Record<ReadingColumn, string>> = {};
  for (const pair of given.flatMap(text => text.split(nextPair))) {
    const [ours = '', theirs = ''] = [pair.split('=')[0]?.trim(), pair.split('=').slice(1).join('=').trim()];
    if (!isReadingColumn(ours) || theirs === '')
      throw new UsageError(`--map is ${JSON.stringify(pair)} but must be ${allowedMap}`);
    map[ours] = theirs;
  }
  return map;
}

const isReadingColumn = (name: string): name is ReadingColumn =>
  (readingColumns as readonly string[]).includes(name);

/** By the end of its name, or by its first bytes. */
export async function formatOfFile(path: string): Promise<TableFormat> {
  if (/\.parquet$/i.test(path)) return 'parquet';
  const file = await openFile(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('latin1') === 'PAR1' ? 'parquet' : 'csv';
  } finally {
    await file.close();
  }
}

/**
 * The rows of a file in our columns. Can be read as often as one likes; never more than a part of it is in memory.
 *
 * @throws {UsageError} for a file that is not there, empty, without a column that is named, or with a quote that stays open
 */
export async function* readTable(
  path: string,
  format: TableFormat,
  map: ColumnMap,
): AsyncGenerator<TableRow> {
  if (format === 'parquet') yield* parquetTable(path, map);
  else yield* csvTable(path, map);
}

async function* parquetTable(path: string, map: ColumnMap): AsyncGenerator<TableRow> {
  await (await openFile(path)).close();
  const table = await openParquetTable(path);
  const places = placesOf(table.columns, map, path);
  for await (const { row, cells } of table.rows()) yield { line: row, cells: pick(places, cells) };
}

async function* csvTable(path: string, map: ColumnMap): AsyncGenerator<TableRow> {
  let names: string[] | undefined;
  let places: Places = [];
  for await (const { line, separator, cells } of csvRows(textOf(path), path)) {
    if (names === undefined) {
      names = withoutEmptyEnd(cells);
      places = placesOf(names, map, path);
      continue;
    }
    const row = withoutEmptyEnd(cells, names.length);
    if (row.length === names.length) {
      yield { line, cells: pick(places, separator === ',' ? row : row.map(withPoint)) };
      continue;
    }
    const allowed = `as many as the header has, ${names.length}`;
    yield { line, cells: {}, fault: { field: 'number of cells', value: String(row.length), allowed } };
  }
  if (names === undefined) throw new UsageError(`${path} is empty`);
}

/** Where the separator is no comma, a number may have one. 1.234,5 could mean two things and stays text. */
const withPoint = (cell: string): string => (/^[+-]?\d*,\d+$/.test(cell) ? cell.replace(',', '.') : cell);

function withoutEmptyEnd(cells: readonly string[], atLeast = 0): string[] {
  const last = cells.findLastIndex(cell => cell !== '');
  return cells.slice(0, Math.max(last + 1, Math.min(cells.length, atLeast)));
}

type Places = readonly (readonly [ReadingColumn, number])[];

function placesOf(names: readonly string[], map: ColumnMap, path: string): Places {
  const places: [ReadingColumn, number][] = [];
  for (const column of readingColumns) {
    const name = map[column] ?? column;
    const place = names.indexOf(name);
    if (place !== names.lastIndexOf(name))
      throw new UsageError(
        `${path}: the header must name each column once, got ${JSON.stringify(name)} twice`,
      );
    if (place >= 0) places.push([column, place]);
    else if (map[column] !== undefined)
      throw new UsageError(`${path} has no column ${noColumn(name, names)}`);
  }
  if (!places.some(([column]) => column === 'measuredAt'))
    throw new UsageError(
      `${path} has no column ${noColumn('measuredAt', names)}; say which it is with --map measuredAt=NAME`,
    );
  return places;
}

const noColumn = (name: string, names: readonly string[]) =>
  `${JSON.stringify(name)}, only ${names.join(', ')}`;

function pick(places: Places, cells: readonly unknown[]): Partial<Record<ReadingColumn, unknown>> {
  const picked: Partial<Record<ReadingColumn, unknown>> = {};
  for (const [column, place] of places) picked[column] = cells[place];
  return picked;
}

/** UTF-8, or UTF-16 where a byte-order mark says so, as spreadsheets save "Unicode text". */
async function* textOf(path: string): AsyncGenerator<string> {
  const file = await openFile(path);
  try {
    const { buffer: head, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    const isUtf16 = bytesRead === 2 && head[0] === 0xff && head[1] === 0xfe;
    const decoder = new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8');
    for await (const bytes of file.createReadStream({ start: 0, autoClose: false }))
      yield decoder.decode(bytes as Buffer, { stream: true });
    yield decoder.decode();
  } finally {
    await file.close();
  }
}

async function openFile(path: string) {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}
