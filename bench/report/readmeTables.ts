import { goalText, numberText, ratioText, spreadText } from './figureText.ts';
import type { BenchRow, MeasuredRow } from './measuredRow.ts';
import { machineOf, type Result } from './result.ts';

const begin = '<!-- results: written by npm run bench -->';
const end = '<!-- end of results -->';

/** Puts the results of a folder between the markers of a text, in place of what is there. */
export function withTables(text: string, results: readonly Result[]): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the text must have "${begin}" and after it "${end}"`);
  return `${text.slice(0, from)}${begin}\n\n${results.map(section).join('\n')}\n${text.slice(to)}`;
}

function section(result: Result): string {
  const { bench, measuredAt, rows } = result;
  const measured = rows.filter(row => 'unit' in row);
  const timed = rows.filter(row => 'seconds' in row);
  return [
    `### Last ${bench}`,
    '',
    `${measuredAt.slice(0, 16).replace('T', ' ')} UTC, ${machineOf(result)}${chartOf(measured, bench)}`,
    '',
    ...(measured.length > 0 ? measuredTable(measured) : []),
    ...(timed.length > 0 ? timedTable(timed) : []),
    '',
  ].join('\n');
}

const chartOf = (measured: readonly MeasuredRow[], bench: string): string =>
  measured.length > 0 ? `; [as a chart](results/${bench}.svg)` : '';

function measuredTable(rows: readonly MeasuredRow[]): string[] {
  const others = [...new Set(rows.flatMap(row => Object.keys(row.others)))];
  const hasGoals = rows.some(row => row.goals?.length);
  return table(
    ['', 'unit', 'ours', ...others, ...(hasGoals ? ['goal'] : [])],
    rows.map(row => [
      row.job,
      row.unit,
      spreadText(row.ours),
      ...others.map(who => {
        const theirs = row.others[who];
        return theirs ? `${spreadText(theirs)} ${ratioText(row, who)}`.trim() : '';
      }),
      ...(hasGoals ? [(row.goals ?? []).map(goal => goalText(row, goal)).join('<br>')] : []),
    ]),
  );
}

function timedTable(rows: readonly BenchRow[]): string[] {
  const others = [...new Set(rows.flatMap(row => Object.keys(row.comparisons)))];
  return table(
    ['', 'CPU seconds', ...others],
    rows.map(({ job, seconds, comparisons }) => [
      job,
      numberText(seconds),
      ...others.map(who => {
        const theirs = comparisons[who];
        return theirs == null ? '' : `${numberText(theirs)} ${(theirs / seconds).toPrecision(2)}×`;
      }),
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map((_, n) => (n === 0 ? '---' : '--:'))), ...rows.map(line)];
}
