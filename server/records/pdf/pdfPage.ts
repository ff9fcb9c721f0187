import { textWidth, type Weight } from './helvetica.ts';
import { encodeWinAnsi } from './winAnsi.ts';

/** "1F66B0" */
export type Colour = string;

export interface TextStyle {
  readonly size?: number;
  readonly weight?: Weight;
  readonly colour?: Colour;
  /** Where `x` is of the text; default: at its left end. */
  readonly align?: 'left' | 'centre' | 'right';
}

export interface LineStyle {
  readonly colour: Colour;
  readonly width?: number;
  readonly dash?: readonly number[];
}

export interface AreaStyle {
  readonly fill?: Colour;
  readonly stroke?: Colour;
  readonly width?: number;
  readonly radius?: number;
}

export type Point = readonly [x: number, y: number];

const ink = '0D1A17';
const defaultSize = 8.5;

/** One page of A4. Lengths in points, from its left upper corner; `y` of text is its baseline. */
export class PdfPage {
  static readonly width = 595.28;
  static readonly height = 841.89;

  readonly #operations: string[] = [];
  #complete = true;

  /** Whether every sign of every text could be drawn. */
  get complete(): boolean {
    return this.#complete;
  }

  text(x: number, y: number, text: string, style: TextStyle = {}): void {
    const { size = defaultSize, weight = 'regular', colour = ink, align = 'left' } = style;
    const { bytes, complete } = encodeWinAnsi(text);
    this.#complete &&= complete;
    const width = align === 'left' ? 0 : textWidth(bytes, size, weight);
    const startX = x - (align === 'right' ? width : width / 2);
    const string = [...bytes].map(escapedByte).join('');
    const font = weight === 'bold' ? '/F2' : '/F1';
    this.#add(`BT ${fillOf(colour)} ${font} ${n(size)} Tf ${n(startX)} ${up(y)} Td (${string}) Tj ET`);
  }

  line(from: Point, to: Point, style: LineStyle): void {
    this.polyline([from, to], style);
  }

  polyline(points: readonly Point[], { colour, width = 1, dash = [] }: LineStyle): void {
    if (points.length < 2) return;
    const path = pathOf(points);
    this.#add(`q ${strokeOf(colour)} ${n(width)} w 1 j 1 J [${dash.map(n).join(' ')}] 0 d ${path} S Q`);
  }

  polygon(points: readonly Point[], style: AreaStyle): void {
    this.#area(`${pathOf(points)} h`, style);
  }

  rect(x: number, y: number, width: number, height: number, style: AreaStyle): void {
    const { radius = 0 } = style;
    this.#area(radius === 0 ? rectOf(x, y, width, height) : roundedRect(x, y, width, height, radius), style);
  }

  circle(x: number, y: number, radius: number, style: AreaStyle): void {
    this.#area(roundedRect(x - radius, y - radius, 2 * radius, 2 * radius, radius), style);
  }

  /** Draws inside of a rectangle only. */
  clipped(x: number, y: number, width: number, height: number, draw: () => void): void {
    this.#add(`q ${rectOf(x, y, width, height)} W n`);
    draw();
    this.#add('Q');
  }

  content(): Buffer {
    return Buffer.from(`${this.#operations.join('\n')}\n`, 'latin1');
  }

  #area(path: string, { fill, stroke, width = 1 }: AreaStyle): void {
    const paint = fill === undefined ? 'S' : stroke === undefined ? 'f' : 'B';
    const fillColour = fill === undefined ? '' : `${fillOf(fill)} `;
    const strokeColour = stroke === undefined ? '' : `${strokeOf(stroke)} ${n(width)} w `;
    this.#add(`q ${fillColour}${strokeColour}${path} ${paint} Q`);
  }

  #add(operation: string): void {
    this.#operations.push(operation);
  }
}

/** Width of a line of text, in points. */
export function widthOf(text: string, { size = defaultSize, weight = 'regular' }: TextStyle = {}): number {
  return textWidth(encodeWinAnsi(text).bytes, size, weight);
}

/** Text in lines that are no wider than `width`; a word that is gets broken. */
export function wrap(text: string, width: number, style: TextStyle = {}): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ').flatMap(one => fitting(one, width, style))) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && widthOf(longer, style) > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    lines.push(line);
  }
  return lines;
}

function fitting(word: string, width: number, style: TextStyle): string[] {
  if (widthOf(word, style) <= width) return [word];
  const parts = [''];
  for (const sign of word) {
    const longer = parts.at(-1)! + sign;
    if (parts.at(-1) !== '' && widthOf(longer, style) > width) parts.push(sign);
    else parts[parts.length - 1] = longer;
  }
  return parts;
}

function escapedByte(byte: number): string {
  const sign = String.fromCharCode(byte);
  return sign === '(' || sign === ')' || sign === '\\' ? `\\${sign}` : sign;
}

const n = (value: number): string => String(Math.round(value * 100) / 100);
const up = (y: number): string => n(PdfPage.height - y);

function rgb(colour: Colour): string {
  return [0, 2, 4]
    .map(i => String(Math.round((Number.parseInt(colour.slice(i, i + 2), 16) / 255) * 1_000) / 1_000))
    .join(' ');
}
const fillOf = (colour: Colour): string => `${rgb(colour)} rg`;
const strokeOf = (colour: Colour): string => `${rgb(colour)} RG`;

function pathOf(points: readonly Point[]): string {
  return points.map(([x, y], i) => `${n(x)} ${up(y)} ${i === 0 ? 'm' : 'l'}`).join(' ');
}

const rectOf = (x: number, y: number, width: number, height: number): string =>
  `${n(x)} ${up(y + height)} ${n(width)} ${n(height)} re`;

/** How far the handles of a quarter of a circle reach. */
const handle = 0.5523;

function roundedRect(x: number, y: number, width: number, height: number, radius: number): string {
  const r = Math.min(radius, width / 2, height / 2);
  const k = r * (1 - handle);
  const [right, bottom] = [x + width, y + height];
  const curve = (...points: Point[]) => `${points.map(([px, py]) => `${n(px)} ${up(py)}`).join(' ')} c`;
  return [
    `${n(x + r)} ${up(y)} m ${n(right - r)} ${up(y)} l`,
    curve([right - k, y], [right, y + k], [right, y + r]),
    `${n(right)} ${up(bottom - r)} l`,
    curve([right, bottom - k], [right - k, bottom], [right - r, bottom]),
    `${n(x + r)} ${up(bottom)} l`,
    curve([x + k, bottom], [x, bottom - k], [x, bottom - r]),
    `${n(x)} ${up(y + r)} l`,
    curve([x, y + k], [x + k, y], [x + r, y]),
    'h',
  ].join(' ');
}
