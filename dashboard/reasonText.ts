import type { Words } from './i18n/indonesian.ts';

/** Why something was not used, in plain words; a code of another release in the server's own. */
export function reasonText(code: string, otherwise: string, words: Words): string {
  const reasons: Readonly<Record<string, string>> = words.onboarding.quarantine.reasons;
  return Object.hasOwn(reasons, code) ? (reasons[code] ?? otherwise) : otherwise;
}
