/** How a laboratory's sheet gives a count. */
export type CountUnit = 'cfu' | 'log10';

/**
 * A plate count as it is typed, as log10 CFU/g: "4,5 x 10^6", "4.5e6", "4500000", "4.500.000" or, by logarithm, "6,65".
 * "<10" (nothing found at this limit) is `below`. `null` for what is no count from 0 to 12 log10.
 */
export function readCount(
  typed: string,
  unit: CountUnit,
): { readonly log10: number; readonly below: boolean } | null {
  const text = typed.trim().toLowerCase();
  const below = /^[<≤]/.test(text);
  const value = readNumber(text.replace(/^[<≤]\s*/, ''));
  if (value === null) return null;
  const log10 = unit === 'log10' ? value : value > 0 ? Math.log10(value) : Number.NaN;
  return log10 >= 0 && log10 <= 12 ? { log10, below } : null;
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function readNumber(text: string): number | null {
  const plain = text
    .replaceAll(/[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, power => `^${[...power].map(c => superscripts.indexOf(c)).join('')}`)
    .replaceAll(/\s/g, '')
    .replace(/[x×*·]?10\^(\d{1,2})$/, 'e$1')
    .replace(/^e/, '1e');
  const match = /^(\d[\d.,]*)(?:e\+?(\d{1,2}))?$/.exec(plain);
  if (match === null) return null;
  const mantissa = readDecimal(match[1] ?? '');
  return mantissa === null ? null : mantissa * 10 ** Number(match[2] ?? 0);
}

/** Points that part thousands, or one comma or point before decimals, as either side of the sea writes them. */
function readDecimal(text: string): number | null {
  if (/^\d{1,3}([.,]\d{3})+$/.test(text) && !/^0[.,]/.test(text)) return Number(text.replaceAll(/[.,]/g, ''));
  return /^\d+([.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : null;
}
