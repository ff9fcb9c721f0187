import { UsageError } from './simulatePlan.ts';

/** One line of a table: its cells as text, and the line of the file on which it begins. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** No table has a longer line; a quote that is never closed would otherwise read the whole file as one cell. */
const longestRow = 1024 * 1024;

/**
 * Reads a table of any length piece by piece, as spreadsheets and loggers write it: separated by commas, semicolons or
 * tabs, with quotes around cells (a line break within them belongs to the cell), a byte-order mark, and a first line
 * `sep=;`. Empty lines and those that begin with # are left out. The first row is the header.
 *
 * @param name  of the file, for the error
 * @throws {UsageError} for a quote that is not closed
 */
export async function* csvRows(
  chunks: AsyncIterable<string>,
  name: string,
): AsyncGenerator<{ readonly separator: string } & CsvRow> {
  let separator: string | undefined;
  for await (const { line, text } of records(chunks, name)) {
    if (separator === undefined) {
      const declared = /^sep=(.)$/i.exec(text)?.[1];
      separator = declared ?? guessSeparator(text);
      if (declared !== undefined) continue;
    }
    yield { line, separator, cells: cellsOf(text, separator) };
  }
}

/** Of the header the character that it holds most of, outside quotes. */
function guessSeparator(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, '');
  const counts = [';', '\t', ','].map(candidate => ({ candidate, n: bare.split(candidate).length }));
  return counts.toSorted((a, b) => b.n - a.n)[0]!.candidate;
}

/** Lines, except that a line break within quotes ends none. */
async function* records(chunks: AsyncIterable<string>, name: string) {
  let open: { line: number; text: string } | undefined;
  let line = 0;
  for await (const text of lines(chunks)) {
    line++;
    if (open === undefined && isEmpty(text)) continue;
    open = open === undefined ? { line, text } : { line: open.line, text: `${open.text}\n${text}` };
    if (open.text.length > longestRow) break;
    if (quotesIn(open.text) % 2 === 1) continue;
    yield open;
    open = undefined;
  }
  if (open !== undefined) throw new UsageError(`${name} line ${open.line} has a quote that is not closed`);
}

const isEmpty = (text: string): boolean => /^[;,\t"\s]*$/.test(text) || text.startsWith('#');

function quotesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) count++;
  return count;
}

async function* lines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  let isFirst = true;
  for await (const chunk of chunks) {
    const text = rest + (isFirst ? chunk.replace(/^\uFEFF/, '') : chunk);
    isFirst = false;
    // A carriage return at the end may be the first half of a line break.
    const whole = text.endsWith('\r') ? text.length - 1 : text.length;
    const parts = text.slice(0, whole).split(/\r\n|\n|\r/);
    rest = parts.pop()! + text.slice(whole);
    yield* parts;
  }
  rest = rest.replace(/\r$/, '');
  if (rest !== '') yield rest;
}

/** Within quotes a separator is text and two quotes are one; spaces around a cell are no part of it. */
function cellsOf(text: string, separator: string): string[] {
  if (!text.includes('"')) return text.split(separator).map(cell => cell.trim());
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    if (letter === '"' && quoted && text[i + 1] === '"') {
      cell += '"';
      i++;
    } else if (letter === '"') quoted = !quoted;
    else if (letter === separator && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += letter;
  }
  return [...cells, cell.trim()];
}
