import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { Icon } from '../components/Icon.tsx';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';
import { lookAtPush, pushState, turnPushOff, turnPushOn } from '../push.ts';
import { asRefusal } from '../state.ts';
import { refusalText } from './refusal.ts';

/** Whether this phone is told while the pages are closed. */
export function PushCard({ onChanged }: { onChanged(): Promise<void> }): JSX.Element {
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => void lookAtPush(), []);
  const state = pushState.value;
  const turn = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await (state === 'on' ? turnPushOff() : turnPushOn());
      await onChanged();
    } catch (error) {
      setFailure(error instanceof ApiError ? refusalText(asRefusal(error)) : t('manage.push.failed'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="card padded decision">
      <h2>{t('manage.channel.web-push')}</h2>
      <p class="medium second">{t(`manage.push.${state}`)}</p>
      {(state === 'on' || state === 'off') && (
        <button type="button" class="button" disabled={busy} onClick={() => void turn()}>
          <Icon name="bell" size={20} />
          {state === 'on' ? t('manage.push.turnOff') : t('manage.push.turnOn')}
        </button>
      )}
      {failure !== null && (
        <Note status="risk" alert>
          {failure}
        </Note>
      )}
    </section>
  );
}
