/**
 * What was sent, to be read by a person: the bytes (as latin1 text) as UTF-8 where they are, each byte that cannot be
 * shown as its number.
 */
export function payloadText(latin1: string): string {
  const bytes = Uint8Array.from(latin1, character => character.charCodeAt(0));
  const readable = decodeUtf8(bytes) ?? latin1;
  return [...readable].map(c => (isControl(c) ? `\\x${hex(c)}` : c)).join('');
}

function decodeUtf8(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    // Not UTF-8. (A last letter that was cut off is no fault: it is left out.)
    return undefined;
  }
}

const isControl = (c: string): boolean => /\p{Cc}|\p{Cf}/u.test(c) && c !== '\n' && c !== '\t';
const hex = (c: string): string => (c.codePointAt(0) ?? 0).toString(16).padStart(2, '0');
