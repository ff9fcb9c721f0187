import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import { signed } from './driftChart.ts';
import type { DriftRow } from './driftModel.ts';

interface DriftTableProps {
  readonly rows: readonly DriftRow[];
  readonly format: Format;
  /** Opened by key from the chart: reading goes on here. */
  readonly takesFocus: boolean;
}

/** The calibrations of the chart as a table, newest first. */
export function DriftTable({ rows, format, takesFocus }: DriftTableProps): JSX.Element {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (takesFocus) box.current?.focus({ preventScroll: true });
  }, []);
  const caption = t('charts.drift.caption');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
    <section class="table-box" ref={box} tabIndex={0} aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t('charts.drift.column.at')}</th>
            <th scope="col" class="number">
              {t('charts.drift.column.difference')}
            </th>
            <th scope="col" class="number">
              {t('charts.drift.column.offset')}
            </th>
            <th scope="col">{t('charts.drift.column.note')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.toReversed().map(row => (
            <tr key={row.at}>
              <td>{format.longDate(row.at)}</td>
              <td class="number">{signed(row.differenceC, format)}</td>
              <td class="number">{signed(row.offsetC, format)}</td>
              <td>{row.note ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
