import { StoreUnavailable } from '../../errors.ts';

/** Codes of Node for a server that cannot be reached, or no longer. */
const networkCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOENT', 'EACCES'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'],
]);

/**
 * What PostgreSQL answers when the world has failed and not the question: classes 08 connection, 28 login, 40 turn taken
 * back, 53 resources (disk full, too many connections), 57 intervention (shutdown, time-out), 58 system, XX damage; a
 * lock not to be had, a transaction left idle too long, a database that is gone, one that only reads.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const worldFailed = /^(?:08|28|40|53|57|58|XX)|^(?:55P03|25P03|25P04|25006|3D000)$/;

/** Sentences of the client, which has no codes for them. */
const clientSentences =
  /^(?:Connection terminated|Client has encountered a connection error|timeout exceeded when trying|Query read timeout|Client was closed)|not queryable|server does not support SSL/i;

/**
 * The error of a query in the words of the stores: `StoreUnavailable` when trying again later may help, else itself.
 *
 * @param place  where the database is, without its password
 */
export function postgresError(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreUnavailable) return error;
  const code = String((error as { code?: unknown }).code ?? '');
  const isOutage = networkCodes.has(code) || worldFailed.test(code) || clientSentences.test(error.message);
  if (!isOutage) return error;
  return new StoreUnavailable(`${place} does not answer: ${sentenceOf(error)}`, { cause: error });
}

/** A name with several addresses fails with an error that carries one for each and says nothing itself. */
export function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(sentenceOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** An address that may be shown: host, port and database. */
export function placeOf(url: string): string {
  const { hostname, port, pathname, searchParams } = new URL(url);
  const host = hostname || searchParams.get('host') || 'localhost';
  return `postgres://${host}${port && `:${port}`}${pathname}`;
}
