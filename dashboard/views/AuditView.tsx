import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AuditLineView } from '../../models/contracts/audit.ts';
import type { MemberView } from '../../models/contracts/people.ts';
import { now } from '../clock.ts';
import { Icon } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { fromLocalInput } from '../dateInput.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { AuditAnchors } from '../settings/AuditAnchors.tsx';
import type { AuditFilter } from '../settings/auditApi.ts';
import {
  type AuditChange,
  actionText,
  actorText,
  auditKinds,
  changesOf,
  fieldText,
  kindText,
} from '../settings/auditWords.ts';
import { refusalText } from '../settings/refusal.ts';
import { settingsApi } from '../settings/settingsApi.ts';
import { useAuditLines } from '../settings/useAuditLines.ts';
import { useList } from '../settings/useList.ts';
import { format, me } from '../state.ts';
import { dayMs } from '../zone.ts';
import '../style/people.css';
import '../style/settings.css';

interface Typed {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly actor: string;
}

/** Who changed what, when: for owners. */
export function AuditView(): JSX.Element {
  const isOwner = me.value?.role === 'owner';
  const [typed, setTyped] = useState<Typed>({ from: '', to: '', kind: '', actor: '' });
  return (
    <main id="content" tabIndex={-1} class="settings-page audit-page">
      <PageHead
        title={t('audit.title')}
        crumb={t('audit.title')}
        above={{ path: paths.settings, label: t('manage.title') }}
      />
      {isOwner ? (
        <div class="settings-section stack">
          <p class="second">{t('audit.how')}</p>
          <Filters typed={typed} onChange={part => setTyped({ ...typed, ...part })} />
          <Lines filter={filterOf(typed)} />
          <AuditAnchors />
        </div>
      ) : (
        <Note status="none">{t('audit.ownersOnly')}</Note>
      )}
    </main>
  );
}

/** Days are meant whole, on the clocks of the firm. */
function filterOf({ from, to, kind, actor }: Typed): AuditFilter {
  const iso = (day: string, plusMs: number): string | null => {
    const at = fromLocalInput(day, format.value.zone);
    return at === null || Number.isNaN(at) ? null : new Date(at + plusMs).toISOString();
  };
  const [begin, end] = [from === '' ? null : iso(from, 0), to === '' ? null : iso(to, dayMs)];
  return {
    ...(begin === null ? {} : { from: begin }),
    ...(end === null ? {} : { to: end }),
    ...(kind === '' ? {} : { action: kind }),
    ...(actor === '' ? {} : { actor }),
  };
}

function Filters({ typed, onChange }: { typed: Typed; onChange(part: Partial<Typed>): void }): JSX.Element {
  const members = useList<MemberView>('members', settingsApi.members);
  const day = (name: 'from' | 'to', label: string): JSX.Element => (
    <div class="field">
      <label for={`audit-${name}`}>{label}</label>
      <input
        class="input"
        type="date"
        id={`audit-${name}`}
        value={typed[name]}
        onChange={event => onChange({ [name]: event.currentTarget.value })}
      />
    </div>
  );
  return (
    <div class="filters">
      {day('from', t('audit.from'))}
      {day('to', t('audit.to'))}
      <div class="field">
        <label for="audit-kind">{t('audit.kind')}</label>
        <select
          class="input"
          id="audit-kind"
          value={typed.kind}
          onChange={event => onChange({ kind: event.currentTarget.value })}
        >
          <option value="">{t('audit.all')}</option>
          {auditKinds.map(kind => (
            <option key={kind} value={kind}>
              {kindText(kind, t)}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="audit-actor">{t('audit.who')}</label>
        <select
          class="input"
          id="audit-actor"
          value={typed.actor}
          onChange={event => onChange({ actor: event.currentTarget.value })}
        >
          <option value="">{t('audit.all')}</option>
          {(members.items ?? []).map(member => (
            <option key={member.userId} value={`user ${member.userId}`}>
              {member.name}
            </option>
          ))}
          <option value="server">{t('audit.server')}</option>
          <option value="setup">{t('audit.setup')}</option>
        </select>
      </div>
    </div>
  );
}

function Lines({ filter }: { filter: AuditFilter }): JSX.Element {
  const { lines, more, failed, busy, load, csv } = useAuditLines(filter);
  return (
    <section class="stack" aria-busy={busy}>
      {failed !== null && (
        <Note status="soon" alert>
          <div class="row wrap">
            <span class="grow">{failed.unreachable ? t('audit.failed') : refusalText(failed)}</span>
            <button type="button" class="button compact" onClick={load}>
              {t('audit.retry')}
            </button>
          </div>
        </Note>
      )}
      {lines === null && failed === null && <Placeholder rows={4} />}
      {lines?.length === 0 && <p class="second">{t('audit.none')}</p>}
      {lines !== null && lines.length > 0 && (
        <>
          <ol class="card lines">
            {lines.map(line => (
              <li key={line.line}>
                <Line line={line} />
              </li>
            ))}
          </ol>
          <div class="buttons">
            {more && (
              <button type="button" class="button" disabled={busy} onClick={load}>
                {t('audit.more')}
              </button>
            )}
            <button type="button" class="button" disabled={busy} onClick={csv}>
              <Icon name="download" size={18} />
              {t('audit.csv')}
            </button>
          </div>
        </>
      )}
    </section>
  );
}

function Line({ line }: { line: AuditLineView }): JSX.Element {
  const { subject, detail, at } = line;
  const changes = changesOf(line, t, at => format.value.moment(at, now.value));
  const who = actorText(line.actor, t);
  const what = subject.name ?? subject.id;
  return (
    <div class="audit-line">
      <p class="when">{format.value.moment(Date.parse(at), now.value)}</p>
      <div class="grow">
        <p class="name">{actionText(line.action, t)}</p>
        <p class="minor">
          {[who, ...(what === who ? [] : [what]), t('audit.line', { n: line.line })].join(' · ')}
        </p>
        {detail !== '' && changes.length === 0 && <p class="minor">{detail}</p>}
        {line.before === null && changes.length > 0 ? (
          <details class="facts-of-line">
            <summary>{t('audit.details')}</summary>
            <Changes changes={changes} />
          </details>
        ) : (
          changes.length > 0 && <Changes changes={changes} />
        )}
      </div>
    </div>
  );
}

/** Fields as they were and as they are; of something new only as they are. */
function Changes({ changes }: { changes: readonly AuditChange[] }): JSX.Element {
  return (
    <dl class="changes-list">
      {changes.map(({ field, before, after }) => (
        <div key={field}>
          <dt>{fieldText(field, t)}</dt>
          <dd>
            {before !== null && (
              <>
                <span class="for-reader">{t('audit.before')}: </span>
                <del>{before}</del> <span aria-hidden="true">→</span>{' '}
                <span class="for-reader">{t('audit.after')}: </span>
              </>
            )}
            <ins>{after}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
