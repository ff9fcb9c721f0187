import type { ComponentChildren, JSX } from 'preact';
import type { ShownStatus } from '../shownLife.ts';
import { Icon } from './Icon.tsx';

export interface TimelineEntry {
  readonly key: string;
  readonly look: ShownStatus | 'dot';
  readonly when: string;
  readonly title: string;
  readonly detail?: ComponentChildren;
}

/** What happened, one thing below the other. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }): JSX.Element {
  return (
    <ol class="events">
      {entries.map(({ key, look, when, title, detail }) => (
        <li key={key} class={look}>
          <Icon name={look} size={16} />
          <div class="grow">
            <span class="muted">{when}</span>
            <br />
            <b>{title}</b>
            {detail != null && <div class="second">{detail}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}
