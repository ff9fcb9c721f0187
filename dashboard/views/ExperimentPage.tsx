import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ExperimentRow, ExperimentVersion, ExperimentView } from '../../models/contracts/experiment.ts';
import type { ResidualPattern } from '../../models/laboratory/residualPatterns.ts';
import { Icon } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { RetryNote } from '../components/RetryNote.tsx';
import { t } from '../i18n/messages.ts';
import { ArchiveLinks } from '../laboratory/ArchiveLinks.tsx';
import { EstimatesCard } from '../laboratory/EstimatesCard.tsx';
import { ExcludeForm } from '../laboratory/ExcludeForm.tsx';
import { FitCard } from '../laboratory/FitCard.tsx';
import type { FitToOrder } from '../laboratory/fitsApi.ts';
import { patternText } from '../laboratory/fitWords.ts';
import { GrowthCard } from '../laboratory/GrowthCard.tsx';
import { HistoryCard } from '../laboratory/HistoryCard.tsx';
import { RankingCard } from '../laboratory/RankingCard.tsx';
import { RateCard } from '../laboratory/RateCard.tsx';
import { ResidualCard } from '../laboratory/ResidualCard.tsx';
import type { TreatmentGroup } from '../laboratory/treatmentGroups.ts';
import { type ExperimentParts, useExperiment } from '../laboratory/useExperiment.ts';
import { type Shown, useShown } from '../laboratory/useShown.ts';
import { PublishPanel } from '../parameterSets/PublishPanel.tsx';
import { paths } from '../router.ts';
import { format } from '../state.ts';
import '../style/fit.css';

/** One experiment: its curves, what the model leaves over, and how sure the parameters are. */
export function ExperimentPage({ experimentId }: { experimentId: string }): JSX.Element {
  const parts = useExperiment(experimentId);
  const { experiment, version, failure } = parts;
  if (experiment === null || version === null)
    return (
      <main id="content" tabIndex={-1}>
        <PageHead title="" crumb="" above={{ path: paths.experiments, label: t('nav.experiments') }} />
        {failure === null ? <Placeholder rows={4} /> : <Failed parts={parts} />}
      </main>
    );
  return <Loaded parts={parts} experiment={experiment} version={version} />;
}

function Failed({ parts }: { parts: ExperimentParts }): JSX.Element {
  if (parts.failure?.status === 404)
    return (
      <div class="empty">
        <h2>{t('fit.notFound')}</h2>
        <p>
          <a class="button" href={paths.experiments}>
            {t('fit.toExperiments')}
          </a>
        </p>
      </div>
    );
  return <RetryNote text={t('failed.load')} onRetry={parts.retry} />;
}

interface LoadedProps {
  readonly parts: ExperimentParts;
  readonly experiment: ExperimentView;
  readonly version: ExperimentVersion;
}

function Loaded({ parts, experiment, version }: LoadedProps): JSX.Element {
  const shown = useShown(parts, version);
  const { fit } = shown;
  return (
    <main id="content" tabIndex={-1} class="experiment-page">
      <Head experiment={experiment} version={version} fit={fit} />
      {parts.failure !== null && <Failed parts={parts} />}
      {parts.refused !== null && (
        <Note status="risk" alert>
          {t('fit.run.refused', { message: parts.refused.message })}
        </Note>
      )}
      {fit?.state === 'failed' && (
        <Note status="risk" alert>
          {t('fit.run.failed', { message: fit.failure?.message ?? '' })}
        </Note>
      )}
      <div class="experiment-columns">
        <Drawings {...{ parts, experiment, version, shown }} />
        <Numbers {...{ parts, experiment, version, shown }} />
      </div>
    </main>
  );
}

interface ColumnProps extends LoadedProps {
  readonly shown: Shown;
}

/** Curves, residuals and rates, the form of a point that was picked, versions and notes. */
function Drawings({ parts, experiment, version, shown }: ColumnProps): JSX.Element {
  const { fit, views, mayFit } = shown;
  const [picked, setPicked] = useState<ExperimentRow | null>(null);
  return (
    <div class="column">
      {picked !== null && mayFit && (
        <ExcludeForm
          key={picked.row}
          row={picked}
          nextVersion={experiment.latest + 1}
          latest={version.version === experiment.latest ? null : experiment.latest}
          onSave={reason => exclude(parts, shown, picked, reason)}
          onClose={() => setPicked(null)}
        />
      )}
      {views && (
        <GrowthCard
          version={version}
          panels={views.panels}
          residuals={views.residuals}
          model={fit?.report?.estimates ? fit.request.model : null}
          limitLog10={shown.limitLog10}
          fileName={`${experiment.title}-v${version.version}`}
          onPick={setPicked}
        />
      )}
      {views && fit?.report != null && (
        <div class="half-cards">
          {views.residuals.length > 0 && (
            <ResidualCard {...views} isOfLives={version.kind === 'shelf-life'} onPick={setPicked} />
          )}
          {(views.rates !== null || views.temperatures.length === 1) && (
            <RateCard chart={views.rates} temperatures={views.temperatures} />
          )}
        </div>
      )}
      <HistoryCard
        experiment={experiment}
        shown={version.version}
        mayChange={mayFit}
        onVersion={other => {
          setPicked(null);
          parts.showVersion(other);
        }}
        onNote={parts.changeNote}
      />
    </div>
  );
}

/** What is fitted and how, the models, the estimates, and what becomes of them. */
function Numbers({ parts, experiment, version, shown }: ColumnProps): JSX.Element {
  const { fit, group, models, model, mayFit, request } = shown;
  const { open } = parts;
  // Chosen at once, drawn when it is fitted.
  const [wanted, setWanted] = useState<string | null>(null);
  useEffect(() => setWanted(null), [fit?.fitId, parts.refused]);
  return (
    <aside class="column">
      <FitCard
        groups={shown.groups}
        group={group}
        nameOf={groupName}
        onGroup={shown.setGroup}
        censoredCount={censoredCount(version, shown.series)}
        limit={shown.limitLog10}
        onLimit={shown.setLimit}
        open={open}
        fit={fit}
        mayFit={mayFit}
        onRun={choice => void parts.order(request(choice), shown.ranking === null)}
        onCancel={fitId => {
          setWanted(null);
          void parts.cancel(fitId);
        }}
      />
      <RankingCard
        ranking={shown.ranking?.ranking ?? null}
        models={models}
        chosen={wanted ?? model}
        canChoose={mayFit && open.length === 0}
        isPrimary={version.kind === 'growth' && !models[0]?.startsWith('dynamic_')}
        onChoose={other => {
          setWanted(other);
          chooseModel(parts, other, request({}, other));
        }}
      />
      {fit?.report != null && <EstimatesCard report={fit.report} />}
      {version.kind === 'growth' && fit?.report?.estimates != null && mayFit && (
        <PublishPanel
          key={fit.fitId}
          fitId={fit.fitId}
          title={experiment.title}
          treatment={group?.treatment ?? null}
          testedLevers={group?.levers ?? {}}
          warnings={warningsOf(shown.views?.patterns ?? [])}
        />
      )}
    </aside>
  );
}

/** What may mislead at a temperature. */
const warningsOf = (patterns: readonly ResidualPattern[]): string[] =>
  patterns
    .filter(pattern => pattern.kind === 'late' || pattern.kind === 'temperature')
    .slice(0, 2)
    .map(pattern => patternText(pattern, format.value));

/** Leaves a row out, or brings it back, in a version of its own that is fitted as this one was. */
function exclude(
  parts: ExperimentParts,
  { fit, request }: Shown,
  { row: number }: ExperimentRow,
  reason: string | null,
): Promise<boolean> {
  return parts.changeRows(
    ({ rows }) => rows.map(one => (one.row === number ? { ...one, excluded: reason } : one)),
    reason === null
      ? t('fit.exclude.noteBack', { row: number })
      : t('fit.exclude.note', { row: number, reason }),
    fit === null ? null : request({ censored: fit.request.censored }),
  );
}

function Head({
  experiment,
  version,
  fit,
}: Omit<LoadedProps, 'parts'> & { readonly fit: ExperimentParts['fit'] }): JSX.Element {
  const { title } = experiment;
  const temperatures = new Set(
    version.series.map(({ temperature }) =>
      temperature.kind === 'constant' ? temperature.temperatureC : temperature,
    ),
  );
  const excluded = version.rows.filter(row => row.excluded !== null).length;
  return (
    <>
      <PageHead title={title} crumb={title} above={{ path: paths.experiments, label: t('nav.experiments') }}>
        <div class="row no-print head-buttons">
          <a class="button compact" href={`${paths.newExperiment}?experiment=${experiment.experimentId}`}>
            <Icon name="up" size={16} />
            {t('fit.addData')}
          </a>
          <ArchiveLinks
            experimentId={experiment.experimentId}
            version={version.version}
            fitId={fit?.state === 'done' && fit.version === version.version ? fit.fitId : null}
          />
          <button type="button" class="button compact" onClick={() => print()}>
            <Icon name="print" size={16} />
            {t('fit.report')}
          </button>
        </div>
      </PageHead>
      <p class="second facts-line">
        {format.value.sentences([
          t(`fit.facts.${version.kind}`, {
            ...{ temperatures: temperatures.size, series: version.series.length, rows: version.rows.length },
          }),
          ...(excluded > 0 ? [t('fit.facts.excluded', { n: excluded })] : []),
          t('fit.facts.uploaded', {
            ...{ version: version.version, by: version.madeBy },
            date: format.value.longDate(Date.parse(version.madeAt)),
          }),
        ])}
      </p>
    </>
  );
}

/** A fit that was done already is shown again; another model is ordered. */
function chooseModel(parts: ExperimentParts, model: string, request: Omit<FitToOrder, 'version'>): void {
  const known = parts.fits.find(
    one =>
      one.kind === 'fit' &&
      one.state === 'done' &&
      one.request.model === model &&
      JSON.stringify(one.request.series) === JSON.stringify(request.series),
  );
  if (known) parts.showFit(known.fitId);
  else void parts.order(request, false);
}

const censoredCount = ({ rows }: ExperimentVersion, names: readonly string[] | null): number =>
  rows.filter(
    row =>
      row.excluded === null &&
      (names?.includes(row.series) ?? true) &&
      (row.belowLog10 !== null || row.aboveLog10 !== null || row.shelfLifeAboveH !== null),
  ).length;

function groupName({ levers, treatment, series }: TreatmentGroup): string {
  const named = Object.keys(levers).map(id => t(`compare.lever.${id}` as 'compare.lever.vacuum'));
  const word =
    named.length > 0
      ? named.join(' + ')
      : treatment === null
        ? t('fit.treatment.none')
        : t(`batch.treated.${treatment}`);
  return `${word} (${series.length})`;
}
