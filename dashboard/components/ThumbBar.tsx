import type { ComponentChildren, JSX } from 'preact';
import { said } from '../snack.ts';

/** What is done with one thumb: at the foot of a phone, above the snackbar; below the head of a wide page. */
export function ThumbBar({ children }: { children: ComponentChildren }): JSX.Element {
  return <div class={`thumb thumb-bar${said.value === null ? '' : ' above-snack'}`}>{children}</div>;
}
