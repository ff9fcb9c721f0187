import type { BoundedAnswer } from './boundedRequest.ts';
import type { DeliveryOutcome } from './channel.ts';
import { UnsafeAddress } from './safeFetch.ts';

const longestReason = 200;
/** A provider may ask us to wait, but not for longer than a message is worth. */
const longestWaitS = 24 * 3600;
/** What a person has to mend on this server is tried again now and then: messages wait for it. */
export const mendableAfterS = 600;

/** Words of a provider as a reason: one line, short, without any of the secrets. */
export function reasonOf(text: string, secrets: readonly string[] = []): string {
  const hidden = secrets
    .filter(secret => secret !== '')
    .reduce((line, secret) => line.replaceAll(secret, '***'), text);
  return hidden
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, longestReason);
}

export const failed = (reason: string, secrets?: readonly string[]): DeliveryOutcome => ({
  outcome: 'failed',
  reason: reasonOf(reason, secrets),
});

export function retry(reason: string, afterS?: number, secrets?: readonly string[]): DeliveryOutcome {
  const wait = afterS === undefined || !Number.isFinite(afterS) ? undefined : Math.ceil(Math.max(0, afterS));
  return {
    outcome: 'retry',
    reason: reasonOf(reason, secrets),
    ...(wait !== undefined && { afterS: Math.min(wait, longestWaitS) }),
  };
}

export const delivered = (providerId?: string): DeliveryOutcome => ({
  outcome: 'delivered',
  ...(providerId !== undefined && providerId !== '' && { providerId: providerId.slice(0, longestReason) }),
});

/** An answer that came to nothing: which kind of nothing. */
export function outcomeOfStatus(answer: BoundedAnswer, who: string, now: number): DeliveryOutcome {
  const { status } = answer;
  const reason = `${who} answered ${status}`;
  if (status >= 300 && status < 400) return failed(`${reason}, and redirects are not followed`);
  if (status >= 500 || [408, 425, 429].includes(status)) return retry(reason, retryAfterS(answer, now));
  return failed(reason);
}

/** Seconds or a date, as RFC 9110 has it. */
export function retryAfterS({ headers }: BoundedAnswer, now: number): number | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now) / 1000);
}

const words: Readonly<Record<string, string>> = {
  ABORT_ERR: 'it did not answer within 5 seconds',
  ETIMEDOUT: 'it did not answer within 5 seconds',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut off',
  EPIPE: 'the connection was cut off',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name could not be looked up',
  EHOSTUNREACH: 'it cannot be reached',
  ENETUNREACH: 'it cannot be reached',
};

/** Nothing was heard: of that only the kind is told, because messages of Node name hosts and addresses. */
export function outcomeOfError(error: unknown, who: string): DeliveryOutcome {
  if (error instanceof UnsafeAddress) return failed(`${who} may not be called: ${error.message}`);
  const { code = '', name = '' } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError' || name === 'AbortError') return retry(`${who}: ${words.ABORT_ERR}`);
  const isTls = /CERT|TLS|SSL|ISSUER|SIGNATURE|SELF_SIGNED/.test(code);
  return retry(
    `${who}: ${words[code] ?? (isTls ? 'its certificate cannot be trusted' : 'the request failed')}`,
  );
}
