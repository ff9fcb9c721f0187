import type { JSX } from 'preact';
import { now } from '../clock.ts';
import { t } from '../i18n/messages.ts';
import { agreedAt, format, load, loadFailed } from '../state.ts';
import { Note } from './Note.tsx';

/** What could not be loaded, what is still shown, and a way to try again. Nothing while all is well. */
export function FailedNote(): JSX.Element | null {
  if (loadFailed.value === null) return null;
  const shownFrom = agreedAt.value;
  return (
    <Note status="soon" alert>
      <div class="row">
        <span class="grow">
          {shownFrom === null
            ? t('failed.load')
            : t('failed.cached', { at: format.value.moment(shownFrom, now.value) })}
        </span>
        <button type="button" class="button compact" onClick={() => void load()}>
          {t('failed.retry')}
        </button>
      </div>
    </Note>
  );
}
