import type { ComponentChildren, JSX } from 'preact';
import type { ShownStatus } from '../shownLife.ts';
import { Icon } from './Icon.tsx';

interface NoteProps {
  readonly status: ShownStatus;
  readonly children: ComponentChildren;
  /** Read out at once: something failed or became worse. */
  readonly alert?: boolean;
}

/** One sentence that stands out, with the shape of its status. */
export function Note({ status, children, alert = false }: NoteProps): JSX.Element {
  return (
    <div class={`note ${status}`} role={alert ? 'alert' : 'status'}>
      <Icon name={status} size={22} />
      <div class="grow">{children}</div>
    </div>
  );
}
