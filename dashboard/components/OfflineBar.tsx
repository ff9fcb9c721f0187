import type { JSX } from 'preact';
import { now } from '../clock.ts';
import { t } from '../i18n/messages.ts';
import { waitingActions } from '../offline/actionQueue.ts';
import { cutSince, format, online } from '../state.ts';
import { Icon } from './Icon.tsx';

/** What is sent within this time needs no word. */
const worthSayingAfterMs = 5_000;

/**
 * Says that what is shown does not move on (no internet, or the live stream cut for more than ten seconds), and how much
 * of what was done here is still to be sent.
 */
export function OfflineBar(): JSX.Element | null {
  const waiting = waitingActions.value;
  const sentence = connection();
  const late = waiting.some(action => now.value - action.madeAt > worthSayingAfterMs);
  if (sentence === null && !late) return null;
  return (
    <div class="offline" role="status">
      <Icon name="off" size={20} />
      <span class="grow">
        {sentence}
        {waiting.length > 0 && ` ${t('offline.waiting', { n: waiting.length })}`}
      </span>
    </div>
  );
}

function connection(): string | null {
  if (!online.value) return t(waitingActions.value.length > 0 ? 'offline.none' : 'offline.lastData');
  return cutSince.value === null ? null : t('offline.cut', { clock: format.value.clock(cutSince.value) });
}
