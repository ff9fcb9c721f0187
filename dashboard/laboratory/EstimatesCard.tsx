import type { JSX } from 'preact';
import { type EstimateRow, estimateRows } from '../../models/laboratory/estimateRows.ts';
import type { FitReport } from '../../models/laboratory/fittedModel.ts';
import { fitVerdict } from '../../models/laboratory/fitVerdict.ts';
import { Note } from '../components/Note.tsx';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { plainSymbol, reasonText, symbolOf } from './fitWords.ts';

/** What the fit found, how sure that is, and whether the data determine it: the verdict in words. */
export function EstimatesCard({ report }: { report: FitReport }): JSX.Element {
  const rows = estimateRows(report);
  return (
    <section class="card estimates-card">
      <h2>{t('fit.estimates')}</h2>
      {rows.length > 0 && <Estimates rows={rows} />}
      <Verdict report={report} />
      {rows.length > 0 && <Wider rows={rows} report={report} />}
    </section>
  );
}

function Estimates({ rows }: { rows: readonly EstimateRow[] }): JSX.Element {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t('fit.estimates.parameter')}</th>
          <th scope="col" class="number">
            {t('fit.estimates.value')}
          </th>
          <th scope="col" class="number">
            {t('fit.estimates.interval')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={row.name}>
            <th scope="row">
              <SymbolText name={row.name} />
            </th>
            <td class="number strong">{format.value.number(row.estimate, symbolOf(row.name).digits)}</td>
            <td class="number second no-wrap">{spanText(row.wald90, row.name, format.value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SymbolText({ name }: { name: string }): JSX.Element {
  const { letter, index, unit, named } = symbolOf(name);
  return (
    <>
      <i>{letter}</i>
      {index !== undefined && <sub>{index}</sub>} <span class="unit">{named ? t(named) : unit}</span>
    </>
  );
}

function spanText(span: EstimateRow['wald90'], name: string, shown: Format): string {
  if (span === null) return '–';
  const { digits } = symbolOf(name);
  const text = (value: number | null) =>
    value === null ? t('fit.estimates.open') : shown.number(value, digits);
  const [lo, hi] = span;
  return (lo !== null && lo < 0) || (hi !== null && hi < 0) || lo === null || hi === null
    ? t('fit.estimates.to', { lo: text(lo), hi: text(hi) })
    : `${text(lo)}–${text(hi)}`;
}

function Verdict({ report }: { report: FitReport }): JSX.Element {
  const { kind, reasons } = fitVerdict(report);
  const shown = format.value;
  return (
    <div class="verdict">
      <Note status={kind === 'good' ? 'fresh' : kind === 'caution' ? 'soon' : 'risk'}>
        <span>{t(`fit.verdict.${kind}`)}</span>
        {reasons.length > 0 && (
          <ul>
            {reasons.map(reason => (
              <li key={JSON.stringify(reason)}>{reasonText(reason, shown)}</li>
            ))}
          </ul>
        )}
      </Note>
    </div>
  );
}

/** Profile and bootstrap intervals where they were asked for, and how the parameters hang together. */
function Wider({ rows, report }: { rows: readonly EstimateRow[]; report: FitReport }): JSX.Element {
  const shown = format.value;
  const hasProfile = rows.some(row => row.profile95 !== null);
  const hasBootstrap = rows.some(row => row.bootstrap95 !== null);
  const matrix = report.correlation as readonly (readonly number[])[] | null | undefined;
  return (
    <details class="wider" open={hasProfile || hasBootstrap}>
      <summary>{t('fit.estimates.correlation')}</summary>
      {(hasProfile || hasBootstrap) && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('fit.estimates.parameter')}</th>
              {hasProfile && (
                <th scope="col" class="number">
                  {t('fit.estimates.profile')}
                </th>
              )}
              {hasBootstrap && (
                <th scope="col" class="number">
                  {t('fit.estimates.bootstrap')}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map(row => (
              <tr key={row.name}>
                <th scope="row">
                  <SymbolText name={row.name} />
                </th>
                {hasProfile && <td class="number">{spanText(row.profile95, row.name, shown)}</td>}
                {hasBootstrap && <td class="number">{spanText(row.bootstrap95, row.name, shown)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {matrix && (
        <table>
          <thead>
            <tr>
              <td />
              {rows.map(row => (
                <th scope="col" class="number" key={row.name}>
                  {plainSymbol(row.name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, j) => (
              <tr key={row.name}>
                <th scope="row">{plainSymbol(row.name)}</th>
                {rows.map((other, k) => (
                  <td
                    class={`number ${j !== k && Math.abs(matrix[j]?.[k] ?? 0) > 0.95 ? 'strong' : ''}`}
                    key={other.name}
                  >
                    {k <= j ? shown.number(matrix[j]?.[k] ?? 0, 2) : ''}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}
