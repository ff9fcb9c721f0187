import { colours } from './pdfColours.ts';
import type { PdfFile } from './pdfFile.ts';
import { PdfPage, type TextStyle, widthOf, wrap } from './pdfPage.ts';

export const margin = 42;
export const contentWidth = PdfPage.width - 2 * margin;
const top = 48;
const bottom = PdfPage.height - 54;

export interface Column {
  readonly title: string;
  /** Of the width; all together 1. */
  readonly share: number;
  readonly align?: 'left' | 'right';
}

export interface Cell {
  readonly text: string;
  readonly style?: TextStyle;
}

const cellStyle: TextStyle = { size: 8 };
const headStyle: TextStyle = { size: 7.5, weight: 'bold', colour: colours.ink2 };
const lineHeight = 10.4;
const cellGap = 8;
/** Between figures at the right of a column and text at the left of the next. */
const rightGap = 16;

const gapOf = ({ align }: Column): number => (align === 'right' ? rightGap : cellGap);

/** Fills page after page from top to bottom. */
export class PdfFlow {
  page: PdfPage;
  y = top;
  readonly #file: PdfFile;

  constructor(file: PdfFile) {
    this.#file = file;
    this.page = file.addPage();
  }

  /** Goes on to a new page unless so much is left of this one. @returns whether it did */
  need(height: number): boolean {
    if (this.y + height <= bottom) return false;
    this.page = this.#file.addPage();
    this.y = top;
    return true;
  }

  /** @param room  for its first lines, which never stand on another page */
  heading(text: string, room = 40): void {
    this.need(26 + room);
    this.y += this.y === top ? 12 : 22;
    this.page.text(margin, this.y, text, { size: 11, weight: 'bold' });
    this.y += 8;
  }

  paragraph(text: string, style: TextStyle = { size: 8, colour: colours.ink2 }): void {
    for (const line of wrap(text, contentWidth, style)) {
      this.need(lineHeight);
      this.y += lineHeight;
      this.page.text(margin, this.y, line, style);
    }
    this.y += 3;
  }

  /** Rows with their columns' titles, again on every page. */
  table(columns: readonly Column[], rows: readonly (readonly (string | Cell)[])[]): void {
    const widths = columns.map(column => column.share * contentWidth);
    this.#tableHead(columns, widths);
    for (const row of rows) {
      const cells = row.map((cell, i) => {
        const { text, style = cellStyle } = typeof cell === 'string' ? { text: cell } : cell;
        return {
          style: { ...cellStyle, ...style },
          lines: wrap(text, widths[i]! - gapOf(columns[i]!), { ...cellStyle, ...style }),
        };
      });
      const height = Math.max(...cells.map(({ lines }) => lines.length)) * lineHeight + 5;
      if (this.need(height)) this.#tableHead(columns, widths);
      let x = margin;
      cells.forEach(({ lines, style }, i) => {
        for (const [k, line] of lines.entries())
          this.#cell(columns[i]!, x, widths[i]!, this.y + 10 + k * lineHeight, line, style);
        x += widths[i]!;
      });
      this.y += height;
      this.#rule(colours.line);
    }
  }

  #tableHead(columns: readonly Column[], widths: readonly number[]): void {
    let x = margin;
    columns.forEach((column, i) => {
      this.#cell(column, x, widths[i]!, this.y + 10, column.title, headStyle);
      x += widths[i]!;
    });
    this.y += 15;
    this.#rule(colours.line2);
  }

  #cell(
    { align = 'left' }: Column,
    x: number,
    width: number,
    y: number,
    text: string,
    style: TextStyle,
  ): void {
    this.page.text(align === 'right' ? x + width - rightGap : x, y, text, { ...style, align });
  }

  #rule(colour: string): void {
    this.page.line([margin, this.y], [margin + contentWidth, this.y], { colour, width: 0.5 });
  }
}

/** What stands at the foot of every page, once it is known how many there are. */
export function drawFeet(
  pages: readonly PdfPage[],
  { left, centre, page }: { left: string; centre: string; page: (n: number, of: number) => string },
): void {
  const style: TextStyle = { size: 7.5, colour: colours.ink2 };
  const y = PdfPage.height - 28;
  for (const [i, one] of pages.entries()) {
    one.line([margin, y - 12], [margin + contentWidth, y - 12], { colour: colours.line, width: 0.5 });
    const number = page(i + 1, pages.length);
    const room = contentWidth - widthOf(centre, style) - 2 * widthOf(number, style) - 24;
    one.text(margin, y, shortened(left, room, style), style);
    one.text(margin + contentWidth - widthOf(number, style) - 14, y, centre, {
      ...style,
      weight: 'bold',
      align: 'right',
    });
    one.text(margin + contentWidth, y, number, { ...style, align: 'right' });
  }
}

/** As much of a text as fits. */
export function shortened(text: string, width: number, style: TextStyle): string {
  if (widthOf(text, style) <= width) return text;
  let short = text;
  while (short !== '' && widthOf(`${short}…`, style) > width) short = [...short].slice(0, -1).join('');
  return `${short}…`;
}
