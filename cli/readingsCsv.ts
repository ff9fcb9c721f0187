import { type ReadingLine, readingColumns } from './readingTable.ts';

const linesPerChunk = 1_000;

/** A table of readings as CSV (RFC 4180, UTF-8), in pieces of text; times are ISO-8601 UTC, an empty cell is null. */
export async function* toReadingsCsv(lines: AsyncIterable<ReadingLine>): AsyncGenerator<string> {
  let chunk = [readingColumns.join(',')];
  for await (const line of lines) {
    chunk.push(csvLine(line));
    if (chunk.length < linesPerChunk) continue;
    yield `${chunk.join('\r\n')}\r\n`;
    chunk = [];
  }
  if (chunk.length > 0) yield `${chunk.join('\r\n')}\r\n`;
}

function csvLine(line: ReadingLine): string {
  return [
    textCell(line.nodeId),
    textCell(line.probe),
    new Date(line.measuredAt).toISOString(),
    new Date(line.receivedAt).toISOString(),
    line.timeSource,
    numberCell(line.temperatureC),
    numberCell(line.rawTemperatureC),
    numberCell(line.humidityPct),
    numberCell(line.batteryPct),
    numberCell(line.sequence),
    line.quality,
  ].join(',');
}

const numberCell = (value: number | null): string => (value === null ? '' : String(value));

/**
 * Text that a spreadsheet would take for a formula gets an apostrophe in front, which shows it as text; numbers stay
 * numbers, negative ones too. Quotes only where they are needed.
 */
export function textCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) && !isNumber(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const isNumber = (text: string): boolean => /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
