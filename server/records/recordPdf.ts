import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BatchRecord, RecordHour } from '../../models/contracts/record.ts';
import type { BuiltRecord } from './buildRecord.ts';
import { hoursOf } from './hoursOf.ts';
import { drawHourTable } from './hourTable.ts';
import { drawLifePanel, lifePanelHeight } from './lifePanel.ts';
import { colours } from './pdf/pdfColours.ts';
import { PdfFile } from './pdf/pdfFile.ts';
import { contentWidth, drawFeet, margin, PdfFlow } from './pdf/pdfFlow.ts';
import { type PdfPage, type TextStyle, wrap } from './pdf/pdfPage.ts';
import { createRecordFormat, type RecordFormat, type RecordLanguage } from './recordFormat.ts';
import { drawTables } from './recordTables.ts';
import type { RecordWords } from './recordWords.ts';
import { drawTemperatureChart } from './temperatureChart.ts';
import { englishRecord } from './words/english.ts';
import { indonesianRecord } from './words/indonesian.ts';

export const recordWords: Readonly<Record<RecordLanguage, RecordWords>> = {
  id: indonesianRecord,
  en: englishRecord,
};

/** More than these become days: nobody reads a hundred pages of hours. */
const mostHours = 62 * 24;
const chartHeight = 178;

/** A record on pages of A4, drawn page by page so that others have a turn; equal records give equal bytes. */
export async function recordPdf(
  { record, life }: BuiltRecord,
  language: RecordLanguage,
  options: { readonly compress?: boolean } = {},
): Promise<Buffer> {
  const words = recordWords[language];
  const { firm, batch, asOf } = record;
  const format = createRecordFormat(words, language, firm.timeZone, Date.parse(asOf));
  const title = `${words.title}: ${batch.name} (${batch.batchId})`;
  const meta = { title, author: firm.name, subject: batch.productName, language };
  const file = new PdfFile({ ...meta, createdAt: Date.parse(asOf) }, options);
  const flow = new PdfFlow(file);
  drawHead(flow, record, words, format);
  drawLifePanel(flow.page, flow.y, record, words, format);
  flow.y += lifePanelHeight + 10;
  drawFacts(flow, record, words, format);
  drawTiles(flow, record, words, format);
  await nextTurn();
  drawChart(flow, { record, life }, words, format);
  await nextTurn();
  await drawTables(flow, record, words, format, nextTurn);
  await drawHours(flow, { record, life }, words, format);
  if (!file.pages.every(page => page.complete)) flow.paragraph(words.cannotBeDrawn);
  const left = `${firm.name} · ${batch.batchId} · ${format.zone}`;
  drawFeet(file.pages, { left, centre: words.caution, page: words.page });
  await nextTurn();
  return file.bytes();
}

function drawHead(flow: PdfFlow, record: BatchRecord, words: RecordWords, format: RecordFormat): void {
  const { page } = flow;
  drawLogo(page, margin, 32);
  page.text(margin + 27, 46, 'Tahan', { size: 11, weight: 'bold' });
  page.text(margin + contentWidth, 46, `${words.dataUntil(format.instant(record.asOf))} ${format.zone}`, {
    ...{ size: 8.5, colour: colours.ink2, align: 'right' },
  });
  page.text(margin, 74, `${words.title} · ${record.firm.name}`, { size: 9.5, colour: colours.ink2 });
  let y = 94;
  for (const line of wrap(record.batch.name, contentWidth, { size: 19, weight: 'bold' }).slice(0, 2)) {
    page.text(margin, y, line, { size: 19, weight: 'bold' });
    y += 21;
  }
  flow.y = y - 9;
}

function drawLogo(page: PdfPage, x: number, y: number): void {
  page.rect(x, y, 21, 16, { fill: colours.turmeric, radius: 3.2 });
  page.rect(x, y, 21, 6, { fill: colours.turmericLight, radius: 3.2 });
  page.line([x + 5, y + 11.5], [x + 12, y + 11.5], { colour: '4A3200', width: 1.8 });
  page.line([x + 15, y + 11.5], [x + 16.5, y + 11.5], { colour: 'B98500', width: 1.8 });
}

type Fact = readonly [label: string, value: string | null];

function drawFacts(flow: PdfFlow, record: BatchRecord, words: RecordWords, format: RecordFormat): void {
  const { batch, firm } = record;
  const { quantity, storage, parents } = batch;
  const { fields } = words;
  const ofBatch: Fact[] = [
    [fields.batchId!, batch.batchId],
    [fields.productName!, batch.productName],
    [fields.producedAt!, format.instant(batch.producedAt)],
    [
      fields.quantity!,
      quantity &&
        `${format.number(quantity.amount, Number.isInteger(quantity.amount) ? 0 : 1)} ${quantity.unit}`,
    ],
    [fields.treatment!, words.treatment[batch.treatment]],
    [fields.storage!, storage && words.storage[storage]],
    [fields.gtin!, batch.gtin],
    [fields.parent!, parents.length === 0 ? null : parents.map(p => p.batchId).join(', ')],
  ];
  const ofFirm: Fact[] = [
    [fields.name!, firm.name],
    [fields.address!, firm.address],
    [fields.halalNumber!, firm.halalNumber],
    [fields.pirtNumber!, firm.pirtNumber],
    [fields.gln!, firm.gln],
  ];
  const width = (contentWidth - 10) / 2;
  const heights = [ofBatch, ofFirm].map(facts => cardHeight(facts, width));
  const height = Math.max(...heights);
  drawCard(flow.page, margin, flow.y, width, height, words.sections.batch, ofBatch);
  drawCard(flow.page, margin + width + 10, flow.y, width, height, words.sections.firm, ofFirm);
  flow.y += height + 10;
}

const labelWidth = 78;
const factStyle: TextStyle = { size: 8.5 };
const factLine = 11;

const linesOf = (value: string, width: number): string[] =>
  wrap(value.replaceAll('\n', ', '), width - 28 - labelWidth, factStyle).slice(0, 4);

function cardHeight(facts: readonly Fact[], width: number): number {
  const lines = facts.map(([, value]) => (value === null ? 0 : linesOf(value, width).length));
  return 32 + lines.reduce((sum, n) => sum + n * factLine + (n > 0 ? 3 : 0), 0);
}

function drawCard(
  page: PdfPage,
  x: number,
  y: number,
  width: number,
  height: number,
  title: string,
  facts: readonly Fact[],
): void {
  page.rect(x, y, width, height, { stroke: colours.line, radius: 9 });
  page.text(x + 14, y + 18, title, { size: 9, weight: 'bold' });
  let at = y + 33;
  for (const [label, value] of facts) {
    if (value === null) continue;
    page.text(x + 14, at, label, { ...factStyle, colour: colours.ink2 });
    for (const line of linesOf(value, width)) {
      page.text(x + width - 14, at, line, { ...factStyle, align: 'right' });
      at += factLine;
    }
    at += 3;
  }
}

function drawTiles(flow: PdfFlow, record: BatchRecord, words: RecordWords, format: RecordFormat): void {
  const { summary, excursions } = record;
  const { tiles } = words;
  const degrees = (c: number | null) => (c === null ? '–' : format.temperature(c));
  const longestH = Math.max(0, ...excursions.map(e => e.durationH));
  const limit = format.level(summary.outOfRangeAboveC);
  const shown = [
    [
      tiles.range,
      summary.minC === null ? '–' : `${format.degrees(summary.minC)} – ${degrees(summary.maxC)}`,
      summary.meanC === null ? '' : tiles.mean(degrees(summary.meanC)),
    ],
    [
      tiles.mkt,
      degrees(summary.meanKineticTemperatureC),
      tiles.mktNote(format.number(summary.activationEnergyKJPerMol, 3)),
    ],
    [
      tiles.above(limit),
      summary.measuredH > 0 ? format.duration(summary.timeOutOfRangeH) : '–',
      longestH > 0 ? tiles.worstExcursion(format.duration(longestH)) : '',
    ],
    [tiles.measured, format.percent(summary.measuredShare), tiles.gaps(format.duration(summary.gapH))],
  ] as const;
  const width = (contentWidth - 30) / 4;
  for (const [i, [title, figure, note]] of shown.entries()) {
    const x = margin + i * (width + 10);
    flow.page.rect(x, flow.y, width, 54, { stroke: colours.line, radius: 9 });
    flow.page.text(x + 10, flow.y + 15, title, { size: 7.5, colour: colours.ink2 });
    flow.page.text(x + 10, flow.y + 33, figure, { size: 13, weight: 'bold' });
    flow.page.text(x + 10, flow.y + 46, note, { size: 7.5, colour: colours.ink2 });
  }
  flow.y += 64;
}

function drawChart(
  flow: PdfFlow,
  { record, life }: BuiltRecord,
  words: RecordWords,
  format: RecordFormat,
): void {
  const { estimate, firm, position } = record;
  flow.need(chartHeight + 36);
  const { page } = flow;
  page.rect(margin, flow.y, contentWidth, chartHeight + 34, { stroke: colours.line, radius: 9 });
  page.text(margin + 14, flow.y + 18, words.axisUnit, { size: 9, weight: 'bold' });
  const { lastTemperatureC, lastReadingAt } = estimate;
  if (lastTemperatureC !== null && lastReadingAt !== null) {
    const last = `${format.temperature(lastTemperatureC)}, ${format.moment(lastReadingAt)} ${format.zone}`;
    page.text(margin + contentWidth - 14, flow.y + 18, last, {
      ...{ size: 9, weight: 'bold', colour: colours.temperature, align: 'right' },
    });
  } else
    page.text(margin + contentWidth - 14, flow.y + 18, words.noSensor, {
      size: 8.5,
      colour: colours.ink2,
      align: 'right',
    });
  const box = { x: margin + 10, y: flow.y + 28, width: contentWidth - 24, height: chartHeight };
  const data = {
    ...{ measured: life.measured, gaps: record.gaps, excursions: record.excursions },
    ...{ from: life.track.producedAt, to: Date.parse(record.until) },
    ...{ limitC: record.summary.outOfRangeAboveC, timeZone: firm.timeZone },
  };
  drawTemperatureChart(page, box, data, words, format);
  flow.y += chartHeight + 36;
  if (estimate.warmestPosition !== undefined) flow.paragraph(words.warmestOf(position));
}

async function drawHours(
  flow: PdfFlow,
  { record, life }: BuiltRecord,
  words: RecordWords,
  format: RecordFormat,
): Promise<void> {
  const { hours, summary, firm } = record;
  if (hours.length === 0) return;
  flow.heading(words.sections.hours, 110);
  const { timeZone } = firm;
  if (hours.length <= mostHours) {
    const limitC = summary.outOfRangeAboveC;
    const span = { from: life.track.producedAt, to: Date.parse(record.until) };
    await drawHourTable(flow, hours, { limitC, timeZone, ...span }, words, format, nextTurn);
    return;
  }
  flow.paragraph(words.thinned(`24 ${words.hour}`));
  const { columns } = words;
  const row = ({ from, minC, meanC, maxC }: RecordHour) => [
    format.day(from),
    ...[minC, meanC, maxC].map(format.degrees),
  ];
  const right = { share: 0.2, align: 'right' } as const;
  flow.table(
    [
      { title: columns.when, share: 0.4 },
      { title: columns.min, ...right },
      { title: columns.mean, ...right },
      { title: columns.max, ...right },
    ],
    (await hoursOf(life.measured, timeZone, 24)).map(row),
  );
}
