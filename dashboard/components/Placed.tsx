import type { ComponentChildren, JSX } from 'preact';
import { splitAtPlaces } from '../i18n/places.ts';

/** A message whose places are filled with what is no text, such as a figure in bold. */
export function Placed({ message, of }: { message: string; of: readonly ComponentChildren[] }): JSX.Element {
  return <>{splitAtPlaces(message).map(part => (typeof part === 'string' ? part : of[part]))}</>;
}
