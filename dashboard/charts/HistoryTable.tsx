import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import type { Row } from './chartModel.ts';
import { rowWords } from './historyRows.ts';

interface HistoryTableProps {
  readonly rows: readonly Row[];
  readonly format: Format;
  /** Opened by key from the charts: reading goes on here. */
  readonly takesFocus: boolean;
}

/** The three charts as one table, newest measurement last, forecast below it. */
export function HistoryTable({ rows, format, takesFocus }: HistoryTableProps): JSX.Element {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (takesFocus) box.current?.focus({ preventScroll: true });
  }, []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
    <section class="table-box" ref={box} tabIndex={0} aria-label={t('charts.tableCaption')}>
      <table>
        <caption>{t('charts.tableCaption')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('charts.column.time')}</th>
            <th scope="col" class="number">
              {t('charts.column.temperature')}
            </th>
            <th scope="col" class="number">
              {t('charts.column.count')}
            </th>
            <th scope="col" class="number">
              {t('charts.column.remaining')}
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
                  {row.forecast && <span class="muted"> ({t('charts.forecast')})</span>}
                </td>
                <td class="number">{row.temperatureC === null ? '–' : format.number(row.temperatureC)}</td>
                <td class="number">{read.count}</td>
                <td class="number no-wrap">{read.remaining}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
