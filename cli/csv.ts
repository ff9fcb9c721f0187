import { UsageError } from './simulatePlan.ts';

/** Columns of a table side by side; a cell that is no number stays text, an empty one is null. */
export type Columns = Readonly<Record<string, readonly (number | string | null)[]>>;

/**
 * Reads a table with a header line. Separated by commas, semicolons (then a decimal comma is allowed) or tabs; quotes
 * around a cell are taken off; lines that begin with # are skipped.
 *
 * @param name  of the file, for the error
 * @throws {UsageError} naming the line whose number of cells differs from the header's
 */
export function parseCsv(text: string, name: string): Columns {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, i) => ({ line, number: i + 1 }))
    .filter(({ line }) => line.trim() !== '' && !line.startsWith('#'));
  const header = lines.shift();
  if (!header) throw new UsageError(`${name} is empty`);
  const separator = [';', '\t', ','].find(candidate => header.line.includes(candidate)) ?? ',';
  const cellsOf = (line: string) => line.split(separator).map(cell => cell.trim().replace(/^"(.*)"$/, '$1'));
  const names = cellsOf(header.line);
  const columns: Record<string, (number | string | null)[]> = Object.fromEntries(
    names.map(column => [column, []]),
  );
  for (const { line, number } of lines) {
    const cells = cellsOf(line);
    if (cells.length !== names.length)
      throw new UsageError(
        `${name} line ${number} has ${cells.length} cells where the header has ${names.length}`,
      );
    for (const [i, column] of names.entries()) columns[column]!.push(valueOf(cells[i]!, separator === ';'));
  }
  return columns;
}

function valueOf(cell: string, decimalComma: boolean): number | string | null {
  if (cell === '') return null;
  const value = Number(decimalComma ? cell.replace(',', '.') : cell);
  return Number.isFinite(value) ? value : cell;
}

/** A table as text; numbers in full. */
export function toCsv(columns: Columns): string {
  const names = Object.keys(columns);
  const rows = columns[names[0] ?? '']?.length ?? 0;
  const lines = Array.from({ length: rows }, (_, i) => names.map(name => columns[name]![i] ?? '').join(','));
  return `${[names.join(','), ...lines].join('\n')}\n`;
}
