import type { ComponentChildren, JSX } from 'preact';
import { now } from '../clock.ts';
import { Note } from '../components/Note.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import type { Listed } from './useList.ts';

interface ListFrameProps<T> {
  readonly list: Listed<T>;
  /** What it holds, for the sentence when it cannot be loaded. */
  readonly what: string;
  /** What stands there when there is nothing. */
  readonly empty: string;
  readonly children: (items: readonly T[]) => ComponentChildren;
}

/** A list in whichever state it is: on its way, failed, old, empty, there. */
export function ListFrame<T>({ list, what, empty, children }: ListFrameProps<T>): JSX.Element {
  const { items, at, failed } = list;
  return (
    <>
      {failed !== null && (
        <Note status="soon" alert>
          <div class="row wrap">
            <span class="grow">
              {at === null
                ? t('manage.listFailed', { what })
                : t('manage.listCached', { what, at: format.value.moment(at, now.value) })}
            </span>
            <button type="button" class="button compact" onClick={() => void list.reload()}>
              {t('manage.retry')}
            </button>
          </div>
        </Note>
      )}
      {items === null && failed === null && <Placeholder rows={2} />}
      {items !== null && (items.length === 0 ? <p class="second">{empty}</p> : children(items))}
    </>
  );
}
