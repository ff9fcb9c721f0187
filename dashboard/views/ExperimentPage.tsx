import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ExperimentRow, ExperimentVersion, ExperimentView } from '../../models/contracts/experiment.ts';
import { usualModels } from '../../models/laboratory/fitModelsOf.ts';
import { Icon } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { openArea, t } from '../i18n/messages.ts';
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
import { type TreatmentGroup, treatmentGroups } from '../laboratory/treatmentGroups.ts';
import { type ExperimentParts, useExperiment } from '../laboratory/useExperiment.ts';
import { useFittedViews } from '../laboratory/useFittedViews.ts';
import { PublishPanel } from '../parameterSets/PublishPanel.tsx';
import { paths } from '../router.ts';
import { format, me } from '../state.ts';
import '../style/fit.css';

/** Words of the charts, of levers and of treatments stand in areas of their own. */
export const experimentWords = () =>
  Promise.all([openArea('charts'), openArea('compare'), openArea('batch'), openArea('parameterSets')]);

/** The limit of tahu in Tahan's own sets. */
const usualLimit = 7;

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
  return (
    <Note status="soon" alert>
      <div class="row">
        <span class="grow">{t('failed.load')}</span>
        <button type="button" class="button compact" onClick={parts.retry}>
          {t('failed.retry')}
        </button>
      </div>
    </Note>
  );
}

interface LoadedProps {
  readonly parts: ExperimentParts;
  readonly experiment: ExperimentView;
  readonly version: ExperimentVersion;
}

function Loaded({ parts, experiment, version }: LoadedProps): JSX.Element {
  const { fit, ranking, open } = parts;
  const [picked, setPicked] = useState<ExperimentRow | null>(null);
  const [limit, setLimit] = useState(usualLimit);
  const groups = treatmentGroups(version.series);
  const [chosenGroup, setGroup] = useState<string | null>(null);
  const ofFit = groups.find(one => one.series.includes(fit?.request.series?.[0] ?? ''));
  const group = groups.find(one => one.key === chosenGroup) ?? ofFit ?? groups[0];
  const shownFit = fit && fitsGroup(fit.request.series, group, groups) ? fit : null;
  const shownRanking = ranking && fitsGroup(ranking.request.series, group, groups) ? ranking : null;
  const series = groups.length > 1 && group ? group.series : null;
  const limitLog10 = version.kind === 'growth' ? limit : null;
  const views = useFittedViews(version, shownFit, series, limitLog10);
  const models = modelsOf(version, series);
  const model = shownFit?.request.model ?? shownRanking?.ranking?.[0]?.model ?? models[0] ?? 'baranyi';
  // Chosen at once, drawn when it is fitted.
  const [wanted, setWanted] = useState<string | null>(null);
  useEffect(() => setWanted(null), [shownFit?.fitId, parts.refused]);
  const mayFit = me.value?.role === 'owner' || me.value?.role === 'researcher';
  const request = (choice: Partial<FitToOrder>, wanted = model): Omit<FitToOrder, 'version'> => ({
    ...{ model: wanted, ...choice },
    ...(series === null ? {} : { series: [...series] }),
  });
  const isLatest = version.version === experiment.latest;
  const again = shownFit === null ? null : request({ censored: shownFit.request.censored });
  const exclude = (row: ExperimentRow, reason: string | null) =>
    parts.changeRows(
      ({ rows }) => rows.map(one => (one.row === row.row ? { ...one, excluded: reason } : one)),
      reason === null
        ? t('fit.exclude.noteBack', { row: row.row })
        : t('fit.exclude.note', { row: row.row, reason }),
      again,
    );
  return (
    <main id="content" tabIndex={-1} class="experiment-page">
      <Head experiment={experiment} version={version} fit={shownFit} />
      {parts.failure !== null && <Failed parts={parts} />}
      {parts.refused !== null && (
        <Note status="risk" alert>
          {t('fit.run.refused', { message: parts.refused.message })}
        </Note>
      )}
      {shownFit?.state === 'failed' && (
        <Note status="risk" alert>
          {t('fit.run.failed', { message: shownFit.failure?.message ?? '' })}
        </Note>
      )}
      <div class="experiment-columns">
        <div class="column">
          {picked !== null && mayFit && (
            <ExcludeForm
              key={picked.row}
              row={picked}
              nextVersion={experiment.latest + 1}
              latest={isLatest ? null : experiment.latest}
              onSave={reason => exclude(picked, reason)}
              onClose={() => setPicked(null)}
            />
          )}
          {views && (
            <GrowthCard
              version={version}
              panels={views.panels}
              residuals={views.residuals}
              model={shownFit?.report?.estimates ? shownFit.request.model : null}
              limitLog10={limitLog10}
              fileName={`${experiment.title}-v${version.version}`}
              onPick={setPicked}
            />
          )}
          {views && shownFit?.report != null && (
            <div class="half-cards">
              {views.residuals.length > 0 && (
                <ResidualCard
                  residuals={views.residuals}
                  patterns={views.patterns}
                  temperatures={views.temperatures}
                  sd={views.sd}
                  isOfLives={version.kind === 'shelf-life'}
                  onPick={setPicked}
                />
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
        <aside class="column">
          <FitCard
            groups={groups}
            group={group}
            nameOf={groupName}
            onGroup={setGroup}
            censoredCount={censoredCount(version, series)}
            limit={limitLog10}
            onLimit={setLimit}
            open={open}
            fit={shownFit}
            mayFit={mayFit}
            onRun={choice => void parts.order(request(choice), shownRanking === null)}
            onCancel={fitId => {
              setWanted(null);
              void parts.cancel(fitId);
            }}
          />
          <RankingCard
            ranking={shownRanking?.ranking ?? null}
            models={models}
            chosen={wanted ?? model}
            canChoose={mayFit && open.length === 0}
            isPrimary={version.kind === 'growth' && !models[0]?.startsWith('dynamic_')}
            onChoose={other => {
              setWanted(other);
              chooseModel(parts, other, request({}, other));
            }}
          />
          {shownFit?.report != null && <EstimatesCard report={shownFit.report} />}
          {version.kind === 'growth' && shownFit?.report?.estimates != null && mayFit && (
            <PublishPanel
              key={shownFit.fitId}
              fitId={shownFit.fitId}
              title={experiment.title}
              treatment={group?.treatment ?? null}
              testedLevers={group?.levers ?? {}}
              warnings={(views?.patterns ?? [])
                .filter(pattern => pattern.kind === 'late' || pattern.kind === 'temperature')
                .slice(0, 2)
                .map(pattern => patternText(pattern, format.value))}
            />
          )}
        </aside>
      </div>
    </main>
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

/** Whether a fit is of the series of a treatment; of one treatment alone they need no names. */
function fitsGroup(
  series: readonly string[] | undefined,
  group: TreatmentGroup | undefined,
  groups: readonly TreatmentGroup[],
): boolean {
  if (groups.length <= 1) return true;
  return series !== undefined && series.join('\n') === group?.series.join('\n');
}

function modelsOf({ kind, series }: ExperimentVersion, names: readonly string[] | null): readonly string[] {
  const used = series.filter(one => names?.includes(one.series) ?? true).map(one => one.temperature);
  const constant = used.flatMap(one => (one.kind === 'constant' ? [one.temperatureC] : []));
  const isChanging = constant.length < used.length;
  const temperatures = new Set(constant).size;
  const models = usualModels(kind, { temperatures, isChanging });
  const hasTwoSteps = kind === 'growth' && !isChanging && temperatures > 2;
  return hasTwoSteps ? [...models, 'two_step_baranyi_ratkowsky_sqrt'] : models;
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
