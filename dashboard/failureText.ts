import type { ApiError } from './api.ts';
import type { Words } from './i18n/indonesian.ts';

/** Why something was not saved, for a person: known refusals in their language, others as the server says them. */
export function failureText(error: ApiError, words: Words): string {
  const { found } = words.onboarding;
  const known: Record<string, string> = {
    'found_device.claimed': found.alreadyClaimed,
    'found_device.not_found': found.gone,
    'node.not_found': words.onboarding.node.notFound,
    'quarantine.not_found': words.onboarding.quarantine.gone,
  };
  if (error.status === 403) return words.failed.notAllowed;
  const named = error.fields.map(f => `${f.field}: ${f.message}`).join(' ');
  return (
    known[error.code] ??
    `${words.failed.save} ${error.unreachable ? words.failed.retry : named || error.message}`
  );
}
