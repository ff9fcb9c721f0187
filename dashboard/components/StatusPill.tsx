import type { JSX } from 'preact';
import { t } from '../i18n/messages.ts';
import type { ShownStatus } from '../shownLife.ts';
import { Icon } from './Icon.tsx';

/** A status as shape, colour and word together; `word` replaces the usual one. */
export function StatusPill({ status, word }: { status: ShownStatus; word?: string }): JSX.Element {
  return (
    <span class={`pill ${status}`}>
      <Icon name={status} size={16} />
      {word ?? t(`status.${status}`)}
    </span>
  );
}
