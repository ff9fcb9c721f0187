import type { JSX } from 'preact';
import type { ApiError } from '../api.ts';
import { Note } from '../components/Note.tsx';
import { t } from '../i18n/messages.ts';

/** What could not be loaded, and a way to try again. Nothing while all is well. */
export function FailedSets(props: {
  failure: ApiError | null;
  text: string;
  onRetry(): Promise<void>;
}): JSX.Element | null {
  if (props.failure === null) return null;
  return (
    <Note status="soon" alert>
      <div class="row wrap">
        <span class="grow">{props.text}</span>
        <button type="button" class="button compact" onClick={() => void props.onRetry()}>
          {t('failed.retry')}
        </button>
      </div>
    </Note>
  );
}
