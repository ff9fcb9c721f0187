import type { ApiError } from './api.ts';
import type { Translate } from './i18n/catalogues.ts';

/** Why something was not saved, for a person: known refusals in their language, others as the server says them. */
export function failureText(error: ApiError, t: Translate): string {
  const known: Record<string, string> = {
    'found_device.claimed': t('failed.deviceClaimed'),
    'found_device.not_found': t('failed.deviceGone'),
    'node.not_found': t('failed.nodeNotFound'),
    'quarantine.not_found': t('failed.quarantineGone'),
  };
  if (error.status === 403) return t('failed.notAllowed');
  const named = error.fields.map(f => `${f.field}: ${f.message}`).join(' ');
  return (
    known[error.code] ??
    `${t('failed.save')} ${error.unreachable ? t('failed.retry') : named || error.message}`
  );
}
