import { signal } from '@preact/signals';

/** A message at the foot of the page about what was just done, with its way back. */
export interface Said {
  readonly text: string;
  /** It was not done after all. */
  readonly failed?: boolean;
  readonly undo?: () => void;
}

export const said = signal<Said | null>(null);
