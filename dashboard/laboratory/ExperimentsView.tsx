import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ExperimentView } from '../../models/contracts/experiment.ts';
import { now } from '../clock.ts';
import { Icon } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { RetryNote } from '../components/RetryNote.tsx';
import { t } from '../i18n/messages.ts';
import { navigate, paths } from '../router.ts';
import { useList } from '../settings/useList.ts';
import { asRefusal, fleet, format } from '../state.ts';
import { experimentsApi } from './experimentsApi.ts';
import { ImportArchive } from './ImportArchive.tsx';
import { figure } from './issueWords.ts';
import { mayKeepExperiments } from './mayKeepExperiments.ts';
import { saveSample } from './sampleFile.ts';
import '../style/experiments.css';

/** Percobaan: what was measured, the newest first. */
export function ExperimentsView(): JSX.Element {
  const { items, at, failed, reload } = useList<ExperimentView>('experiments', experimentsApi.all);
  const [refused, setRefused] = useState<string | null>(null);
  return (
    <main id="content" tabIndex={-1} class="experiments-page">
      <header class="heading">
        <div class="grow">
          <h1>{t('nav.experiments')}</h1>
          <p class="second">{t('experiments.intro')}</p>
        </div>
        {mayKeepExperiments() && items !== null && <ImportArchive onFailed={setRefused} />}
        {mayKeepExperiments() && items !== null && items.length > 0 && (
          <a class="button primary" href={paths.newExperiment}>
            <Icon name="plus" size={18} />
            {t('experiments.add')}
          </a>
        )}
      </header>
      {refused !== null && (
        <Note status="risk" alert>
          {refused}
        </Note>
      )}
      {failed !== null && (
        <RetryNote
          text={
            at === null ? t('failed.load') : t('failed.cached', { at: format.value.moment(at, now.value) })
          }
          onRetry={() => void reload()}
        />
      )}
      {items === null ? (
        failed === null && <Placeholder rows={4} />
      ) : items.length === 0 ? (
        <NoExperiments />
      ) : (
        <List items={items} />
      )}
    </main>
  );
}

function List({ items }: { items: readonly ExperimentView[] }): JSX.Element {
  return (
    <section class="card experiment-list" aria-label={t('nav.experiments')}>
      <ul>
        {items.map(experiment => (
          <li key={experiment.experimentId}>
            <a href={paths.experiment(experiment.experimentId)}>
              <Icon name="flask" size={20} />
              <span class="grow">
                <span class="experiment-title">{experiment.title}</span>
                <span class="second small">{factsOf(experiment)}</span>
              </span>
              <span class="second small experiment-when">{whenOf(experiment)}</span>
              <Icon name="forward" size={18} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function factsOf({ versions, productId }: ExperimentView): string {
  const latest = versions.at(-1);
  if (latest === undefined) return '';
  const [low, high] = latest.temperatureRangeC;
  const degrees =
    low === high
      ? `${figure(low, format.value)} °C`
      : t('experiments.degrees', { from: figure(low, format.value), to: figure(high, format.value) });
  const product = productId === null ? undefined : fleet.value.products[productId]?.name;
  return [
    ...(product === undefined ? [] : [product]),
    t(`experiments.kind.${latest.kind}`),
    degrees,
    t('experiments.seriesCount', { n: latest.seriesCount }),
    t('experiments.rowCount', { n: latest.rowCount }),
    ...(latest.excludedCount === 0 ? [] : [t('experiments.excludedCount', { n: latest.excludedCount })]),
  ].join(' · ');
}

function whenOf({ versions, latest, createdBy }: ExperimentView): string {
  const last = versions.at(-1);
  const at = format.value.longDate(Date.parse(last?.madeAt ?? ''));
  const by = last?.madeBy ?? createdBy;
  return latest > 1
    ? t('experiments.versionBy', { version: latest, at, by })
    : t('experiments.by', { at, by });
}

/** What to do first; the example is made only when somebody asks for it. */
function NoExperiments(): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const open = async (): Promise<void> => {
    setBusy(true);
    try {
      const { tofuExample } = await import('../../models/laboratory/tofuExample.ts');
      const title = t('experiments.exampleTitle');
      const { experimentId } = await experimentsApi.add({ title, ...tofuExample() });
      navigate(paths.experiment(experimentId));
    } catch (error) {
      setFailure(asRefusal(error).message);
      setBusy(false);
    }
  };
  return (
    <section class="empty">
      <h2 class="empty-title">{t('experiments.emptyTitle')}</h2>
      <ol class="steps">
        {(['experiments.step1', 'experiments.step2', 'experiments.step3'] as const).map((id, i) => (
          <li key={id}>
            <span class="step-number">{i + 1}</span>
            <span class="grow">{t(id)}</span>
          </li>
        ))}
      </ol>
      {failure !== null && (
        <Note status="risk" alert>
          {failure}
        </Note>
      )}
      <div class="empty-buttons">
        {mayKeepExperiments() && (
          <a class="button primary" href={paths.newExperiment}>
            <Icon name="plus" size={18} />
            {t('experiments.add')}
          </a>
        )}
        <button type="button" class="button" onClick={saveSample}>
          <Icon name="download" size={18} />
          {t('experiments.sample')}
        </button>
        {mayKeepExperiments() && (
          <button type="button" class="button" disabled={busy} onClick={() => void open()}>
            <Icon name="flask" size={18} />
            {t('experiments.openExample')}
          </button>
        )}
      </div>
      <p class="second small">{t('experiments.exampleHow')}</p>
    </section>
  );
}
