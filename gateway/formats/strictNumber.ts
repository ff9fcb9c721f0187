/** Longest text taken for a number. */
const maxNumberLength = 32;
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
/** How firmware and bridges write "there is no value". */
const noValueWords: ReadonlySet<string> = new Set([
  'nan',
  '-nan',
  'null',
  'none',
  'unknown',
  'unavailable',
  'inf',
  '-inf',
  'infinity',
  '-infinity',
]);

export type StrictNumber =
  | { readonly ok: true; readonly value: number }
  | {
      readonly ok: false;
      readonly reason: 'wrong-type' | 'not-a-number' | 'not-finite';
      /** The sensor's own word for having no value, if it was one. */
      readonly fault?: string;
    };

/**
 * A number from JSON or text: a JSON number, or a decimal number as trimmed text. Nothing else counts, so that true,
 * "", [5] and "0x10" never turn into a temperature.
 */
export function strictNumber(raw: unknown): StrictNumber {
  if (typeof raw === 'number') {
    if (Number.isFinite(raw)) return { ok: true, value: raw + 0 };
    return Number.isNaN(raw)
      ? { ok: false, reason: 'not-a-number', fault: 'nan' }
      : { ok: false, reason: 'not-finite' };
  }
  if (typeof raw !== 'string') return { ok: false, reason: 'wrong-type' };
  const text = raw.trim();
  if (text === '') return { ok: false, reason: 'wrong-type' };
  if (text.length <= maxNumberLength && decimal.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? { ok: true, value: value + 0 } : { ok: false, reason: 'not-finite' };
  }
  const word = text.slice(0, maxNumberLength).toLowerCase();
  return noValueWords.has(word)
    ? { ok: false, reason: 'not-a-number', fault: word }
    : { ok: false, reason: 'not-a-number' };
}
