import type { ApiError } from '../api.ts';
import type { MessageId } from '../i18n/catalogues.ts';
import { t } from '../i18n/messages.ts';
import { asRefusal } from '../state.ts';
import type { FieldErrors } from '../useForm.ts';

/** A refusal in words. What the pages do not know is passed on as the server says it. */
export function refusalText(error: ApiError): string {
  const known: Readonly<Record<string, MessageId>> = {
    'member.last_owner': 'manage.people.lastOwner',
    'member.belongs_elsewhere': 'manage.people.elsewhere',
    'user.exists': 'manage.invite.member',
    'token.role_too_high': 'manage.tokens.tooHigh',
    'contact.exists': 'manage.contacts.exists',
    'contact.too_many': 'manage.contacts.tooMany',
    'contact.code_wrong': 'manage.contacts.codeWrong',
    'contact.code_expired': 'manage.contacts.codeExpired',
    'contact.too_many_tries': 'manage.contacts.codeTries',
    'place.exists': 'manage.rule.taken',
    'product.exists': 'manage.rule.taken',
    'grant.not_found': 'account.share.gone',
    'member.has_no_account': 'account.share.needsEmail',
  };
  const { code, status } = error;
  if (error.unreachable) return t('manage.offline');
  if (known[code] !== undefined) return t(known[code]);
  if (status === 403) return t('manage.notAllowed');
  if (status === 429) return t('manage.tooOften');
  if (status === 404) return t('manage.gone');
  return t('manage.failed', { why: error.message });
}

/** Refusals by their codes: the field they belong to, else a sentence for the whole form. */
export function refusedAt<T>(fields: Readonly<Record<string, keyof T & string>> = {}) {
  return (thrown: ApiError): FieldErrors<T> | string => {
    const error = asRefusal(thrown);
    const field = fields[error.code];
    return field === undefined
      ? refusalText(error)
      : ({ [field]: refusalText(error) } as unknown as FieldErrors<T>);
  };
}
