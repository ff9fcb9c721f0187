import type { JSX } from 'preact';
import { cutSince, format, online } from '../state.ts';
import { Icon } from './Icon.tsx';

/** Says that what is shown does not move on: no internet, or the live stream cut for more than ten seconds. */
export function OfflineBar(): JSX.Element | null {
  const { offline } = format.value.words;
  const cut = cutSince.value;
  if (online.value && cut === null) return null;
  return (
    <div class="offline" role="status">
      <Icon name="off" size={20} />
      <span class="grow">
        {!online.value || cut === null ? offline.noInternet : offline.cut(format.value.clock(cut))}
      </span>
    </div>
  );
}
