import type { RecordHour } from '../../models/contracts/record.ts';
import { msPerHour } from '../../models/units.ts';
import { localTime } from '../notify/alertFormat.ts';
import { colours } from './pdf/pdfColours.ts';
import { contentWidth, margin, type PdfFlow } from './pdf/pdfFlow.ts';
import type { TextStyle } from './pdf/pdfPage.ts';
import type { RecordFormat } from './recordFormat.ts';
import type { RecordWords } from './recordWords.ts';

const blocks = 4;
const rows = 24 / blocks;
const dayWidth = 64;
const rowHeight = 10;
const blockWidth = (contentWidth - dayWidth) / blocks;
/** Right edges of lowest, mean and highest within a block. */
const edges = [0.42, 0.62, 0.82].map(share => share * blockWidth);
const style: TextStyle = { size: 7.5 };
const quiet: TextStyle = { ...style, colour: colours.ink3 };
const dayHeight = rows * rowHeight + 7;

/** What is above the limit stands out; hours outside of the span are left empty. */
export interface HourTableSpan {
  readonly limitC: number;
  readonly timeZone: string;
  readonly from: number;
  readonly to: number;
}

/**
 * The hours of each day in four blocks of six, day under day.
 *
 * @param between  awaited after every day: so many hours are drawn that others want a turn
 */
export async function drawHourTable(
  flow: PdfFlow,
  hours: readonly RecordHour[],
  { limitC, timeZone, from, to }: HourTableSpan,
  words: RecordWords,
  format: RecordFormat,
  between: () => Promise<unknown>,
): Promise<void> {
  const local = localTime(timeZone);
  const days = Map.groupBy(hours, hour => local(Date.parse(hour.from)).midnight);
  drawHead(flow, words);
  for (const ofDay of days.values()) {
    if (flow.need(dayHeight)) drawHead(flow, words);
    const { page, y } = flow;
    page.text(margin, y + 10, format.day(ofDay[0]!.from), { size: 8, weight: 'bold' });
    const byHour = new Map(ofDay.map(hour => [local(Date.parse(hour.from)).hour, hour]));
    // Told by an hour that is there: no zone changes its clocks in a day by a whole row.
    const midnightAt = Date.parse(ofDay[0]!.from) - local(Date.parse(ofDay[0]!.from)).hour * msPerHour;
    for (let hour = 0; hour < 24; hour++) {
      const x = margin + dayWidth + Math.floor(hour / rows) * blockWidth;
      const baseline = y + 10 + (hour % rows) * rowHeight;
      const found = byHour.get(hour);
      const startsAt = midnightAt + hour * msPerHour;
      if (startsAt + msPerHour <= from || startsAt >= to) continue;
      page.text(x, baseline, `${String(hour).padStart(2, '0')}${words.clock}00`, quiet);
      const figures = found === undefined ? [null, null, null] : [found.minC, found.meanC, found.maxC];
      figures.forEach((figure, i) => {
        const isWarm = figure !== null && figure > limitC;
        const shown: TextStyle = isWarm ? { ...style, weight: 'bold', colour: colours.limit } : style;
        const text = figure === null ? '–' : format.degrees(figure);
        page.text(x + edges[i]!, baseline, text, { ...(figure === null ? quiet : shown), align: 'right' });
      });
    }
    flow.y += dayHeight;
    page.line([margin, flow.y], [margin + contentWidth, flow.y], { colour: colours.line, width: 0.5 });
    await between();
  }
}

function drawHead(flow: PdfFlow, { columns }: RecordWords): void {
  const { page, y } = flow;
  for (let block = 0; block < blocks; block++)
    [columns.min, columns.mean, columns.max].forEach((title, i) => {
      const x = margin + dayWidth + block * blockWidth + edges[i]!;
      page.text(x, y + 10, title, { size: 7.5, weight: 'bold', colour: colours.ink2, align: 'right' });
    });
  flow.y += 14;
  page.line([margin, flow.y], [margin + contentWidth, flow.y], { colour: colours.line2, width: 0.5 });
}
