/**
 * Stands in a message for something that is not text, such as a name in another colour: given as the value of a
 * placeholder, so that translators keep the whole sentence and put it where their language wants it.
 */
export const place = (index: number): string => String.fromCharCode(firstPlace + index);

const firstPlace = 0xe000;

/** A message as text and the indexes of the places in it, in the order of this language: ["Jual ", 0, " sekarang."]. */
export function splitAtPlaces(message: string): (string | number)[] {
  return message
    .split(/([\ue000-\ue00f])/)
    .filter(part => part !== '')
    .map(part => (/^[\ue000-\ue00f]$/.test(part) ? part.charCodeAt(0) - firstPlace : part));
}
