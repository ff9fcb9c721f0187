import { randomBytes } from 'node:crypto';
import type { MetadataDb } from './database.ts';

/** Digits and letters that are not mistaken for each other: no I, L, O, U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 10;

/** 50 random bits: nobody finds a batch by trying. */
function newCode(): string {
  return Array.from(randomBytes(length), byte => alphabet[byte % alphabet.length]).join('');
}

interface LabelledBatch {
  readonly orgId: string;
  readonly batchId: string;
}

/** The code that stands on the labels of a batch: the newest that is open. Makes one when there is none. */
export function ensurePublicCode(
  db: MetadataDb,
  batch: LabelledBatch,
  actor: string,
  now: number,
): Promise<string> {
  return db.transaction().execute(transaction => ensurePublicCodeWithin(transaction, batch, actor, now));
}

/** The same inside a transaction that is open already. */
export async function ensurePublicCodeWithin(
  transaction: MetadataDb,
  { orgId, batchId }: LabelledBatch,
  actor: string,
  now: number,
): Promise<string> {
  const known = await newestCode(transaction, orgId, batchId);
  if (known !== null) return known;
  const code = newCode();
  await transaction
    .insertInto('public_codes')
    .values({
      ...{ code, org_id: orgId, batch_id: batchId, created_at: now, created_by: actor },
      ...{ bound_at: now, revoked_at: null },
    })
    .execute();
  return code;
}

async function newestCode(db: MetadataDb, orgId: string, batchId: string): Promise<string | null> {
  const row = await db
    .selectFrom('public_codes')
    .select('code')
    .where('org_id', '=', orgId)
    .where('batch_id', '=', batchId)
    .where('revoked_at', 'is', null)
    .orderBy('bound_at', 'desc')
    .orderBy('code')
    .limit(1)
    .executeTakeFirst();
  return row?.code ?? null;
}

/** Closes every code of a batch. @returns those that were open */
export async function revokePublicCodes(
  db: MetadataDb,
  orgId: string,
  batchId: string,
  now: number,
): Promise<string[]> {
  const open = await db
    .selectFrom('public_codes')
    .select('code')
    .where('org_id', '=', orgId)
    .where('batch_id', '=', batchId)
    .where('revoked_at', 'is', null)
    .orderBy('code')
    .execute();
  await db
    .updateTable('public_codes')
    .set({ revoked_at: now })
    .where('org_id', '=', orgId)
    .where('batch_id', '=', batchId)
    .where('revoked_at', 'is', null)
    .execute();
  return open.map(row => row.code);
}

/** Codes for labels that are printed before their batches are recorded; null when too many wait already. */
export function reservePublicCodes(
  db: MetadataDb,
  orgId: string,
  { count, mostOpen, actor }: { readonly count: number; readonly mostOpen: number; readonly actor: string },
  now: number,
): Promise<string[] | null> {
  return db.transaction().execute(async transaction => {
    const { n } = await transaction
      .selectFrom('public_codes')
      .select(eb => eb.fn.countAll<number | string>().as('n'))
      .where('org_id', '=', orgId)
      .where('batch_id', 'is', null)
      .where('revoked_at', 'is', null)
      .executeTakeFirstOrThrow();
    if (Number(n) + count > mostOpen) return null;
    const codes = Array.from({ length: count }, newCode);
    await transaction
      .insertInto('public_codes')
      .values(
        codes.map(code => ({
          ...{ code, org_id: orgId, batch_id: null, created_at: now, created_by: actor },
          ...{ bound_at: null, revoked_at: null },
        })),
      )
      .execute();
    return codes;
  });
}

/**
 * Makes a code that was set aside the code of a batch. Said twice for one batch is said once.
 *
 * @returns false when the organisation has set no such code aside, or another batch has it
 */
export async function bindReservedCode(
  db: MetadataDb,
  batch: LabelledBatch,
  code: string,
  now: number,
): Promise<boolean> {
  const { orgId, batchId } = batch;
  const bound = await db
    .updateTable('public_codes')
    .set({ batch_id: batchId, bound_at: now })
    .where('org_id', '=', orgId)
    .where('code', '=', code)
    .where('batch_id', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (bound.numUpdatedRows === 1n) return true;
  const row = await db
    .selectFrom('public_codes')
    .select('batch_id')
    .where('org_id', '=', orgId)
    .where('code', '=', code)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row?.batch_id === batchId;
}

/** The batch of a firm that a code is or was on; null when there is none. */
export async function findBatchOfCode(db: MetadataDb, orgId: string, code: string): Promise<string | null> {
  const row = await db
    .selectFrom('public_codes')
    .select('batch_id')
    .where('org_id', '=', orgId)
    .where('code', '=', code)
    .executeTakeFirst();
  return row?.batch_id ?? null;
}

/** Which batch a code on a label belongs to; null for one that is unknown, closed or not on a batch yet. */
export async function findPublicCodeOfAnyOrganisation(
  db: MetadataDb,
  code: string,
): Promise<LabelledBatch | null> {
  const row = await db
    .selectFrom('public_codes')
    .select(['org_id', 'batch_id', 'revoked_at'])
    .where('code', '=', code)
    .executeTakeFirst();
  if (row === undefined || row.batch_id === null || row.revoked_at !== null) return null;
  return { orgId: row.org_id, batchId: row.batch_id };
}

/** The batch of this firm that carries a code; null for a code that is closed, free, unknown or of another firm. */
export async function findBatchByCode(db: MetadataDb, orgId: string, code: string): Promise<string | null> {
  const row = await db
    .selectFrom('public_codes')
    .select('batch_id')
    .where('org_id', '=', orgId)
    .where('code', '=', code)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row?.batch_id ?? null;
}
