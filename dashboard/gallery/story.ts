import type { ComponentType } from 'preact';

/** One component in every state it has. */
export interface Story {
  /** As in `?gallery=<name>`. */
  readonly name: string;
  readonly states: readonly { readonly name: string; readonly draw: ComponentType }[];
  /** Looked at on a wide screen. */
  readonly wide?: boolean;
  /** Is a whole page: drawn alone. */
  readonly isPage?: boolean;
  /** What the pages know while it is shown. */
  setUp?(): void;
}

/** What `states` writes shorter: name and drawing. */
export const states = (of: Readonly<Record<string, ComponentType>>): Story['states'] =>
  Object.entries(of).map(([name, draw]) => ({ name, draw }));
