import type { Selectable } from 'kysely';
import type { MetadataDb, MetadataTables } from './database.ts';

/** A code that makes its bearer the device of one node, once. */
export interface ClaimCode {
  readonly codeHash: string;
  readonly orgId: string;
  readonly nodeId: string;
  readonly name: string;
  readonly placeId: string | null;
  readonly reportEveryS: number | null;
  /** For a new device of a node that is there already. */
  readonly replaces: boolean;
  readonly createdBy: string;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

/** Adds a code; an unused one for the same node holds no longer. */
export async function addClaimCode(
  db: MetadataDb,
  code: Omit<ClaimCode, 'usedAt'>,
  now: number,
): Promise<void> {
  await db.transaction().execute(async transaction => {
    await transaction
      .deleteFrom('claim_codes')
      .where('org_id', '=', code.orgId)
      .where('node_id', '=', code.nodeId)
      .where('used_at', 'is', null)
      .execute();
    await transaction
      .insertInto('claim_codes')
      .values({
        code_hash: code.codeHash,
        org_id: code.orgId,
        node_id: code.nodeId,
        name: code.name,
        place_id: code.placeId,
        report_every_s: code.reportEveryS,
        replaces: Number(code.replaces),
        created_at: now,
        created_by: code.createdBy,
        expires_at: code.expiresAt,
        used_at: null,
        hardware_id: null,
      })
      .execute();
  });
}

/** Whoever shows a code belongs to no organisation yet: the code says to which. */
export async function findClaimCodeOfAnyOrganisation(
  db: MetadataDb,
  codeHash: string,
): Promise<ClaimCode | null> {
  const row = await db
    .selectFrom('claim_codes')
    .selectAll()
    .where('code_hash', '=', codeHash)
    .executeTakeFirst();
  return row === undefined ? null : toClaimCode(row);
}

/** @returns false when somebody was faster */
export async function useClaimCode(
  db: MetadataDb,
  codeHash: string,
  now: number,
  hardwareId: string | null,
): Promise<boolean> {
  const result = await db
    .updateTable('claim_codes')
    .set({ used_at: now, hardware_id: hardwareId })
    .where('code_hash', '=', codeHash)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

function toClaimCode(row: Selectable<MetadataTables['claim_codes']>): ClaimCode {
  return {
    codeHash: row.code_hash,
    orgId: row.org_id,
    nodeId: row.node_id,
    name: row.name,
    placeId: row.place_id,
    reportEveryS: row.report_every_s,
    replaces: row.replaces === 1,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
  };
}
