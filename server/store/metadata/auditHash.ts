import { createHash } from 'node:crypto';

/** What a line says. Its hash covers all of it. */
export interface HashedLine {
  readonly orgId: string | null;
  /** Its number in the chain of its organisation, from 1. */
  readonly line: number;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
  /** JSON. */
  readonly before: string | null;
  /** JSON. */
  readonly after: string | null;
}

/** What stands before the first line of a chain. */
export const noHash = '0'.repeat(64);

/**
 * The hash of a line, in lower-case hexadecimal digits:
 *
 *   SHA-256( previousHash LF JSON [1, orgId, line, at, actor, action, subject, detail, before, after] )
 *
 * The JSON is that of `JSON.stringify`: no spaces, `null` for what is not there, UTF-8. The 1 is the version of this rule.
 *
 * @param previousHash  of the line before, or `noHash`
 */
export function auditHash(previousHash: string, line: HashedLine): string {
  const { orgId, at, actor, action, subject, detail, before, after } = line;
  const said = JSON.stringify([1, orgId, line.line, at, actor, action, subject, detail, before, after]);
  return createHash('sha256').update(`${previousHash}\n${said}`).digest('hex');
}

/**
 * Text as every database gives it back: without NUL, which PostgreSQL does not keep, and without halves of characters,
 * which have no UTF-8. A hash over anything else would not be found again.
 */
export const storedText = (text: string): string => text.toWellFormed().replaceAll('\0', '␀');
