import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { BatchView } from '../../models/contracts/batch.ts';
import { now } from '../clock.ts';
import { AlertBanner } from '../components/AlertBanner.tsx';
import { BarKeys } from '../components/BarKeys.tsx';
import { BatchRow } from '../components/BatchRow.tsx';
import { FailedNote } from '../components/FailedNote.tsx';
import { Icon } from '../components/Icon.tsx';
import { LazyView } from '../components/LazyView.tsx';
import { LifeAxis } from '../components/LifeAxis.tsx';
import { Note } from '../components/Note.tsx';
import { PhoneTop } from '../components/PhoneTop.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { t } from '../i18n/messages.ts';
import { isLongLead, leadSentence } from '../leadSentence.ts';
import { axisMarks, listHorizonH } from '../lifeAxis.ts';
import { countMoves, orderByUrgency } from '../orderByUrgency.ts';
import { paths } from '../router.ts';
import { shownLife } from '../shownLife.ts';
import { agreedAt, fleet, format, hasLists, mayMakeBatches, me } from '../state.ts';
import { EmptyHome } from './EmptyHome.tsx';

const loadProposalNote = () => import('../parameterSets/ProposalNote.tsx').then(chunk => chunk.ProposalNote);

/** Beranda: what to do first, then every batch by urgency on one time axis. */
export function HomeView(): JSX.Element {
  const ordered = orderByUrgency(Object.values(fleet.value.batches), now.value);
  if (!hasLists.value) return <Waiting />;
  if (ordered.length === 0)
    return (
      <>
        <PhoneTop />
        <FailedNote />
        <EmptyHome />
      </>
    );
  return (
    <>
      <PhoneTop />
      <main id="content" tabIndex={-1}>
        <Lead ordered={ordered} />
        <div class="narrow-page">
          <AlertBanner />
        </div>
        <FailedNote />
        <StaleNote ordered={ordered} />
        {me.value?.role === 'owner' && (
          <LazyView quiet load={loadProposalNote} props={{}} area="parameterSets" />
        )}
        <RiskAnnouncer ordered={ordered} />
        <BatchList ordered={ordered} />
        <p class="foot-note">{t('home.foot')}</p>
      </main>
    </>
  );
}

function Waiting(): JSX.Element {
  return (
    <>
      <PhoneTop />
      <main id="content" tabIndex={-1}>
        <FailedNote />
        <Placeholder rows={4} />
      </main>
    </>
  );
}

function Lead({ ordered }: { ordered: readonly BatchView[] }): JSX.Element {
  const { zone, clock } = format.value;
  const parts = leadSentence(ordered, now.value, format.value);
  const sentence = parts.map((part, index) =>
    part.mark === undefined ? (
      part.text
    ) : (
      <em class={part.mark} key={`${index}${part.text}`}>
        {part.text}
      </em>
    ),
  );
  return (
    <div class="heading">
      <div class="lead">
        <h1 class={isLongLead(parts) ? 'long' : ''}>{sentence}</h1>
        <p class="wide-page">
          {me.value?.organisation.name ?? 'Tahan'} · {t('home.batchCount', { n: ordered.length })}
          {agreedAt.value !== null &&
            ` · ${t('home.updatedAt', { clock: clock(agreedAt.value), zone: zone.name })}`}
        </p>
      </div>
      {mayMakeBatches.value && (
        <a class="button primary wide-page" href={paths.newBatch}>
          <Icon name="plus" size={16} />
          {t('nav.newBatch')}
        </a>
      )}
    </div>
  );
}

/** One note for the whole list when figures are lowered because sensors fell silent. */
function StaleNote({ ordered }: { ordered: readonly BatchView[] }): JSX.Element | null {
  const silent = ordered
    .map(batch => shownLife(batch.estimate, now.value))
    .filter(life => life.lowered && life.say !== 'unknown' && life.lastReadingAt !== null);
  if (silent.length === 0) return null;
  const oldest = Math.min(...silent.map(life => life.lastReadingAt ?? Number.POSITIVE_INFINITY));
  return <Note status="soon">{t('life.loweredList', { at: format.value.moment(oldest, now.value) })}</Note>;
}

/** Reads a batch out once when it becomes a risk while the page is open. */
function RiskAnnouncer({ ordered }: { ordered: readonly BatchView[] }): JSX.Element {
  const atRisk = ordered.filter(batch => shownLife(batch.estimate, now.value).status === 'risk');
  const known = useRef<Set<string> | null>(null);
  const [message, setMessage] = useState('');
  useEffect(() => {
    const fresh = known.current === null ? [] : atRisk.filter(batch => !known.current?.has(batch.batchId));
    known.current = new Set(atRisk.map(batch => batch.batchId));
    const [first] = fresh;
    if (first) setMessage(t('home.newRisk', { name: first.name }));
  });
  return (
    <div class="for-reader" role="alert">
      {message}
    </div>
  );
}

/**
 * The list keeps the order it was opened with: live news changes figures in place, and a chip offers the new order.
 * Rows never move under a finger.
 */
function BatchList({ ordered }: { ordered: readonly BatchView[] }): JSX.Element {
  const wanted = ordered.map(batch => batch.batchId);
  const [shown, setShown] = useState<readonly string[]>(wanted);
  const agreed = agreedAt.value !== null;
  useEffect(() => {
    // The first answer of the server replaces what the phone remembered, before anybody has begun to read on.
    if (agreed && window.scrollY < 40) setShown(wanted);
  }, [agreed]);
  const moves = countMoves(shown, wanted);
  const rows = shown.map(id => fleet.value.batches[id]).filter(batch => batch !== undefined);
  const lives = rows.map(batch => shownLife(batch.estimate, now.value));
  const horizonH = listHorizonH(lives.filter(life => life.say === 'left').map(life => life.loH));
  const marks = axisMarks(now.value, horizonH, format.value);
  const gridH = marks.map(mark => mark.atH);
  return (
    <>
      <div class="changes" role="status">
        {moves > 0 && (
          <button type="button" class="button compact" onClick={() => setShown(wanted)}>
            <Icon name="refresh" size={18} />
            {t('home.changes', { n: moves })}
          </button>
        )}
      </div>
      <div class="rows-card batches">
        <div class="axis-row">
          <span class="label">{t('home.column.batch')}</span>
          <span class="label">{t('home.column.temperature')}</span>
          <LifeAxis marks={marks} horizonH={horizonH} />
          <span class="label right">{t('home.column.remaining')}</span>
        </div>
        <ul class="rows" aria-label={t('home.column.batch')}>
          {rows.map(batch => (
            <li key={batch.batchId}>
              <BatchRow
                batch={batch}
                now={now.value}
                horizonH={horizonH}
                gridH={gridH}
                format={format.value}
              />
            </li>
          ))}
        </ul>
        <Keys />
      </div>
    </>
  );
}

function Keys(): JSX.Element {
  return (
    <div class="keys" aria-hidden="true">
      <BarKeys />
      <span class="swatch">
        <i class="life-bar">
          <b class="median" style={{ left: '50%' }} />
        </i>
        {t('home.medianKey')}
      </span>
    </div>
  );
}
