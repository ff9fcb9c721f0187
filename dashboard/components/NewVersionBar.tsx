import type { JSX } from 'preact';
import { t } from '../i18n/messages.ts';
import { newVersionWaits, takeNewVersion } from '../offline/newVersion.ts';
import { Icon } from './Icon.tsx';

/** Offers the newer pages that wait on the phone; whoever is in the middle of something goes on with the old ones. */
export function NewVersionBar(): JSX.Element | null {
  if (!newVersionWaits.value) return null;
  return (
    <div class="offline version" role="status">
      <Icon name="refresh" size={20} />
      <span class="grow">{t('newVersion.ready')}</span>
      <button type="button" class="button compact" onClick={takeNewVersion}>
        {t('newVersion.use')}
      </button>
    </div>
  );
}
