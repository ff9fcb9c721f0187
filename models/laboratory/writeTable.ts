import type { Decimal, Delimiter } from './readTable.ts';

export interface TableStyle {
  readonly delimiter?: Delimiter;
  readonly decimal?: Decimal;
  readonly lineEnd?: '\n' | '\r\n';
  /** What Excel needs to read it as UTF-8, and by this delimiter. */
  readonly byteOrderMark?: boolean;
  readonly sepLine?: boolean;
}

/** A table as text; null is an empty cell. What `readTable` reads back to the same header and cells. */
export function writeTable(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  style: TableStyle = {},
): string {
  const { delimiter = ',', decimal = '.', lineEnd = '\n', byteOrderMark = false, sepLine = false } = style;
  const cell = (value: string | number | null): string => {
    const text =
      value === null ? '' : typeof value === 'number' ? String(value).replace('.', decimal) : value;
    const isPlain =
      !text.includes('"') && !text.includes(delimiter) && !/[\r\n]/.test(text) && !text.startsWith('#');
    return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
  };
  const lines = [header, ...rows].map(row => row.map(cell).join(delimiter));
  return `${byteOrderMark ? '\uFEFF' : ''}${sepLine ? `sep=${delimiter}${lineEnd}` : ''}${lines.join(lineEnd)}${lineEnd}`;
}
