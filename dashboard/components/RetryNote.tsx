import type { ComponentChildren, JSX } from 'preact';
import { t } from '../i18n/messages.ts';
import { Note } from './Note.tsx';

/** Something could not be loaded: said at once, with the way to try again. */
export function RetryNote({ text, onRetry }: { text: ComponentChildren; onRetry(): void }): JSX.Element {
  return (
    <Note status="soon" alert>
      <div class="row wrap">
        <span class="grow">{text}</span>
        <button type="button" class="button compact" onClick={onRetry}>
          {t('failed.retry')}
        </button>
      </div>
    </Note>
  );
}
