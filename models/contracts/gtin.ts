import { z } from 'zod';

const rule = 'must be a GTIN of 8, 12, 13 or 14 digits with a valid check digit';

/** The number of a trade item after GS1, as digits with its check digit. */
export const gtinSchema = z
  .string({ error: rule })
  .regex(/^(\d{8}|\d{12,14})$/, { error: rule })
  .refine(hasValidCheckDigit, { error: rule });

/** Digits from the right are weighted 3, 1, 3, …, starting beside the check digit, which fills them up to a ten. */
export function hasValidCheckDigit(digits: string): boolean {
  const weighted = [...digits].reverse().map((digit, index) => Number(digit) * (index % 2 === 0 ? 1 : 3));
  return weighted.reduce((sum, value) => sum + value, 0) % 10 === 0;
}
