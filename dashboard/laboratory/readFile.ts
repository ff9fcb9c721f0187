import { readTable, type Table, type TableFault } from '../../models/laboratory/readTable.ts';
import { writeTable } from '../../models/laboratory/writeTable.ts';

/** A file or a paste, as a table or with why it is none. */
export interface OpenedTable {
  readonly fileName: string | null;
  readonly table: Table | null;
  readonly fault: TableFault['kind'] | 'too-large' | 'not-excel' | 'old-excel' | null;
  readonly line: number | null;
  /** Sheets of a workbook, when there are several; the first with data is shown. */
  readonly sheets: readonly string[];
}

const largestFileBytes = 20 * 1024 * 1024;

export function openText(text: string, fileName: string | null): OpenedTable {
  const { table, fault } = readTable(text);
  return { fileName, table, fault: fault?.kind ?? null, line: fault?.line ?? null, sheets: [] };
}

/** Reads a file here, on this device: nothing is sent. `.xlsx` by a library that comes when it is needed. */
export async function openFile(file: File, sheet?: string): Promise<OpenedTable> {
  const failed = (fault: OpenedTable['fault']): OpenedTable => ({
    ...{ fileName: file.name, table: null, fault, line: null, sheets: [] },
  });
  if (file.size > largestFileBytes) return failed('too-large');
  if (/\.xls$/i.test(file.name)) return failed('old-excel');
  if (!/\.xls[xm]$/i.test(file.name)) return openText(await decoded(file), file.name);
  try {
    const { default: readWorkbook } = await import('read-excel-file/universal');
    const sheets = await readWorkbook(await file.arrayBuffer());
    const chosen =
      sheets.find(one => one.sheet === sheet) ?? sheets.find(one => one.data.length > 1) ?? sheets[0];
    if (chosen === undefined) return failed('empty');
    const opened = openText(textOf(chosen.data as readonly (readonly unknown[])[]), file.name);
    const names = sheets.map(one => one.sheet);
    return {
      ...opened,
      sheets: names.length > 1 ? [chosen.sheet, ...names.filter(name => name !== chosen.sheet)] : [],
    };
  } catch {
    // The library's own words are about zip files and XML: the person is told that this is no workbook.
    return failed('not-excel');
  }
}

/** Excel outside of Europe still writes UTF-16 ("Unicode text") and code pages. */
async function decoded(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const japanese = new TextDecoder('shift_jis').decode(bytes);
    return /[\u3040-\u30ff\u4e00-\u9fff]/.test(japanese) && !japanese.includes('\ufffd')
      ? japanese
      : new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Cells of a sheet as the text they would have in a file; a line break in one would move the lines below. */
function textOf(rows: readonly (readonly unknown[])[]): string {
  const cell = (value: unknown): string | number | null => {
    if (value === null || value === undefined) return null;
    if (value instanceof Date)
      return value.toISOString().slice(0, 16).replace('T', ' ').replace(' 00:00', '');
    return typeof value === 'number' ? value : String(value).replace(/\s*[\r\n]+\s*/g, ' ');
  };
  const [header = [], ...data] = rows.map(row => row.map(cell));
  return writeTable(
    header.map(name => String(name ?? '')),
    data,
    { delimiter: '\t' },
  );
}
