import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { CalibrationView } from '../../models/contracts/parameterSetEvidence.ts';
import { now } from '../clock.ts';
import { Icon } from '../components/Icon.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { Segmented } from '../components/Segmented.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { format } from '../state.ts';
import { FailedSets } from './FailedSets.tsx';
import { parameterSetsApi } from './parameterSetsApi.ts';
import { useAnswer } from './useAnswer.ts';
import '../style/parameterSets.css';

const dayMs = 24 * 3_600_000;
const spans = ['3', '6', '12'] as const;
type Span = (typeof spans)[number];

/** Whether promises held: how much of what was seen lay within the 90 % interval, per product and month. */
export function CalibrationPage(): JSX.Element {
  const [span, setSpan] = useState<Span>('6');
  // Until the end of this hour: asked once, not at every tick of the clock.
  const to = useMemo(() => Math.ceil((now.value + 1) / 3_600_000) * 3_600_000, []);
  const from = to - Number(span) * 30.5 * dayMs;
  const known = useAnswer(`calibration ${span}`, () => parameterSetsApi.calibration(from, to));
  return (
    <main id="content" tabIndex={-1} class="sets-page">
      <PageHead
        title={t('calibration.title')}
        crumb={t('calibration.title')}
        above={{ path: paths.parameterSets, label: t('nav.parameterSets') }}
      />
      <div class="body">
        <Segmented
          label={t('calibration.span')}
          options={spans.map((value): { value: Span; label: string } => ({
            value,
            label: t('calibration.months', { n: value }),
          }))}
          value={span}
          onChange={(value: Span) => setSpan(value)}
        />
        <FailedSets failure={known.failure} text={t('calibration.failed')} onRetry={known.ask} />
        {known.answer === null && known.failure === null && <Placeholder rows={3} />}
        {known.answer !== null && <Answered calibration={known.answer} />}
        <p class="second small">{t('calibration.how')}</p>
        <p>
          <a class="button compact" href={`/api/v1/observations.csv?from=${from}&to=${to}`} download>
            <Icon name="download" size={18} />
            {t('calibration.download')}
          </a>
        </p>
      </div>
    </main>
  );
}

const percent = (share: number | null): string =>
  share === null ? '–' : `${format.value.number(100 * share, 0)} %`;

function Answered({ calibration }: { calibration: CalibrationView }): JSX.Element {
  const { overall, rows, truncated } = calibration;
  const { n, coverage, coverageInterval, verdicts, discards } = overall;
  if (n === 0 || coverage === null)
    return (
      <section class="card padded">
        <p>{t('calibration.nothing')}</p>
      </section>
    );
  return (
    <>
      <section class="card padded calibration-answer">
        <h2>{t('calibration.question')}</h2>
        <strong>{percent(coverage)}</strong>
        <p>
          {t('calibration.answer', { held: Math.round(n * coverage), n, coverage: percent(coverage) })}{' '}
          {coverageInterval !== null &&
            t('calibration.expected', {
              low: percent(coverageInterval[0]),
              high: percent(coverageInterval[1]),
            })}
        </p>
        <p>{t('calibration.early', { n: verdicts.spoiledEarly + discards.spoiledEarly })}</p>
        {truncated && <p class="second small">{t('calibration.truncated')}</p>}
      </section>
      <div class="card">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard */}
        <section class="table-box" tabIndex={0} aria-label={t('calibration.table')}>
          <table>
            <caption>{t('calibration.table')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('calibration.column.month')}</th>
                <th scope="col">{t('calibration.column.product')}</th>
                {(['n', 'coverage', 'bias', 'early', 'longer'] as const).map(column => (
                  <th scope="col" class="number" key={column}>
                    {t(`calibration.column.${column}`)}
                  </th>
                ))}
                <th scope="col">{t('calibration.column.sets')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(row => (
                <Row key={`${row.month} ${row.productId}`} row={row} />
              ))}
            </tbody>
          </table>
        </section>
      </div>
    </>
  );
}

function Row({ row }: { row: CalibrationView['rows'][number] }): JSX.Element {
  const { counts, verdicts, discards, parameterSets } = row;
  const { bias } = counts;
  const [year = '', month = ''] = row.month.split('-');
  const middle = Date.UTC(Number(year), Number(month) - 1, 15);
  return (
    <tr>
      <th scope="row">
        {format.value.month(middle)} {year}
      </th>
      <td>{row.productName}</td>
      <td class="number">{row.n}</td>
      <td class="number strong">{percent(row.coverage)}</td>
      <td class="number">{bias === null ? '–' : format.value.number(bias, 2)}</td>
      <td class="number">{verdicts.spoiledEarly + discards.spoiledEarly}</td>
      <td class="number">{verdicts.keptLonger}</td>
      <td class="small">{parameterSets.map(({ version }) => t('sets.version', { version })).join(', ')}</td>
    </tr>
  );
}
