/** Where WinAnsi is not Latin 1: codes 128 to 159. */
const special = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const codeOf = new Map([...special].flatMap((sign, i) => (sign === ' ' ? [] : [[sign, 128 + i] as const])));

/** Signs that have a likeness there. */
const likeness: Readonly<Record<string, string>> = {
  '\u2212': '–',
  '\u2010': '-',
  '\u2011': '-',
  '\u2192': '>',
  '\u2265': '>=',
  '\u2264': '<=',
  '\u02bc': "'",
};

/** Stands where a sign cannot be drawn. */
const unknown = '?'.charCodeAt(0);

export interface Encoded {
  readonly bytes: Uint8Array;
  /** Whether every sign could be drawn. */
  readonly complete: boolean;
}

/**
 * Text in the encoding of the standard fonts: Indonesian, English and the languages of western Europe. Letters with marks
 * it does not have lose the marks; each sign of another script becomes "?".
 */
export function encodeWinAnsi(text: string): Encoded {
  const bytes: number[] = [];
  let complete = true;
  for (const sign of text.normalize('NFC')) {
    const codes = codesOf(sign) ?? codesOf(likeness[sign] ?? '') ?? codesOf(withoutMarks(sign));
    if (codes === null) complete = false;
    bytes.push(...(codes ?? [unknown]));
  }
  return { bytes: Uint8Array.from(bytes), complete };
}

const withoutMarks = (sign: string): string => sign.normalize('NFKD').replace(/\p{M}/gu, '');

/** Null when one of the signs, or all, is not there. */
function codesOf(signs: string): number[] | null {
  if (signs === '') return null;
  const codes: number[] = [];
  for (const sign of signs) {
    const code = /\s/.test(sign) ? 32 : (codeOf.get(sign) ?? sign.codePointAt(0)!);
    const isThere = codeOf.has(sign) || (code >= 32 && code < 127) || (code > 159 && code < 256);
    if (!isThere) return null;
    codes.push(code);
  }
  return codes;
}
