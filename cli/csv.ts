import { UsageError } from './simulatePlan.ts';

/** Columns of a table side by side; a cell that is no number stays text, an empty one is null. */
export type Columns = Readonly<Record<string, readonly (number | string | null)[]>>;

/**
 * Reads a table with a header line, as Excel and loggers write it: separated by commas, semicolons or tabs (with the
 * last two a decimal comma is allowed), a line `sep=;` before the header, a byte-order mark, quotes around cells, rows
 * and columns at the end that are empty. Lines that begin with # are skipped.
 *
 * @param name  of the file, for the error
 * @throws {UsageError} for an empty table, a column without or with a repeated name, or a line whose number of cells
 *   differs from the header's
 */
export function parseCsv(text: string, name: string): Columns {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line, i) => ({ line, number: i + 1 }))
    .filter(({ line }) => line.replace(/[;,\t"\s]/g, '') !== '' && !line.startsWith('#'));
  const declared = /^sep=(.)$/i.exec(lines[0]?.line ?? '')?.[1];
  if (declared) lines.shift();
  const header = lines.shift();
  if (!header) throw new UsageError(`${name} is empty`);
  const separator = declared ?? [';', '\t', ','].find(candidate => header.line.includes(candidate)) ?? ',';
  const names = withoutEmptyEnd(cellsOf(header.line, separator));
  checkNames(names, name);
  const columns: Record<string, (number | string | null)[]> = Object.fromEntries(
    names.map(column => [column, []]),
  );
  for (const { line, number } of lines) {
    const cells = cellsOf(line, separator);
    while (cells.length > names.length && cells.at(-1) === '') cells.pop();
    if (cells.length !== names.length)
      throw new UsageError(
        `${name} line ${number} has ${cells.length} cells where the header has ${names.length}`,
      );
    for (const [i, column] of names.entries()) columns[column]!.push(cellValue(cells[i]!, separator !== ','));
  }
  return columns;
}

function withoutEmptyEnd(cells: string[]): string[] {
  const last = cells.findLastIndex(cell => cell !== '');
  return cells.slice(0, last + 1);
}

function checkNames(names: readonly string[], name: string): void {
  for (const [i, column] of names.entries()) {
    if (column === '')
      throw new UsageError(`${name}: column ${i + 1} of the header must have a name, got ""`);
    if (names.indexOf(column) < i)
      throw new UsageError(`${name}: the header must name each column once, got "${column}" twice`);
  }
}

/** Cells of a line; within quotes a separator is text and two quotes are one. */
function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i += 1) {
    const letter = line[i]!;
    if (letter === '"' && quoted && line[i + 1] === '"') {
      cell += '"';
      i += 1;
    } else if (letter === '"') quoted = !quoted;
    else if (letter === separator && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += letter;
  }
  return [...cells, cell.trim()];
}

function cellValue(cell: string, decimalComma: boolean): number | string | null {
  if (cell === '') return null;
  // One comma and no point: 1.234,5 could mean two things and stays text, which the reader of the column refuses.
  const value = Number(decimalComma && /^[^.,]*,[^.,]*$/.test(cell) ? cell.replace(',', '.') : cell);
  return Number.isFinite(value) ? value : cell;
}

/** A table as text; numbers in full. */
export function toCsv(columns: Columns): string {
  const names = Object.keys(columns);
  const rows = columns[names[0] ?? '']?.length ?? 0;
  const lines = Array.from({ length: rows }, (_, i) => names.map(name => columns[name]![i] ?? '').join(','));
  return `${[names.join(','), ...lines].join('\n')}\n`;
}
