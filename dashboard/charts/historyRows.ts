import type { Format } from '../format.ts';
import type { ChartModel, Row } from './chartModel.ts';

/** One instant in words: for the reading line above the charts and for the table. */
export interface RowWords {
  readonly time: string;
  readonly temperature: string;
  readonly count: string;
  readonly remaining: string;
}

export function rowWords(row: Row, format: Format): RowWords {
  return {
    time: format.list([format.day(row.at), format.clock(row.at)]),
    temperature: row.temperatureC === null ? format.t('charts.noData') : format.temperature(row.temperatureC),
    count: countText(row, format),
    remaining: format.range(row.remainingH.lo, row.remainingH.hi),
  };
}

function countText(row: Row, format: Format): string {
  const lo = format.number(row.count.lo);
  const hi = format.number(row.count.hi);
  return lo === hi ? format.number(row.count.median) : `${lo}–${hi}`;
}

/** All rows of the charts as CSV: ISO times, a decimal point and full units, for a spreadsheet or R. */
export function historyCsv(model: ChartModel): string {
  const header = [
    'at',
    'kind',
    'temperatureC',
    'minC',
    'maxC',
    'countLog10CfuPerG_median',
    'countLog10CfuPerG_p05',
    'countLog10CfuPerG_p95',
    'remainingH_median',
    'remainingH_p05',
    'remainingH_p95',
  ];
  const lines = [...model.past, ...model.forecast].map(row =>
    [
      new Date(row.at).toISOString(),
      row.forecast ? 'forecast' : 'measured',
      row.temperatureC ?? '',
      row.minC ?? '',
      row.maxC ?? '',
      row.count.median,
      row.count.lo,
      row.count.hi,
      row.remainingH.median,
      row.remainingH.lo,
      row.remainingH.hi,
    ].join(','),
  );
  return `${[header.join(','), ...lines].join('\r\n')}\r\n`;
}
