import type { Generated } from 'kysely';
import type { Filling, Migration } from '../migration.ts';
import { auditHash, noHash, storedText } from './auditHash.ts';

export interface AuditTables {
  /** Who did what: one chain of lines for each organisation, and one for what concerns none. Only ever added to. */
  audit: {
    audit_id: Generated<number>;
    at: number;
    org_id: string | null;
    actor: string;
    action: string;
    subject: string;
    detail: string;
    /** Its number in its chain, from 1. */
    line: number;
    /** JSON of what changed, as it was. */
    value_before: string | null;
    /** JSON of what changed, as it is now. */
    value_after: string | null;
    previous_hash: string;
    hash: string;
  };
}

const linesAtOnce = 500;

/**
 * Chains the lines that are there, in the order in which they were written. The indexes come last: two lines of one number
 * would be a fork, and no database takes them.
 */
export const auditChainMigration: Migration = {
  sql: `
  ALTER TABLE audit ADD COLUMN line INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE audit ADD COLUMN value_before TEXT;
  ALTER TABLE audit ADD COLUMN value_after TEXT;
  ALTER TABLE audit ADD COLUMN previous_hash TEXT NOT NULL DEFAULT '';
  ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '';`,
  fill: chainLines,
};

interface OldLine {
  readonly audit_id: number;
  readonly at: number;
  readonly org_id: string | null;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
}

function* chainLines(): Filling {
  const ends = new Map<string | null, { line: number; hash: string }>();
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const sql = `select audit_id, at, org_id, actor, action, subject, detail from audit
      where audit_id > ? order by audit_id limit ${linesAtOnce}`;
    const rows = (yield { sql, values: [after] }) as unknown as OldLine[];
    for (const row of rows) {
      const { line, hash: previous } = ends.get(row.org_id) ?? { line: 0, hash: noHash };
      const [actor = '', action = '', subject = '', detail = ''] = [
        ...[row.actor, row.action, row.subject, row.detail].map(storedText),
      ];
      const said = { orgId: row.org_id, line: line + 1, at: row.at, actor, action, subject, detail };
      const hash = auditHash(previous, { ...said, before: null, after: null });
      yield {
        sql: `update audit set actor = ?, action = ?, subject = ?, detail = ?, line = ?, previous_hash = ?, hash = ?
          where audit_id = ?`,
        values: [actor, action, subject, detail, line + 1, previous, hash, row.audit_id],
      };
      ends.set(row.org_id, { line: line + 1, hash });
      after = row.audit_id;
    }
    if (rows.length < linesAtOnce) break;
  }
  for (const sql of indexes) yield { sql, values: [] };
}

const indexes = [
  'create unique index audit_of_organisation on audit (org_id, line)',
  'create unique index audit_of_nobody on audit (line) where org_id is null',
  'create index audit_by_time on audit (org_id, at, line)',
];
