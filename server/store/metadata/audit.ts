import { auditHash, type HashedLine, noHash, storedText } from './auditHash.ts';
import type { MetadataDb } from './database.ts';

export interface AuditEntry {
  readonly at: number;
  /** Whose chain it belongs to; null: the server's own. */
  readonly orgId: string | null;
  /** Who: "token <name>", "user <id>", "setup" (the command line), "server", an address. */
  readonly actor: string;
  /** What, such as `node.added`: kind of thing, dot, what became of it. */
  readonly action: string;
  /** To what. */
  readonly subject: string;
  readonly detail: string;
  /** What was changed, as it was; small, no secrets. */
  readonly before?: unknown;
  /** What was changed, as it is now. */
  readonly after?: unknown;
}

/** A line as it is kept. */
export interface AuditLine extends HashedLine {
  readonly previousHash: string;
  readonly hash: string;
}

/** The last line of a chain up to some moment: whoever keeps it elsewhere can tell whether the chain was cut off since. */
export interface AuditEnd {
  readonly line: number;
  readonly at: number;
  readonly hash: string;
}

/**
 * Writes one line of who did what, chained to the one before. Lines are never changed. Give a transaction, and the line
 * stands or falls with it; else it has one of its own. Writers take turns (see README.md), so no two lines follow the same
 * one; the index over line numbers would refuse the second.
 */
export async function addAudit(db: MetadataDb, entry: AuditEntry): Promise<void> {
  if (db.isTransaction) return appendLine(db, entry);
  return db.transaction().execute(transaction => appendLine(transaction, entry));
}

async function appendLine(transaction: MetadataDb, entry: AuditEntry): Promise<void> {
  const last = await lastAuditLine(transaction, entry.orgId);
  const previousHash = last?.hash ?? noHash;
  const json = (value: unknown) => (value === undefined ? null : storedText(JSON.stringify(value)));
  const line: HashedLine = {
    orgId: entry.orgId,
    line: (last?.line ?? 0) + 1,
    at: entry.at,
    actor: storedText(entry.actor),
    action: storedText(entry.action),
    subject: storedText(entry.subject),
    detail: storedText(entry.detail),
    before: json(entry.before),
    after: json(entry.after),
  };
  await transaction
    .insertInto('audit')
    .values({
      at: line.at,
      org_id: line.orgId,
      actor: line.actor,
      action: line.action,
      subject: line.subject,
      detail: line.detail,
      line: line.line,
      value_before: line.before,
      value_after: line.after,
      previous_hash: previousHash,
      hash: auditHash(previousHash, line),
    })
    .execute();
}

/** The newest line of a chain. @param action  of those with this action only */
export async function lastAuditLine(
  db: MetadataDb,
  orgId: string | null,
  action?: string,
): Promise<AuditLine | null> {
  const row = await chainOf(db, orgId)
    .selectAll()
    .$if(action !== undefined, query => query.where('action', '=', action!))
    .orderBy('line', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toLine(row);
}

export interface AuditFilter {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly actor?: string | undefined;
  /** A whole action (`node.added`) or its kind (`node`). */
  readonly action?: string | undefined;
  /** Only lines written before this one. */
  readonly beforeLine?: number | undefined;
}

/** The newest lines of one organisation first. */
export async function listAudit(
  db: MetadataDb,
  orgId: string,
  limit: number,
  { from, to, actor, action, beforeLine }: AuditFilter = {},
): Promise<AuditLine[]> {
  let query = db.selectFrom('audit').selectAll().where('org_id', '=', orgId);
  if (from !== undefined) query = query.where('at', '>=', from);
  if (to !== undefined) query = query.where('at', '<', to);
  if (actor !== undefined) query = query.where('actor', '=', actor);
  if (action?.includes('.')) query = query.where('action', '=', action);
  // Of this kind: what stands between "kind." and the character after the dot.
  else if (action !== undefined)
    query = query.where('action', '>', `${action}.`).where('action', '<', `${action}/`);
  if (beforeLine !== undefined) query = query.where('line', '<', beforeLine);
  return (await query.orderBy('line', 'desc').limit(limit).execute()).map(toLine);
}

function chainOf(db: MetadataDb, orgId: string | null) {
  const all = db.selectFrom('audit');
  return orgId === null ? all.where('org_id', 'is', null) : all.where('org_id', '=', orgId);
}

const linesAtOnce = 1_000;

/** A whole chain in the order of its numbers, as it is kept: what was tampered with comes as it is. */
export async function* readAuditChain(
  db: MetadataDb,
  orgId: string | null,
): AsyncGenerator<AuditLine, void, undefined> {
  let place: { line: number; id: number } | undefined;
  for (;;) {
    const rows = await chainPage(db, orgId, place);
    for (const row of rows) yield toLine(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < linesAtOnce) return;
    place = { line: last.line, id: last.audit_id };
  }
}

/** Two lines of one number cannot be, unless somebody took the index away first: none is passed over. */
async function chainPage(
  db: MetadataDb,
  orgId: string | null,
  place: { readonly line: number; readonly id: number } | undefined,
) {
  let query = chainOf(db, orgId).selectAll();
  if (place !== undefined)
    query = query.where(({ eb, or, and }) =>
      or([eb('line', '>', place.line), and([eb('line', '=', place.line), eb('audit_id', '>', place.id)])]),
    );
  return query.orderBy('line').orderBy('audit_id').limit(linesAtOnce).execute();
}

/** The last line that was written within a span; null when there is none. */
export async function auditEndWithin(
  db: MetadataDb,
  orgId: string | null,
  span: { readonly from: number; readonly to: number },
): Promise<AuditEnd | null> {
  const row = await chainOf(db, orgId)
    .select(['line', 'at', 'hash'])
    .where('at', '>=', span.from)
    .where('at', '<', span.to)
    .orderBy('line', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** When the last line before a moment was written; null when there is none. */
export async function lastAuditTimeBefore(
  db: MetadataDb,
  orgId: string | null,
  before: number,
): Promise<number | null> {
  const row = await chainOf(db, orgId)
    .select('at')
    .where('at', '<', before)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.at ?? null;
}

/** Whose chains there are; null is the server's own, which comes first. */
export async function auditChainsOfAllOrganisations(db: MetadataDb): Promise<(string | null)[]> {
  const rows = await db.selectFrom('audit').select('org_id').distinct().execute();
  const ids = rows.map(row => row.org_id);
  return [...ids.filter(id => id === null), ...ids.filter(id => id !== null).sort()];
}

interface Row {
  readonly at: number;
  readonly org_id: string | null;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
  readonly line: number;
  readonly value_before: string | null;
  readonly value_after: string | null;
  readonly previous_hash: string;
  readonly hash: string;
}

function toLine(row: Row): AuditLine {
  const { at, actor, action, subject, detail, line, hash } = row;
  return {
    ...{ orgId: row.org_id, line, at, actor, action, subject, detail },
    ...{ before: row.value_before, after: row.value_after, previousHash: row.previous_hash, hash },
  };
}
