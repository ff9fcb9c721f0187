import type { JSX } from 'preact';
import { t } from '../i18n/messages.ts';

/** What solid and hatched mean on a life bar: the first two of every key. */
export function BarKeys(): JSX.Element {
  return (
    <>
      <span class="swatch fresh">
        <i class="life-bar">
          <b class="sure" style={{ width: '100%' }} />
        </i>
        {t('home.sureKeeps')}
      </span>
      <span class="swatch fresh">
        <i class="life-bar">
          <b class="maybe" style={{ left: 0, width: '100%' }} />
        </i>
        {t('home.intervalKey')}
      </span>
    </>
  );
}
