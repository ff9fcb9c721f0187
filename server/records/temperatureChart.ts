import type { Segment } from '../../models/temperatureHistory.ts';
import { msPerHour } from '../../models/units.ts';
import { colours } from './pdf/pdfColours.ts';
import { type PdfPage, type Point, type TextStyle, widthOf } from './pdf/pdfPage.ts';
import { timeTicks } from './pdf/timeTicks.ts';
import type { RecordFormat } from './recordFormat.ts';
import type { RecordWords } from './recordWords.ts';

export interface ChartData {
  readonly measured: readonly Segment[];
  readonly gaps: readonly { readonly from: string; readonly to: string }[];
  readonly excursions: readonly {
    readonly from: string;
    readonly to: string | null;
    readonly peakC: number;
  }[];
  readonly from: number;
  readonly to: number;
  readonly limitC: number;
  readonly timeZone: string;
}

export interface ChartBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const axisStyle: TextStyle = { size: 7.5, colour: colours.ink2 };
const left = 24;
const foot = 16;

/** Temperature over time: the line of what was measured, the limit, what was above it, and grey where nobody knows. */
export function drawTemperatureChart(
  page: PdfPage,
  box: ChartBox,
  data: ChartData,
  words: RecordWords,
  format: RecordFormat,
): void {
  const plot = { x: box.x + left, y: box.y, width: box.width - left, height: box.height - foot };
  const to = Math.max(data.to, data.from + 60_000);
  const levels = levelsOf(data);
  const [lowC, highC] = [levels[0]!, levels.at(-1)!];
  const xOf = (at: number) => plot.x + (plot.width * (at - data.from)) / (to - data.from);
  const yOf = (c: number) => plot.y + plot.height * (1 - (c - lowC) / (highC - lowC));
  const bottom = plot.y + plot.height;
  const isLong = to - data.from > 10 * 24 * msPerHour;
  const band = (from: number, until: number, fill: string) => {
    const width = Math.max(0.6, xOf(until) - xOf(from));
    page.rect(xOf(from), plot.y, width, plot.height, { fill });
  };
  if (data.limitC < highC)
    page.rect(plot.x, yOf(data.limitC), plot.width, bottom - yOf(data.limitC), { fill: colours.cold });
  for (const { from, to: until } of data.excursions)
    band(Date.parse(from), until === null ? to : Date.parse(until), colours.tooWarm);
  for (const gap of data.gaps) band(Date.parse(gap.from), Date.parse(gap.to), colours.gap);
  for (const level of levels) {
    page.line([plot.x, yOf(level)], [plot.x + plot.width, yOf(level)], { colour: colours.line, width: 0.5 });
    page.text(plot.x - 5, yOf(level) + 2.6, format.number(level, 0), { ...axisStyle, align: 'right' });
  }
  drawTimeAxis(page, { ...plot, bottom }, xOf, { from: data.from, to, timeZone: data.timeZone }, format);
  page.clipped(plot.x, plot.y - 1, plot.width + 1, plot.height + 2, () => {
    for (const run of runsOf(data.measured, at => Math.floor((xOf(at) - plot.x) * 2)))
      page.polyline(
        run.map(({ at, c }): Point => [xOf(at), yOf(c)]),
        { colour: colours.temperature, width: isLong ? 0.6 : 1.1 },
      );
  });
  if (data.limitC <= highC) {
    const y = yOf(data.limitC);
    page.line([plot.x, y], [plot.x + plot.width, y], { colour: colours.limit, width: 0.8, dash: [3, 2] });
    label(page, plot.x + plot.width - 3, y - 3.5, words.limitLine(format.level(data.limitC)), {
      ...{ size: 7.5, weight: 'bold', colour: colours.limit, align: 'right' },
    });
  }
  drawGapLabel(page, data, xOf, plot, words.noData);
  drawPeak(page, data, xOf, yOf, plot, format);
}

interface Plot extends ChartBox {
  readonly bottom: number;
}

function drawTimeAxis(
  page: PdfPage,
  plot: Plot,
  xOf: (at: number) => number,
  { from, to, timeZone }: { readonly from: number; readonly to: number; readonly timeZone: string },
  format: RecordFormat,
): void {
  for (const { at, isMidnight } of timeTicks(from, to, timeZone, 9)) {
    const x = xOf(at);
    page.line([x, plot.y], [x, plot.bottom + (isMidnight ? 3 : 0)], {
      ...{ colour: isMidnight ? colours.line2 : colours.line, width: 0.5 },
    });
    const text = isMidnight ? format.day(at) : format.clock(at);
    const style: TextStyle = { ...axisStyle, weight: isMidnight ? 'bold' : 'regular' };
    const half = widthOf(text, style) / 2;
    const middle = Math.min(plot.x + plot.width - half, Math.max(plot.x + half, x));
    page.text(middle, plot.bottom + 12, text, { ...style, align: 'centre' });
  }
  page.line([plot.x, plot.bottom], [plot.x + plot.width, plot.bottom], { colour: colours.line2, width: 0.8 });
}

/** From 0 (or lower) to above the warmest and the limit; a limit far above all of it is left out. */
function levelsOf({ measured, limitC }: ChartData): number[] {
  let [lowC, highC] = [0, 10];
  for (const { fromC, toC } of measured) {
    lowC = Math.min(lowC, fromC, toC);
    highC = Math.max(highC, fromC, toC);
  }
  highC = Math.max(highC + 1, limitC + 1);
  const step = [2, 4, 5, 8, 10, 20, 40].find(s => (highC - lowC) / s <= 5) ?? 40;
  const first = Math.floor(lowC / step);
  const last = Math.ceil(highC / step);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

interface ChartPoint {
  readonly at: number;
  readonly c: number;
}

/** Lines without a gap; of one column of the print its first, lowest, highest and last point. */
function runsOf(measured: readonly Segment[], columnOf: (at: number) => number): ChartPoint[][] {
  const runs: ChartPoint[][] = [];
  let last: Segment | undefined;
  for (const segment of measured) {
    if (last === undefined || last.to !== segment.from) runs.push([{ at: segment.from, c: segment.fromC }]);
    runs.at(-1)!.push({ at: segment.to, c: segment.toC });
    last = segment;
  }
  return runs.map(run => thinned(run, columnOf));
}

function thinned(run: readonly ChartPoint[], columnOf: (at: number) => number): ChartPoint[] {
  const kept: ChartPoint[] = [];
  let column: ChartPoint[] = [];
  const flush = () => {
    if (column.length <= 4) kept.push(...column);
    else {
      const byC = (pick: (a: number, b: number) => boolean) =>
        column.reduce((best, point) => (pick(point.c, best.c) ? point : best));
      const four = [column[0]!, byC((a, b) => a < b), byC((a, b) => a > b), column.at(-1)!];
      kept.push(...[...new Set(four)].sort((a, b) => a.at - b.at));
    }
    column = [];
  };
  for (const point of run) {
    if (column.length > 0 && columnOf(point.at) !== columnOf(column[0]!.at)) flush();
    column.push(point);
  }
  flush();
  return kept;
}

function drawGapLabel(
  page: PdfPage,
  { gaps }: ChartData,
  xOf: (at: number) => number,
  plot: ChartBox,
  text: string,
): void {
  const style: TextStyle = { size: 7.5, colour: colours.ink3 };
  for (const { from, to } of gaps) {
    const [start, end] = [xOf(Date.parse(from)), xOf(Date.parse(to))];
    if (end - start > widthOf(text, style) + 6)
      page.text((start + end) / 2, plot.y + 10, text, { ...style, align: 'centre' });
  }
}

/** The highest of all excursions, beside its top. */
function drawPeak(
  page: PdfPage,
  { excursions, measured }: ChartData,
  xOf: (at: number) => number,
  yOf: (c: number) => number,
  plot: ChartBox,
  format: RecordFormat,
): void {
  if (excursions.length === 0) return;
  const peakC = Math.max(...excursions.map(e => e.peakC));
  const segment = measured.find(s => s.fromC === peakC || s.toC === peakC);
  if (segment === undefined) return;
  const x = xOf(segment.fromC === peakC ? segment.from : segment.to);
  const text = format.temperature(peakC);
  const style: TextStyle = { size: 8.5, weight: 'bold', colour: colours.limit };
  const toLeft = x + widthOf(text, style) + 8 > plot.x + plot.width;
  const y = Math.max(plot.y + 8, yOf(peakC) + 3);
  page.circle(x, yOf(peakC), 1.8, { fill: colours.limit });
  label(page, toLeft ? x - 5 : x + 5, y, text, { ...style, align: toLeft ? 'right' : 'left' });
}

/** Text on a white ground, so that a line behind it does not cross it out. */
function label(page: PdfPage, x: number, y: number, text: string, style: TextStyle): void {
  const width = widthOf(text, style);
  const start = style.align === 'right' ? x - width : x;
  const size = style.size ?? 8;
  page.rect(start - 1.5, y - size + 0.5, width + 3, size + 1.5, { fill: colours.white, radius: 1.5 });
  page.text(x, y, text, style);
}
