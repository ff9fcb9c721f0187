import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { GrantView } from '../../models/contracts/grant.ts';
import type { Role } from '../../models/contracts/people.ts';
import { saveCsv } from '../charts/saveCsv.ts';
import { now } from '../clock.ts';
import { Icon } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import { asRefusal, format, me } from '../state.ts';
import { ConfirmButton } from './ConfirmButton.tsx';
import { GrantForm } from './GrantForm.tsx';
import { ListFrame } from './ListFrame.tsx';
import { refusalText } from './refusal.ts';
import { SecretLink } from './SecretLink.tsx';
import { type MadeGrant, settingsApi } from './settingsApi.ts';
import { sharedReadingsCsv } from './sharedReadingsCsv.ts';
import { useList } from './useList.ts';

const givers: readonly Role[] = ['owner', 'producer', 'distributor'];
const readers: readonly Role[] = ['owner', 'researcher'];
const may = (roles: readonly Role[]): boolean => me.value != null && roles.includes(me.value.role);
const moment = (iso: string): string => format.value.moment(Date.parse(iso), now.value);

/** What people outside the firm see, and what others let this firm see. */
export function GrantsSection(): JSX.Element {
  const grants = useList('grants', settingsApi.grants);
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<MadeGrant | null>(null);
  const of = (items: readonly GrantView[], direction: GrantView['direction']) =>
    items.filter(grant => grant.direction === direction && grant.state !== 'expired');
  return (
    <div class="stack">
      <p class="second">{t('manage.grants.how')}</p>
      {made?.url != null && <MadeLink made={made} url={made.url} onClose={() => setMade(null)} />}
      {open && (
        <GrantForm
          onMade={async grant => {
            setMade(grant);
            setOpen(false);
            await grants.reload();
          }}
          onClose={() => setOpen(false)}
        />
      )}
      {!open && may(givers) && (
        <button type="button" class="button primary" onClick={() => setOpen(true)}>
          <Icon name="plus" size={20} />
          {t('manage.grants.add')}
        </button>
      )}
      <h2>{t('manage.grants.given')}</h2>
      <ListFrame list={grants} what={t('manage.grants')} empty={t('manage.grants.noneGiven')}>
        {items => (
          <>
            <Grants
              items={of(items, 'given')}
              empty={t('manage.grants.noneGiven')}
              onChanged={grants.reload}
            />
            <h2>{t('manage.grants.received')}</h2>
            <Grants
              items={of(items, 'received')}
              empty={t('manage.grants.noneReceived')}
              onChanged={grants.reload}
            />
          </>
        )}
      </ListFrame>
    </div>
  );
}

function MadeLink(props: { made: MadeGrant; url: string; onClose(): void }): JSX.Element {
  const { made, url, onClose } = props;
  const firm = me.value?.organisation.name ?? '';
  return (
    <SecretLink
      title={
        made.toEmail === null
          ? t('manage.grants.readyForAll')
          : t('manage.grants.ready', { who: made.toEmail })
      }
      how={made.toEmail === null ? t('manage.grants.sendToAll') : t('manage.grants.send')}
      url={url}
      label={t('manage.grants.link')}
      text={t('manage.grants.text', { firm, url, at: moment(made.expiresAt) })}
      onClose={onClose}
    />
  );
}

function Grants(props: {
  items: readonly GrantView[];
  empty: string;
  onChanged(): Promise<void>;
}): JSX.Element {
  if (props.items.length === 0) return <p class="second">{props.empty}</p>;
  return (
    <ul class="card lines">
      {props.items.map(grant => (
        <li key={`${grant.direction}${grant.grantId}`} class="line">
          <GrantLine grant={grant} onChanged={props.onChanged} />
        </li>
      ))}
    </ul>
  );
}

function GrantLine({ grant, onChanged }: { grant: GrantView; onChanged(): Promise<void> }): JSX.Element {
  const isGiven = grant.direction === 'given';
  const who = isGiven
    ? (grant.toEmail ?? grant.toOrgId ?? t('manage.grants.byLink'))
    : grant.fromOrganisation.name;
  return (
    <>
      <div class="grow">
        <p class="name">{isGiven ? who : t('manage.grants.fromFirm', { firm: who })}</p>
        <p class="minor">{whatOf(grant)}</p>
        <p class="minor">
          {grant.state === 'revoked'
            ? t('manage.grants.revoked')
            : t('manage.expires', { at: moment(grant.expiresAt) })}
        </p>
      </div>
      {isGiven && grant.state === 'open' && may(givers) && (
        <ConfirmButton
          label={
            grant.toEmail === null && grant.toOrgId === null
              ? t('manage.grants.revokeLink', { what: whatOf(grant) })
              : t('manage.grants.revoke', { who })
          }
          short={t('manage.grants.revokeShort')}
          icon="close"
          effect={t('manage.grants.revokeEffect', { who })}
          onConfirm={async () => {
            await settingsApi.revokeGrant(grant.grantId);
            await onChanged();
          }}
        />
      )}
      {!isGiven && grant.subject === 'readings-pseudonymised' && may(readers) && (
        <DownloadReadings grantId={grant.grantId} />
      )}
    </>
  );
}

function whatOf({ subject, subjectId, from, to }: GrantView): string {
  if (subject === 'shipment') return `${t('manage.grants.shipment')} ${subjectId ?? ''}`;
  const day = (iso: string | null): string => (iso === null ? '…' : format.value.date(Date.parse(iso)));
  const span =
    from === null && to === null
      ? t('manage.grants.whole')
      : t('manage.grants.span', { from: day(from), to: day(to) });
  return `${t('manage.grants.readings')}, ${span}`;
}

/** All readings of one grant as a file, page after page. */
function DownloadReadings({ grantId }: { grantId: string }): JSX.Element {
  const [rows, setRows] = useState<number | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const download = async (): Promise<void> => {
    setFailure(null);
    setRows(0);
    try {
      const readings = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof settingsApi.sharedReadings>> = await settingsApi.sharedReadings(
          grantId,
          cursor,
        );
        readings.push(...page.readings);
        cursor = page.nextCursor;
        setRows(readings.length);
      } while (cursor !== null);
      saveCsv(sharedReadingsCsv(readings), grantId);
    } catch (error) {
      setFailure(refusalText(asRefusal(error)));
    } finally {
      setRows(null);
    }
  };
  return (
    <div class="stack">
      <button type="button" class="button compact" disabled={rows !== null} onClick={() => void download()}>
        <Icon name="download" size={18} />
        {rows === null ? t('manage.grants.download') : t('manage.grants.downloading', { n: rows })}
      </button>
      {failure !== null && (
        <Note status="risk" alert>
          {failure}
        </Note>
      )}
    </div>
  );
}
