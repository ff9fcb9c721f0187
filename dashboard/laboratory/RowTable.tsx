import type { JSX } from 'preact';
import type { ExperimentRow } from '../../models/contracts/experiment.ts';
import type { Residual } from '../../models/laboratory/residualPatterns.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';

interface RowTableProps {
  readonly rows: readonly ExperimentRow[];
  readonly residuals: readonly Residual[];
  /** Of shelf lives: hours instead of counts, and what the model says in hours too. */
  readonly isLife: boolean;
  onPick(row: ExperimentRow): void;
}

/** More than anybody reads; the CSV holds all. */
const mostRows = 500;

/** The points of all panels as a table; each row can be left out or brought back from here too. */
export function RowTable({ rows, residuals, isLife, onPick }: RowTableProps): JSX.Element {
  const fitted = new Map(residuals.map(one => [one.row.row, one]));
  const { number } = format.value;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
    <section class="table-box" tabIndex={0} aria-label={t('fit.table')}>
      <table>
        <caption>{t('fit.table')}</caption>
        <thead>
          <tr>
            <th scope="col" class="number">
              {t('fit.table.row')}
            </th>
            <th scope="col">{t('fit.table.series')}</th>
            {[
              ...(isLife ? [t('fit.table.life')] : [t('fit.table.time'), t('fit.table.value')]),
              t('fit.table.fitted'),
              t('fit.table.residual'),
            ].map(name => (
              <th scope="col" class="number" key={name}>
                {name}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, mostRows).map(row => {
            const own = fitted.get(row.row);
            return (
              <tr key={row.row} class={row.excluded === null ? '' : 'excluded'}>
                <td class="number">{row.row}</td>
                <td>
                  {row.series}
                  {row.excluded !== null && <span class="muted small"> × {row.excluded}</span>}
                </td>
                {!isLife && <td class="number">{number(row.timeH, row.timeH % 1 === 0 ? 0 : 1)}</td>}
                <td class="number">{valueText(row, number)}</td>
                <td class="number">
                  {own === undefined
                    ? '–'
                    : isLife
                      ? number(Math.exp(-own.fitted), 0)
                      : number(own.fitted, 2)}
                </td>
                <td class="number">{own === undefined ? '–' : number(own.residual, 2)}</td>
                <td class="number">
                  <button
                    type="button"
                    class="button compact"
                    aria-label={t('fit.table.pickRow', { row: row.row })}
                    onClick={() => onPick(row)}
                  >
                    {t('fit.table.pick')}
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

export function valueText(row: ExperimentRow, number: (value: number, digits?: number) => string): string {
  if (row.log10CfuPerG !== null) return number(row.log10CfuPerG, 2);
  if (row.belowLog10 !== null) return t('fit.point.below', { value: number(row.belowLog10, 2) });
  if (row.aboveLog10 !== null) return t('fit.point.above', { value: number(row.aboveLog10, 2) });
  if (row.shelfLifeH !== null) return number(row.shelfLifeH, 0);
  return t('fit.point.above', { value: number(row.shelfLifeAboveH ?? 0, 0) });
}
