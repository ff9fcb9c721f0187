import type { MetadataDb } from './database.ts';

/** Whether a node or a bridge logs in under this name. (Edge gateways have names of another kind.) */
export async function isUserNameTaken(db: MetadataDb, name: string): Promise<boolean> {
  const node = await db.selectFrom('nodes').select('node_id').where('node_id', '=', name).executeTakeFirst();
  if (node !== undefined) return true;
  const bridge = await db
    .selectFrom('bridges')
    .select('bridge_id')
    .where('bridge_id', '=', name)
    .executeTakeFirst();
  return bridge !== undefined;
}
