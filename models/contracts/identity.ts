import { z } from 'zod';

const emailRule = 'must be an e-mail address of at most 254 characters';
const phoneRule = 'must be a telephone number, such as 081234567890 or +6281234567890';
const identityRule = 'must be an e-mail address or a telephone number';

/** Accounts that have only a telephone number are kept under made-up addresses of this domain, which no mail can have. */
export const phoneMailDomain = 'phone.invalid';

/** Numbers without a country code are Indonesian. */
const homeCountryCode = '62';

/**
 * A telephone number as E.164 (`+` and 7 to 15 digits); null when it is none. Takes what people write: spaces, dots, dashes
 * and brackets; `0812…`, `62812…`, `0062812…` and `+62 (0)812…` are one number.
 */
export function toE164(text: string): string | null {
  const compact = text
    .trim()
    .replace(/\(0\)/, '')
    .replace(/[\s().\-/\u00a0\u2010-\u2013]/g, '');
  if (!/^\+?\d{5,18}$/.test(compact)) return null;
  const digits = internationalDigits(compact);
  return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : null;
}

function internationalDigits(compact: string): string {
  if (compact.startsWith('+')) return withoutTrunkZero(compact.slice(1));
  if (compact.startsWith('00')) return withoutTrunkZero(compact.slice(2));
  if (compact.startsWith('0')) return homeCountryCode + compact.slice(1);
  // "812…" as dialled from a phone's address book, "62812…" as WhatsApp shows it.
  return compact.startsWith('8') ? homeCountryCode + compact : withoutTrunkZero(compact);
}

/** +62 0812… is a common slip: the zero is only dialled inside the country. */
const withoutTrunkZero = (digits: string): string =>
  digits.startsWith(`${homeCountryCode}0`) ? homeCountryCode + digits.slice(3) : digits;

export const phoneSchema = z
  .string({ error: phoneRule })
  .max(32, { error: phoneRule })
  .transform((text, context) => {
    const phone = toE164(text);
    if (phone !== null) return phone;
    context.addIssue({ code: 'custom', message: phoneRule });
    return z.NEVER;
  });

export const emailSchema = z
  .string({ error: emailRule })
  .trim()
  .toLowerCase()
  .max(254, { error: emailRule })
  .pipe(z.email({ error: emailRule }))
  .refine(email => !email.endsWith(`@${phoneMailDomain}`), { error: emailRule });

/** What somebody signs in with. */
export type Identity = { readonly email: string } | { readonly phone: string };

export const identitySchema = z
  .string({ error: identityRule })
  .max(254, { error: identityRule })
  .transform((text, context): Identity => {
    const email = emailSchema.safeParse(text);
    if (email.success) return { email: email.data };
    const phone = toE164(text);
    if (phone !== null) return { phone };
    context.addIssue({ code: 'custom', message: identityRule });
    return z.NEVER;
  });
