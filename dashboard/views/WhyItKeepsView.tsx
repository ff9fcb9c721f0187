import type { JSX } from 'preact';
import '../style/compare.css';
import { useMemo } from 'preact/hooks';
import {
  type PreservationTechnique,
  preservationTechniques,
  roomC,
  type TechniqueFigures,
  techniqueCaveats,
  techniqueEvidence,
  techniqueFigures,
  techniqueMark,
} from '../../models/laboratory/preservationTechniques.ts';
import { leversOf } from '../../models/laboratory/treatmentChanges.ts';
import { legalFaults } from '../../models/laboratory/treatmentFaults.ts';
import { type TreatmentMark, TreatmentsChart } from '../charts/TreatmentsChart.tsx';
import { firstState, writeState } from '../compare/compareState.ts';
import { printedRange, timesText } from '../compare/compareWords.ts';
import { Icon } from '../components/Icon.tsx';
import { PageHead } from '../components/PageHead.tsx';
import type { MessageId } from '../i18n/catalogues.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { format } from '../state.ts';

/** The question it began with, way by way: what each acts on, what the model gives it, how sure that is. */
export function WhyItKeepsView(): JSX.Element {
  return (
    <main id="content" tabIndex={-1} class="why-page">
      <PageHead
        title={t('why.title')}
        crumb={t('why.title')}
        above={{ path: paths.compare, label: t('nav.compare') }}
      />
      <div class="lead-text stack">
        <p class="strong">{t('why.subtitle')}</p>
        <p>{t('why.lead')}</p>
        <p class="small second">{format.value.sentences([t('why.howCounted'), t('why.heldBack')])}</p>
      </div>
      <Glance />
      <div class="why-list">
        {preservationTechniques.map(technique => (
          <Technique key={technique.id} technique={technique} />
        ))}
      </div>
    </main>
  );
}

/** Where a shop's fridge is, more or less. */
const glanceC = 10;

/** All ways with figures below each other, for takwa. */
function Glance(): JSX.Element {
  const shown = format.value;
  const found = useMemo(
    () =>
      preservationTechniques.flatMap(technique => {
        const figure = techniqueFigures(technique)[0]?.figures.find(one => one.temperatureC === glanceC);
        return figure === undefined || technique.isCold ? [] : [{ id: technique.id, figure }];
      }),
    [],
  );
  const sorted = found.toSorted((a, b) => b.figure.range.medianH - a.figure.range.medianH);
  const without = sorted[0]?.figure.without ?? null;
  const marks = sorted.map(
    ({ id, figure }): TreatmentMark => ({
      ...{ id, kind: 'row', name: words(id, 'name'), range: figure.range },
      text: printedRange('days', figure.range, shown),
    }),
  );
  const baseline: TreatmentMark = {
    ...{ id: 'baseline', kind: 'baseline', name: t('why.column.without'), range: without },
    text: without === null ? '' : printedRange('days', without, shown),
  };
  const temperature = shown.plainTemperature(glanceC);
  return (
    <section class="card lab-figure">
      <div class="lab-head">
        <h2>{t('why.glance', { temperature, unit: t('compare.unit.days') })}</h2>
      </div>
      <TreatmentsChart
        marks={[...marks, baseline]}
        unit="days"
        nameEm={330}
        summary={t('why.glanceSummary', {
          ...{ n: marks.length, temperature, names: shown.list(marks.map(mark => mark.name)) },
        })}
      />
    </section>
  );
}

const words = (id: string, part: 'name' | 'acts' | 'equipment' | 'measure'): string =>
  t(`why.t.${id}.${part}` as MessageId);

function Technique({ technique }: { technique: PreservationTechnique }): JSX.Element {
  const { id, choice } = technique;
  const of = useMemo(() => techniqueFigures(technique), [technique]);
  const mark = techniqueMark(technique);
  const needsReading =
    choice !== null && legalFaults(leversOf(choice('turmeric-boiled')), 'indonesia').length > 0;
  return (
    <article class="card technique" id={id}>
      <div class="row between">
        <h2>{words(id, 'name')}</h2>
        {choice !== null && (
          <a class="button compact" href={compareAddress(technique)}>
            <Icon name="sliders" size={16} />
            {t('why.open')}
          </a>
        )}
      </div>
      <p>
        <span class="second">{t('why.acts')}</span> · {words(id, 'acts')}
      </p>
      {of.length === 0 ? (
        <p class="strong">
          {id === 'aseptic-filling' ? `${t('why.noNumber')} ${t('why.noNumberAseptic')}` : t('why.noNumber')}
        </p>
      ) : (
        <Figures of={of} technique={technique} />
      )}
      {needsReading && <p class="small second">{t('why.legalIndonesia')}</p>}
      <dl class="facts-list">
        <dt>{t('why.certainty')}</dt>
        <dd>{t(`why.mark.${mark ?? 'none'}`)}</dd>
        <dt>{t('why.equipment')}</dt>
        <dd>{words(id, 'equipment')}</dd>
        <dt>{t('why.measure')}</dt>
        <dd>{words(id, 'measure')}</dd>
      </dl>
      <Evidence technique={technique} />
    </article>
  );
}

/** What was seen and where, in the words of the models, which are English. */
function Evidence({ technique }: { technique: PreservationTechnique }): JSX.Element {
  const caveats = techniqueCaveats(technique);
  return (
    <details>
      <summary>
        {t('why.evidence')} ({t('why.inEnglish')})
      </summary>
      <ul class="evidence" lang="en">
        {techniqueEvidence(technique).map(({ seen, source }) => (
          <li key={seen}>
            {seen}. <span class="second">{source}</span>
          </li>
        ))}
        {caveats.map(caveat => (
          <li key={caveat}>
            <b>{caveat}</b>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Figures({
  of,
  technique,
}: {
  of: readonly TechniqueFigures[];
  technique: PreservationTechnique;
}): JSX.Element {
  const [first, ...others] = of;
  // The same numbers for both are said once, and why.
  const isSame = others.every(other => JSON.stringify(other.figures) === JSON.stringify(first?.figures));
  return (
    <>
      {(isSame ? of.slice(0, 1) : of).map(({ base, figures }) => (
        <FigureTable
          key={base}
          caption={isSame ? t('why.sameForBoth') : t(`why.base.${base}` as MessageId)}
          figures={figures}
          of={words(technique.id, 'name')}
          isCold={technique.isCold === true}
        />
      ))}
    </>
  );
}

function FigureTable(props: {
  caption: string;
  of: string;
  figures: TechniqueFigures['figures'];
  isCold: boolean;
}): JSX.Element {
  const { caption, of, figures, isCold } = props;
  const shown = format.value;
  const ratio = (atLeast: number, median: number): string =>
    t('why.ratio', { atLeast: timesText(atLeast, shown), median: timesText(median, shown) });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
    <section class="table-box" tabIndex={0} aria-label={`${of}: ${caption}`}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t('why.column.temperature')}</th>
            {!isCold && (
              <th scope="col" class="number">
                {t('why.column.without')}
              </th>
            )}
            <th scope="col" class="number">
              {t('why.column.with')}
            </th>
            <th scope="col" class="number">
              {isCold
                ? t('why.column.than28', { temperature: shown.plainTemperature(roomC) })
                : t('why.column.longer')}
            </th>
            {!isCold && (
              <th scope="col" class="number">
                {t('why.column.spoilage')}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {figures.map(figure => (
            <tr key={figure.temperatureC}>
              <th scope="row">{shown.plainTemperature(figure.temperatureC)}</th>
              {!isCold && <td class="number">{shown.range(figure.without.p05H, figure.without.p95H)}</td>}
              <td class="number strong">{shown.range(figure.range.p05H, figure.range.p95H)}</td>
              <td class="number">{ratio(figure.ratio.atLeast, figure.ratio.median)}</td>
              {!isCold && (
                <td class="number">{ratio(figure.ratio.spoilageAtLeast, figure.ratio.spoilageMedian)}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The comparison with this way as the what-if, in a shop's fridge, under the law it is counted by. */
function compareAddress({ choice }: PreservationTechnique): string {
  const first = firstState('codex');
  const whatIf = choice?.('turmeric-boiled') ?? first.whatIf;
  return `${paths.compare}?${writeState({ ...first, temperatureC: 10, whatIf })}`;
}
