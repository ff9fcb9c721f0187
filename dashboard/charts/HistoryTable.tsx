import type { JSX } from 'preact';
import type { Format } from '../format.ts';
import type { Row } from './chartModel.ts';
import { rowWords } from './historyRows.ts';

/** The three charts as one table, newest measurement last, forecast below it. */
export function HistoryTable({ rows, format }: { rows: readonly Row[]; format: Format }): JSX.Element {
  const { charts } = format.words;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
    <section class="table-box" tabIndex={0} aria-label={charts.tableCaption}>
      <table>
        <caption>{charts.tableCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{charts.columns.time}</th>
            <th scope="col" class="number">
              {charts.columns.temperature}
            </th>
            <th scope="col" class="number">
              {charts.columns.count}
            </th>
            <th scope="col" class="number">
              {charts.columns.remaining}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => {
            const read = rowWords(row, format);
            return (
              <tr key={`${row.at}${row.forecast}`} class={row.forecast ? 'forecast' : ''}>
                <td>
                  {read.time}
                  {row.forecast && <span class="muted"> ({charts.forecast})</span>}
                </td>
                <td class="number">{read.temperature}</td>
                <td class="number">{read.count}</td>
                <td class="number">{read.remaining}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
