import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { SessionView } from '../../models/contracts/people.ts';
import { now } from '../clock.ts';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import { asRefusal, format } from '../state.ts';
import { ConfirmButton } from './ConfirmButton.tsx';
import { deviceName } from './deviceName.ts';
import { ListFrame } from './ListFrame.tsx';
import { refusalText } from './refusal.ts';
import { settingsApi } from './settingsApi.ts';
import { useList } from './useList.ts';

/** Where this account is signed in, and how to sign it out there: a lost phone, a borrowed one. */
export function SessionsCard(): JSX.Element {
  const sessions = useList('sessions', settingsApi.sessions);
  const [outcome, setOutcome] = useState<{ well: boolean; text: string } | null>(null);
  const endAll = async (): Promise<void> => {
    try {
      const { ended } = await settingsApi.endOtherSessions();
      setOutcome({ well: true, text: t('manage.sessions.ended', { n: ended }) });
      await sessions.reload();
    } catch (error) {
      setOutcome({ well: false, text: refusalText(asRefusal(error)) });
    }
  };
  return (
    <section class="stack">
      <h2>{t('manage.sessions')}</h2>
      <ListFrame list={sessions} what={t('manage.sessions')} empty="">
        {items => (
          <>
            <ul class="card lines">
              {items.map(session => (
                <li key={session.sessionId} class="line">
                  <SessionLine session={session} onEnded={sessions.reload} />
                </li>
              ))}
            </ul>
            {items.length > 2 && (
              <button type="button" class="button" onClick={() => void endAll()}>
                {t('manage.sessions.endAll')}
              </button>
            )}
          </>
        )}
      </ListFrame>
      {outcome !== null && (
        <Note status={outcome.well ? 'fresh' : 'risk'} alert={!outcome.well}>
          {outcome.text}
        </Note>
      )}
    </section>
  );
}

function SessionLine({ session, onEnded }: { session: SessionView; onEnded(): Promise<void> }): JSX.Element {
  const device = deviceName(session.userAgent) ?? t('manage.sessions.unknown');
  const used = format.value.moment(Date.parse(session.lastUsedAt), now.value);
  return (
    <>
      <div class="grow">
        <p class="name">
          {device}
          {session.current && <span class="chip">{t('manage.sessions.this')}</span>}
        </p>
        <p class="minor">
          {t('manage.sessions.used', { at: used })}
          {session.ipAddress !== null && ` ${t('manage.sessions.from', { ip: session.ipAddress })}`}
        </p>
      </div>
      {!session.current && (
        <ConfirmButton
          label={t('manage.sessions.end', { device })}
          short={t('manage.signOut')}
          icon="close"
          effect={t('manage.sessions.end', { device })}
          onConfirm={async () => {
            await settingsApi.endSession(session.sessionId);
            await onEnded();
          }}
        />
      )}
    </>
  );
}
