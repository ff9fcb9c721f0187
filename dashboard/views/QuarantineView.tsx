import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Quarantined } from '../../models/contracts/quarantine.ts';
import { api, type QuarantinePage } from '../api.ts';
import { Note } from '../components/Note.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { QuarantineCard } from '../components/QuarantineCard.tsx';
import { RetryNote } from '../components/RetryNote.tsx';
import { t } from '../i18n/messages.ts';
import { reasonText } from '../reasonText.ts';
import { paths } from '../router.ts';
import { asRefusal, fleet, maySeeQuarantine } from '../state.ts';
import { NotFoundView } from './NotFoundView.tsx';

interface Filter {
  readonly nodeId: string;
  readonly code: string;
}

/** Karantina: what was sent and could not be used, the newest first, and what may be done about each. */
export function QuarantineView(): JSX.Element {
  const [filter, setFilter] = useState<Filter>({ nodeId: '', code: '' });
  const list = useQuarantine(filter);
  const [news, setNews] = useState<string | null>(null);
  if (!maySeeQuarantine.value) return <NotFoundView />;
  const { page } = list;
  const filtered = filter.nodeId !== '' || filter.code !== '';
  const total = page?.counts.reduce((sum, { count }) => sum + count, 0) ?? 0;
  return (
    <main id="content" tabIndex={-1}>
      <PageHead
        title={t('title.quarantine')}
        crumb={t('title.quarantine')}
        above={{ path: paths.nodes, label: t('nav.nodes') }}
      />
      <div class="quarantine">
        {page !== null && total === 0 && !filtered && <h2>{t('quarantine.empty')}</h2>}
        <p class="second">
          {page === null || (total === 0 && filtered)
            ? t('quarantine.how')
            : total === 0
              ? t('quarantine.emptyHow')
              : `${t('quarantine.count', { n: total })}. ${t('quarantine.how')}`}
        </p>
        {(total > 0 || filtered) && page !== null && (
          <Filters filter={filter} page={page} onChange={setFilter} />
        )}
        {news !== null && <Note status="fresh">{news}</Note>}
        {list.failed && <RetryNote text={t('failed.load')} onRetry={() => void list.load()} />}
        {page === null && !list.failed && <Placeholder rows={3} />}
        {page !== null && page.quarantine.length === 0 && filtered && <h2>{t('quarantine.emptyFilter')}</h2>}
        <ul class="quarantine-list">
          {page?.quarantine.map(entry => (
            <li key={entry.quarantineId}>
              <QuarantineCard
                entry={entry}
                onResolved={what => {
                  setNews(what);
                  list.remove(entry);
                }}
              />
            </li>
          ))}
        </ul>
        {page?.nextCursor != null && (
          <button type="button" class="button" disabled={list.busy} onClick={() => void list.load(page)}>
            {t('quarantine.more')}
          </button>
        )}
      </div>
    </main>
  );
}

function useQuarantine(filter: Filter) {
  const [page, setPage] = useState<QuarantinePage | null>(null);
  const [failed, setFailed] = useState(false);
  const [busy, setBusy] = useState(false);
  /** The first page, or the one after what is shown. */
  const load = async (after?: QuarantinePage): Promise<void> => {
    setBusy(true);
    try {
      const next = await api.quarantine({
        ...(filter.nodeId === '' ? {} : { nodeId: filter.nodeId }),
        ...(filter.code === '' ? {} : { code: filter.code }),
        ...(after?.nextCursor == null ? {} : { cursor: after.nextCursor }),
      });
      setPage({ ...next, quarantine: [...(after?.quarantine ?? []), ...next.quarantine] });
      setFailed(false);
    } catch (error) {
      asRefusal(error);
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => void load(), [filter.nodeId, filter.code]);
  const remove = (entry: Quarantined): void =>
    setPage(
      known =>
        known && {
          ...known,
          quarantine: known.quarantine.filter(one => one.quarantineId !== entry.quarantineId),
          counts: known.counts
            .map(one => (one.code === entry.code ? { ...one, count: one.count - 1 } : one))
            .filter(one => one.count > 0),
        },
    );
  return { page, failed, busy, load, remove };
}

interface FiltersProps {
  readonly filter: Filter;
  readonly page: QuarantinePage;
  onChange(filter: Filter): void;
}

function Filters({ filter, page, onChange }: FiltersProps): JSX.Element {
  const nodes = fleet.value.nodes;
  const senders = new Set([
    ...Object.keys(nodes),
    ...page.quarantine.map(entry => entry.nodeId),
    ...(filter.nodeId === '' ? [] : [filter.nodeId]),
  ]);
  const named = [...senders].map(id => ({ id, name: nodes[id]?.name ?? id }));
  named.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  const known = page.counts.some(({ code }) => code === filter.code) || filter.code === '';
  return (
    <div class="two-fields">
      <div class="field">
        <label for="quarantine-code">{t('quarantine.reason')}</label>
        <select
          class="input"
          id="quarantine-code"
          value={filter.code}
          onChange={event => onChange({ ...filter, code: event.currentTarget.value })}
        >
          <option value="">{t('quarantine.allReasons')}</option>
          {page.counts.map(({ code, reason, count }) => (
            <option key={code} value={code}>
              {`${reasonText(code, reason, t)} (${count})`}
            </option>
          ))}
          {!known && <option value={filter.code}>{reasonText(filter.code, filter.code, t)}</option>}
        </select>
      </div>
      <div class="field">
        <label for="quarantine-node">{t('quarantine.sender')}</label>
        <select
          class="input"
          id="quarantine-node"
          value={filter.nodeId}
          onChange={event => onChange({ ...filter, nodeId: event.currentTarget.value })}
        >
          <option value="">{t('quarantine.allNodes')}</option>
          {named.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
