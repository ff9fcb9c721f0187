import type { MetadataDb } from './database.ts';

export interface AuditEntry {
  readonly at: number;
  readonly orgId: string | null;
  /** Who: "token <name>", "user <id>", "node <id>", "command line". */
  readonly actor: string;
  /** What, such as `node.added`. */
  readonly action: string;
  /** To what. */
  readonly subject: string;
  readonly detail: string;
}

/** Writes one line of who did what. Lines are never changed. */
export async function addAudit(db: MetadataDb, entry: AuditEntry): Promise<void> {
  await db
    .insertInto('audit')
    .values({
      at: entry.at,
      org_id: entry.orgId,
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject,
      detail: entry.detail,
    })
    .execute();
}

/** The newest lines of one organisation first. */
export async function listAudit(db: MetadataDb, orgId: string, limit: number): Promise<AuditEntry[]> {
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('audit_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ org_id, audit_id: _, ...line }) => ({ ...line, orgId: org_id }));
}
