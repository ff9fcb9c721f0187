import type { JSX } from 'preact';
import { t } from '../i18n/messages.ts';
import { forgetRefused, refusedActions } from '../offline/actionQueue.ts';
import { Note } from './Note.tsx';

/** What was done here without internet and the server would not take: said until it is read, so that nothing is lost unseen. */
export function RefusedNotes(): JSX.Element | null {
  if (refusedActions.value.length === 0) return null;
  return (
    <div class="refused">
      {refusedActions.value.map(({ number, name, kind, refused }) => (
        <Note key={number} status="risk" alert>
          <div class="row">
            <span class="grow">
              {t('offline.refused', { what: t(`offline.did.${kind}`, { name }) })}{' '}
              {refused?.status === 403 ? t('offline.notAllowed') : refused?.message}
            </span>
            <button type="button" class="button compact" onClick={() => void forgetRefused(number)}>
              {t('common.understood')}
            </button>
          </div>
        </Note>
      ))}
    </div>
  );
}
