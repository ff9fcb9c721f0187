import type { Format } from '../format.ts';
import type { CompareState } from './compareState.ts';
import { changeName } from './compareWords.ts';
import type { Comparison } from './comparison.ts';

const cell = (value: string | number): string =>
  /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
const hours = (value: number): string => value.toFixed(2);

/** The figures of both charts as CSV: hours, points for decimals, names in the language that is shown. */
export function comparisonCsv(
  { baseline, whatIf, rows }: Comparison,
  state: CompareState,
  format: Format,
): string {
  const { t } = format;
  const lines: (string | number)[][] = [
    ['series', 'treatment', 'temperature_c', 'life_p05_h', 'life_median_h', 'life_p95_h'],
  ];
  const add = (
    series: string,
    name: string,
    temperatureC: number,
    range: Comparison['rows'][number]['range'],
  ) => {
    const figures = range === null ? ['', '', ''] : [range.p05H, range.medianH, range.p95H].map(hours);
    lines.push([series, name, Number(temperatureC.toFixed(2)), ...figures]);
  };
  add('whatif', t('compare.yourWhatIf'), state.temperatureC, whatIf.range);
  for (const row of rows) add(row.change.id, changeName(row.change, format), state.temperatureC, row.range);
  add('baseline', t('compare.baseline'), state.temperatureC, baseline.range);
  for (const { temperatureC, range } of whatIf.curve)
    add('curve-whatif', t('compare.yourWhatIf'), temperatureC, range);
  for (const { temperatureC, range } of baseline.curve)
    add('curve-baseline', t('compare.baseline'), temperatureC, range);
  return `${lines.map(line => line.map(cell).join(',')).join('\n')}\n`;
}
