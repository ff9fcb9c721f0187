/** What somebody types to name a person: an e-mail address has an "@", anything else is a telephone number. */
export function identityFields(typed: string): { email: string } | { phone: string } {
  const text = typed.trim();
  return text.includes('@') ? { email: text } : { phone: text };
}

/** A telephone number as people write it in Indonesia: "+6281234567890" is "0812 3456 7890". Others stay as they are. */
export function shownPhone(phone: string): string {
  const home = /^\+62(\d{5,13})$/.exec(phone)?.[1];
  if (home === undefined) return phone;
  return `0${home}`.replace(/^(\d{4})(\d{3,4})(\d+)$/, '$1 $2 $3');
}

/** What a person is reached by, as it is shown. */
export const shownIdentity = (one: { email: string | null; phone: string | null }): string =>
  one.email ?? (one.phone === null ? '' : shownPhone(one.phone));
