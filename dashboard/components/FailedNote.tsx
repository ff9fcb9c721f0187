import type { JSX } from 'preact';
import { now } from '../clock.ts';
import { t } from '../i18n/messages.ts';
import { agreedAt, format, load, loadFailed } from '../state.ts';
import { RetryNote } from './RetryNote.tsx';

/** What could not be loaded, what is still shown, and a way to try again. Nothing while all is well. */
export function FailedNote(): JSX.Element | null {
  if (loadFailed.value === null) return null;
  const shownFrom = agreedAt.value;
  return (
    <RetryNote
      text={
        shownFrom === null
          ? t('failed.load')
          : t('failed.cached', { at: format.value.moment(shownFrom, now.value) })
      }
      onRetry={() => void load()}
    />
  );
}
