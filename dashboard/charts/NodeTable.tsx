import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import type { NodeRow } from './nodeChartModel.ts';

interface NodeTableProps {
  readonly rows: readonly NodeRow[];
  readonly caption: string;
  readonly format: Format;
  /** Opened by key from the chart: reading goes on here. */
  readonly takesFocus: boolean;
}

/** The temperatures of the chart as a table, newest first. */
export function NodeTable({ rows, caption, format, takesFocus }: NodeTableProps): JSX.Element {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (takesFocus) box.current?.focus({ preventScroll: true });
  }, []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
    <section class="table-box" ref={box} tabIndex={0} aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t('charts.node.column.from')}</th>
            {(
              [
                t('charts.node.column.lowest'),
                t('charts.node.column.mean'),
                t('charts.node.column.highest'),
                t('charts.node.column.count'),
              ] as const
            ).map(name => (
              <th scope="col" class="number" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.toReversed().map(row => (
            <tr key={row.from}>
              <td>
                {format.date(row.from)} {format.clock(row.from)}
              </td>
              <td class="number">{format.number(row.minC)}</td>
              <td class="number">{format.number(row.meanC)}</td>
              <td class="number">{format.number(row.maxC)}</td>
              <td class="number">{row.count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
