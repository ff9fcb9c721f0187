import type { BatchRecord } from '../../models/contracts/record.ts';
import { msPerHour } from '../../models/units.ts';
import { colours, type StatusColours, statusColours } from './pdf/pdfColours.ts';
import { contentWidth, margin } from './pdf/pdfFlow.ts';
import { type PdfPage, type TextStyle, widthOf, wrap } from './pdf/pdfPage.ts';
import { timeTicks } from './pdf/timeTicks.ts';
import type { RecordFormat } from './recordFormat.ts';
import type { RecordWords } from './recordWords.ts';

export const lifePanelHeight = 112;

/** How long the batch keeps: the lower end large, its clock, the bar, the interval with the storage it is for. */
export function drawLifePanel(
  page: PdfPage,
  y: number,
  record: BatchRecord,
  words: RecordWords,
  format: RecordFormat,
): void {
  const { estimate, until } = record;
  const { remainingH, keepsUntil, status } = estimate;
  const palette = statusColours[status];
  page.rect(margin, y, contentWidth, lifePanelHeight, { stroke: colours.line, radius: 9 });
  const x = margin + 14;
  drawStatus(page, x, y + 20, words.status[status], status, palette);
  const end = endOf(record.batch, words, format);
  if (end !== null)
    page.text(margin + contentWidth - 14, y + 20, end, { size: 8.5, weight: 'bold', align: 'right' });
  page.text(x, y + 38, headlineOf(estimate, words), { size: 9, colour: colours.ink2 });
  const figure = status === 'unknown' ? '?' : format.life(remainingH.p05);
  page.text(x, y + 70, figure, { size: 30, weight: 'bold' });
  if (remainingH.p05 > 0 && status !== 'unknown')
    page.text(x, y + 88, `${words.until(format.until(keepsUntil.p05, until))} ${format.zone}`, {
      ...{ size: 10, weight: 'bold' },
    });
  const barX = margin + 206;
  const width = contentWidth - 206 - 14;
  drawLifeBar(page, { x: barX, y: y + 42, width }, record, palette, format);
  const at = format.temperature(estimate.futureTemperatureC);
  const interval = words.interval(format.life(remainingH.p05), format.life(remainingH.p95), at);
  const note = `${remainingH.p95 <= 0 ? '' : `${interval} `}${words.limitedBy(words.limits[estimate.limitedBy])}`;
  const style: TextStyle = { size: 8.5, colour: colours.ink2 };
  for (const [i, line] of wrap(note, width, style).entries()) page.text(barX, y + 84 + i * 11, line, style);
}

function headlineOf({ remainingH, status }: BatchRecord['estimate'], words: RecordWords): string {
  if (status === 'unknown') return words.unknown;
  if (remainingH.median <= 0) return words.pastLimit;
  return remainingH.p05 <= 0 ? words.mayBePast : words.keepsAtLeast;
}

function endOf(batch: BatchRecord['batch'], words: RecordWords, format: RecordFormat): string | null {
  const { discardedAt, discardReason, soldOutAt, dividedAt } = batch;
  if (discardedAt !== null && discardReason !== null)
    return words.discarded(format.instant(discardedAt), words.discardReason[discardReason]);
  if (soldOutAt !== null) return words.soldOut(format.instant(soldOutAt));
  return dividedAt === null ? null : words.divided(format.instant(dividedAt));
}

/** A shape for each status: colour is never alone. */
function drawStatus(
  page: PdfPage,
  x: number,
  y: number,
  word: string,
  status: BatchRecord['estimate']['status'],
  { text, fill }: StatusColours,
): void {
  const [cx, cy] = [x + 6, y - 3.6];
  const white = { colour: colours.white, width: 1.3 };
  if (status === 'fresh') {
    page.circle(cx, cy, 6, { fill });
    page.polyline(
      [
        [cx - 2.8, cy + 0.2],
        [cx - 0.8, cy + 2.2],
        [cx + 3, cy - 2.2],
      ],
      white,
    );
  } else if (status === 'use-soon') {
    page.polygon(
      [
        [cx, cy - 6],
        [cx + 6.4, cy + 5.4],
        [cx - 6.4, cy + 5.4],
      ],
      { fill: text },
    );
    page.line([cx, cy - 1.8], [cx, cy + 1.4], white);
    page.circle(cx, cy + 3.6, 0.8, { fill: colours.white });
  } else if (status === 'spoilage-risk') {
    const [a, b] = [2.5, 6];
    page.polygon(
      [
        [cx - a, cy - b],
        [cx + a, cy - b],
        [cx + b, cy - a],
        [cx + b, cy + a],
        [cx + a, cy + b],
        [cx - a, cy + b],
        [cx - b, cy + a],
        [cx - b, cy - a],
      ],
      { fill },
    );
    page.line([cx - 2.3, cy - 2.3], [cx + 2.3, cy + 2.3], white);
    page.line([cx + 2.3, cy - 2.3], [cx - 2.3, cy + 2.3], white);
  } else {
    page.circle(cx, cy, 5.6, { stroke: text, width: 1.2 });
    page.text(cx, cy + 3, '?', { size: 8.5, weight: 'bold', colour: text, align: 'centre' });
  }
  page.text(x + 17, y, word, { size: 10.5, weight: 'bold', colour: text });
}

/** Solid while it is sure to keep, hatched over the interval, a dark line at the median. Now is the left edge. */
function drawLifeBar(
  page: PdfPage,
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
  record: BatchRecord,
  { fill, tint, edge }: StatusColours,
  format: RecordFormat,
): void {
  const { remainingH } = record.estimate;
  const now = Date.parse(record.until);
  const horizonH = Math.max(6, remainingH.p95 * 1.06);
  const xOf = (hours: number) => x + (width * Math.min(hours, horizonH)) / horizonH;
  const height = 11;
  page.rect(x, y, width, height, { fill: colours.sunken, radius: 3 });
  const [lo, median, hi] = [xOf(remainingH.p05), xOf(remainingH.median), xOf(remainingH.p95)];
  if (hi > lo) {
    page.clipped(lo, y, hi - lo, height, () => {
      page.rect(lo, y, hi - lo, height, { fill: tint });
      for (let at = lo - height; at < hi; at += 4.5)
        page.line([at, y + height], [at + height * 0.8, y], { colour: edge, width: 0.9 });
    });
    page.rect(lo, y, hi - lo, height, { stroke: edge, width: 0.6 });
  }
  if (lo > x) page.rect(x, y, lo - x, height, { fill, stroke: edge, width: 0.6, radius: 1.5 });
  if (remainingH.median > 0)
    page.line([median, y - 3], [median, y + height + 3], { colour: colours.ink, width: 1.3 });
  let free = x - 10;
  const style: TextStyle = { size: 7.5, colour: colours.ink2 };
  for (const { at, isMidnight } of timeTicks(now, now + horizonH * msPerHour, record.firm.timeZone, 5)) {
    const text = isMidnight ? format.day(at) : format.clock(at);
    const middle = xOf((at - now) / msPerHour);
    const half = widthOf(text, style) / 2;
    if (middle - half < Math.max(free, x) || middle + half > x + width) continue;
    page.line([middle, y + height], [middle, y + height + 3], { colour: colours.line2, width: 0.6 });
    page.text(middle, y + height + 12, text, { ...style, align: 'centre' });
    free = middle + half + 8;
  }
}
