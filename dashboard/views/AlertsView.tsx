import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { AlertView } from '../../models/contracts/alert.ts';
import { type AlertSections, alertSections, type KindGroup, missingFrom, ofKindGroup } from '../alertList.ts';
import { alerts, unhandledCount } from '../alerts.ts';
import { alertsApi } from '../alertsApi.ts';
import { ApiError } from '../api.ts';
import { now } from '../clock.ts';
import { AlertItem } from '../components/AlertItem.tsx';
import { FailedNote } from '../components/FailedNote.tsx';
import { Icon } from '../components/Icon.tsx';
import { Logo } from '../components/Logo.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { Segmented } from '../components/Segmented.tsx';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { agreedAt, cutSince, format, hasLists, online } from '../state.ts';
import '../style/alerts.css';

/** Peringatan: what nobody has taken on, worst first; then what is being handled, and what is over. */
export function AlertsView(): JSX.Element {
  return (
    <>
      <PhoneTop />
      <main id="content" tabIndex={-1} class="alerts-page">
        <FailedNote />
        {hasLists.value ? <KnownAlerts /> : <Placeholder rows={4} />}
      </main>
    </>
  );
}

function PhoneTop(): JSX.Element {
  const fallenBehind = !online.value || cutSince.value !== null;
  const at = agreedAt.value;
  return (
    <header class="top">
      <Logo size={28} />
      <div class="title grow">{t('nav.alerts')}</div>
      {at !== null &&
        (fallenBehind ? (
          <span class="chip soon">{t('life.dataAt', { at: format.value.moment(at, now.value) })}</span>
        ) : (
          <span class="agreed">
            <Icon name="check" size={18} />
            {format.value.clock(at)}
          </span>
        ))}
    </header>
  );
}

type Filter = KindGroup | 'all';

/**
 * Keeps the places of its rows while somebody looks: what is taken on stays where it was, with its undo; what is new is
 * offered by a button, so that no row moves under a finger.
 */
function KnownAlerts(): JSX.Element {
  const [filter, setFilter] = useState<Filter>('all');
  const older = useOlder();
  const known = Object.values({ ...older.alerts, ...alerts.value });
  const wanted = alertSections(
    known.filter(alert => ofKindGroup(alert, filter)),
    now.value,
  );
  const [shown, setShown] = useState<AlertSections>(wanted);
  const fresh = missingFrom(shown, wanted);
  const isEmpty = shown.unhandled.length === 0;
  const agreed = agreedAt.value !== null;
  useEffect(() => {
    if (window.scrollY < 40) setShown(wanted);
  }, [agreed]);
  useEffect(() => setShown(wanted), [filter, older.pages]);
  useEffect(() => {
    // Nothing is there that could be touched by mistake.
    if (isEmpty && fresh > 0) setShown(wanted);
  }, [isEmpty, fresh]);
  const rows = (ids: readonly string[]): AlertView[] =>
    ids.map(id => alerts.value[id] ?? older.alerts[id]).filter(alert => alert !== undefined);
  const n = unhandledCount.value;
  return (
    <>
      <div class="heading">
        <div class="lead">
          <h1>{n === 0 ? t('alerts.lead.none') : t('alerts.lead.some', { n })}</h1>
          {n === 0 && <p class="second">{t('alerts.noneHow')}</p>}
        </div>
        <a class="button wide-page" href={paths.settingsSection('aturan')}>
          {t('alerts.rules')}
        </a>
      </div>
      <div class="alert-tools">
        <Segmented<Filter>
          label={t('alerts.filter')}
          value={filter}
          onChange={setFilter}
          options={[
            { value: 'all', label: t('alerts.filterAll') },
            { value: 'goods', label: t('alerts.filterGoods') },
            { value: 'sensors', label: t('alerts.filterSensors') },
          ]}
        />
      </div>
      <div class="changes" role="status">
        {fresh > 0 && !isEmpty && (
          <button type="button" class="button compact" onClick={() => setShown(wanted)}>
            <Icon name="refresh" size={18} />
            {t('alerts.changes', { n: fresh })}
          </button>
        )}
      </div>
      <Section title={t('alerts.unhandled')} alerts={rows(shown.unhandled)} />
      <Section title={t('alerts.handling')} alerts={rows(shown.handling)} />
      <Section title={t('alerts.over')} alerts={rows(shown.over)} />
      {filter !== 'all' && [shown.unhandled, shown.handling, shown.over].flat().length === 0 && (
        <p class="alert-none second">{t('alerts.noneOfFilter')}</p>
      )}
      <div class="alert-more">
        {older.failed && (
          <p class="small second" role="alert">
            {t('alerts.moreFailed')}
          </p>
        )}
        {older.hasMore && (
          <button type="button" class="button" disabled={older.busy} onClick={older.load}>
            {t('alerts.more')}
          </button>
        )}
        <a class="button plain narrow-page" href={paths.settingsSection('aturan')}>
          {t('alerts.rules')}
        </a>
      </div>
    </>
  );
}

function Section({
  title,
  alerts: rows,
}: {
  title: string;
  alerts: readonly AlertView[];
}): JSX.Element | null {
  if (rows.length === 0) return null;
  return (
    <section class="card alert-list">
      <h2>
        <span class="grow">{title}</span>
        <span class="muted">{rows.length}</span>
      </h2>
      <ul>
        {rows.map(alert => (
          <li key={alert.alertId}>
            <AlertItem alert={alert} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface Older {
  readonly alerts: Readonly<Record<string, AlertView>>;
  readonly pages: number;
  readonly hasMore: boolean;
  readonly busy: boolean;
  readonly failed: boolean;
  load(): void;
}

const olderAtOnce = 50;

/** What was over before the ones that are at hand, a page at a time. */
function useOlder(): Older {
  const [found, setFound] = useState<Readonly<Record<string, AlertView>>>({});
  const [pages, setPages] = useState(0);
  const [cursor, setCursor] = useState<string | null | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const load = (): void => {
    setBusy(true);
    setFailed(false);
    alertsApi
      .page('cleared', olderAtOnce, cursor ?? undefined)
      .then(
        page => {
          setFound({ ...found, ...Object.fromEntries(page.alerts.map(alert => [alert.alertId, alert])) });
          setCursor(page.nextCursor);
          setPages(pages + 1);
        },
        (error: unknown) => {
          if (!(error instanceof ApiError)) throw error;
          setFailed(true);
        },
      )
      .finally(() => setBusy(false));
  };
  const atHand = Object.values(alerts.value).filter(alert => alert.state === 'cleared').length;
  const hasMore = cursor === undefined ? atHand >= 30 : cursor !== null;
  return { alerts: found, pages, hasMore, busy, failed, load };
}
