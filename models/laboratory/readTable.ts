import { mostRows } from './experimentLimits.ts';
import { cleanCell, decimalOf, readCell } from './readCell.ts';

export type Delimiter = ';' | ',' | '\t';
export type Decimal = '.' | ',';

/** One line of a table: its cells as text, as many as the header has, and where it stands in the source. */
export interface TableRow {
  /** Line of the source on which it begins, the first being 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Cells beyond the header that hold something. */
  readonly beyond: readonly string[];
}

export interface Table {
  readonly delimiter: Delimiter;
  /** How most numbers are written; null when none has a fraction. */
  readonly decimal: Decimal | null;
  /** Names of the columns, each once; several header lines are read as one. */
  readonly header: readonly string[];
  /** Lines above the header that name the whole table. */
  readonly title: string | null;
  readonly rows: readonly TableRow[];
  /** Lines that hold nothing but delimiters, and those that begin with #. */
  readonly skippedLines: readonly number[];
}

/** Why a text is no table; `line` where it can be told. */
export interface TableFault {
  readonly kind: 'empty' | 'no-rows' | 'one-column' | 'open-quote' | 'too-many-rows' | 'too-many-columns';
  readonly line: number | null;
}

export type ReadTable =
  | { readonly table: Table; readonly fault: null }
  | { readonly table: null; readonly fault: TableFault };

const mostColumns = 200;
const mostHeaderLines = 5;

interface RawLine {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads a table as Excel, LibreOffice and loggers write it or as it is pasted: separated by semicolons, commas or tabs;
 * with a byte-order mark, a first line `sep=;`, quotes around cells (a line break in them belongs to the cell), any line
 * ends, non-breaking spaces, empty columns and lines at the end, titles and merged cells above the header.
 *
 * Nothing is lost: what is no row is named in `skippedLines`, cells beyond the header in `beyond`.
 */
export function readTable(text: string): ReadTable {
  const fault = (kind: TableFault['kind'], line: number | null = null): ReadTable => ({
    table: null,
    fault: { kind, line },
  });
  const records = recordsOf(text.replace(/^\uFEFF/, ''));
  if (records.openQuote !== null) return fault('open-quote', records.openQuote);
  const declared = /^"?sep=(.)"?$/i.exec(records.found[0]?.text ?? '')?.[1];
  const lines = declared === undefined ? records.found : records.found.slice(1);
  const isEmpty = (line: string) => /^[;,\t"\s\u00a0]*$/.test(line) || line.startsWith('#');
  const skippedLines = lines.filter(({ text: line }) => isEmpty(line)).map(({ line }) => line);
  const full = lines.filter(({ text: line }) => !isEmpty(line));
  if (full.length === 0) return fault('empty');
  const delimiter = isDelimiter(declared) ? declared : guessDelimiter(full.map(({ text: line }) => line));
  const raw = full.map(({ line, text: one }) => ({ line, cells: cellsOf(one, delimiter).map(cleanCell) }));
  const { header, title, first } = headerOf(raw);
  const data = raw.slice(first);
  if (data.length === 0) return fault('no-rows');
  if (data.length > mostRows) return fault('too-many-rows', data[mostRows]!.line);
  const width =
    header.findLastIndex((name, i) => name !== '' || data.some(({ cells }) => (cells[i] ?? '') !== '')) + 1;
  const columns = Math.min(width, header.length);
  if (columns > mostColumns) return fault('too-many-columns', raw[0]!.line);
  if (columns < 2) return fault('one-column', raw[0]!.line);
  return {
    table: {
      delimiter,
      decimal: decimalOf(data.flatMap(({ cells }) => cells)),
      header: uniqueNames(header.slice(0, columns)),
      title,
      rows: data.map(({ line, cells }) => ({
        line,
        cells: Array.from({ length: columns }, (_, i) => cells[i] ?? ''),
        beyond: cells.slice(columns).filter(cell => cell !== ''),
      })),
      skippedLines,
    },
    fault: null,
  };
}

const isDelimiter = (text: string | undefined): text is Delimiter =>
  text === ';' || text === ',' || text === '\t';

/** Lines of a text, except that a line break within quotes ends none. */
function recordsOf(text: string): { found: { line: number; text: string }[]; openQuote: number | null } {
  const found: { line: number; text: string }[] = [];
  let open: { line: number; text: string } | null = null;
  for (const [i, one] of text.split(/\r\n|\n|\r/).entries()) {
    open = open === null ? { line: i + 1, text: one } : { line: open.line, text: `${open.text}\n${one}` };
    if ((open.text.match(/"/g)?.length ?? 0) % 2 === 1) continue;
    found.push(open);
    open = null;
  }
  // What stands behind the last line end is no line.
  if (found.at(-1)?.text === '') found.pop();
  return { found, openQuote: open?.line ?? null };
}

/** The one that divides most lines into as many cells as it divides the others. */
function guessDelimiter(lines: readonly string[]): Delimiter {
  const sample = lines.slice(0, 200).map(line => line.replaceAll(/"(?:[^"]|"")*"/g, ''));
  const scored = ([';', '\t', ','] as const).map(delimiter => {
    const counts = sample.map(line => line.split(delimiter).length - 1).filter(n => n > 0);
    const byCount = [...Map.groupBy(counts, n => n).values()].map(group => group.length);
    return { delimiter, alike: Math.max(0, ...byCount), cells: Math.max(0, ...counts) };
  });
  // A decimal comma is in many lines too, but in the header it is not, nor as evenly.
  return scored.toSorted((a, b) => b.alike - a.alike || b.cells - a.cells)[0]!.delimiter;
}

/** Cells of a line; within quotes a delimiter is text and two quotes are one. */
function cellsOf(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter);
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i += 1) {
    const letter = line[i]!;
    if (letter === '"' && quoted && line[i + 1] === '"') {
      cell += '"';
      i += 1;
    } else if (letter === '"') quoted = !quoted;
    else if (letter === delimiter && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += letter;
  }
  return [...cells, cell];
}

const isFull = (cell: string): boolean => cell !== '';

/** A figure without a unit, or what stands in the place of one. */
function isValue(cell: string): boolean {
  const read = readCell(cell, null);
  if (read.kind === 'number') return read.unit === null;
  return read.kind !== 'text' && read.kind !== 'missing';
}

/**
 * The lines above the first measurement as one header; merged cells count for all columns they span. A line with one cell
 * is a title. The first other line is a header if it holds a word; more belong to it as long as they hold no figure.
 */
function headerOf(raw: readonly RawLine[]): { header: string[]; title: string | null; first: number } {
  const width = raw.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const top = raw.slice(0, mostHeaderLines + 1);
  const isTitle = ({ cells }: RawLine) => cells.filter(isFull).length === 1;
  const titles = top.slice(
    0,
    top.findIndex(line => !isTitle(line)),
  );
  const below = top.slice(titles.length);
  const hasWord = (below[0]?.cells ?? []).filter(isFull).some(cell => !isValue(cell));
  const isRow = ({ cells }: RawLine, i: number) =>
    i > 0 && cells.filter(isFull).some(isValue) && !namesBelowMerged(below, i);
  const end = hasWord ? below.findIndex(isRow) : 0;
  const named = below.slice(0, end === -1 ? 1 : end);
  const title = titles.flatMap(({ cells }) => cells.filter(isFull)).join(' ');
  const first = titles.length + named.length;
  const lines = named.map(({ cells }, i) => (i === named.length - 1 ? cells : spread(cells, width)));
  const header = Array.from({ length: width }, (_, i) => {
    if (named.length === 0) return `${i + 1}`;
    // A merged cell ends where no column below it has a name.
    const isNamed = named.some(({ cells }) => (cells[i] ?? '') !== '');
    return isNamed ? [...new Set(lines.map(cells => cells[i] ?? '').filter(isFull))].join(' ') : '';
  });
  return { header: withoutLastEmpty(header, raw.slice(first)), title: title === '' ? null : title, first };
}

/** Whether a line names a column that has no name above it and figures below it: the second line of a merged header. */
function namesBelowMerged(lines: readonly RawLine[], at: number): boolean {
  const [line, next] = [lines[at], lines[at + 1]];
  return (line?.cells ?? []).some(
    (cell, column) =>
      isFull(cell) &&
      !isValue(cell) &&
      lines.slice(0, at).every(({ cells }) => !isFull(cells[column] ?? '')) &&
      isValue(next?.cells[column] ?? ''),
  );
}

/** A merged cell stands in the first of its columns. */
function spread(cells: readonly string[], width: number): string[] {
  let before = '';
  return Array.from({ length: width }, (_, i) => {
    before = (cells[i] ?? '') === '' ? before : cells[i]!;
    return before;
  });
}

/** Columns at the end without a name and without a value are what a spreadsheet adds by itself. */
function withoutLastEmpty(header: readonly string[], data: readonly RawLine[]): string[] {
  const used = (i: number) =>
    header[i] !== '' || data.filter(({ cells }) => (cells[i] ?? '') !== '').length * 2 > data.length;
  let width = header.length;
  while (width > 0 && !used(width - 1)) width -= 1;
  return header.slice(0, width);
}

function uniqueNames(header: readonly string[]): string[] {
  const taken = new Set<string>();
  return header.map((name, i) => {
    const wanted = name === '' ? `${i + 1}` : name;
    let unique = wanted;
    for (let n = 2; taken.has(unique); n += 1) unique = `${wanted} (${n})`;
    taken.add(unique);
    return unique;
  });
}
