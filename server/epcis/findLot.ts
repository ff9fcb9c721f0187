import { publicCodeSchema } from '../../models/contracts/publicCode.ts';
import { gtin14, parseLotLink } from '../links/digitalLink.ts';
import { type Batch, findBatch } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { findProduct } from '../store/metadata/products.ts';
import { findBatchOfCode } from '../store/metadata/publicCodes.ts';

/**
 * The batch of a firm that a partner's name for a lot means: an LGTIN (URN or Digital Link of any domain), our own name
 * for it, or the address on its label. Null when it is none of this firm's.
 */
export async function findLot(db: MetadataDb, orgId: string, epcClass: string): Promise<Batch | null> {
  const item = parseLgtin(epcClass) ?? itemOfLink(epcClass);
  if (item !== null) {
    const batch = (await findBatch(db, orgId, item.lot)) ?? (await byCode(db, orgId, item.lot));
    if (batch === null) return null;
    const product = await findProduct(db, orgId, batch.productId);
    return product?.gtin != null && item.isOf(gtin14(product.gtin)) ? batch : null;
  }
  if (!URL.canParse(epcClass)) return null;
  const [, kind, ...rest] = new URL(epcClass).pathname.split('/').map(part => decoded(part));
  if ((kind === 'p' || kind === 'b') && rest[0] !== undefined) return byCode(db, orgId, rest[0]);
  const [what, firm, batchId] = rest;
  if (kind !== 'epcis' || what !== 'lot' || firm !== orgId || batchId === undefined) return null;
  return findBatch(db, orgId, batchId);
}

async function byCode(db: MetadataDb, orgId: string, text: string): Promise<Batch | null> {
  const code = publicCodeSchema.safeParse(text);
  const batchId = code.success ? await findBatchOfCode(db, orgId, code.data) : null;
  return batchId === null ? null : findBatch(db, orgId, batchId);
}

interface LotOfItem {
  readonly lot: string;
  isOf(gtin: string): boolean;
}

function itemOfLink(epcClass: string): LotOfItem | null {
  const link = parseLotLink(epcClass);
  return link && { lot: link.lot, isOf: gtin => gtin === link.gtin };
}

/** `urn:epc:class:lgtin:<prefix>.<indicator + item>.<lot>`; the check digit is not in it. */
function parseLgtin(epcClass: string): LotOfItem | null {
  const [, prefix, item, lot] = /^urn:epc:class:lgtin:(\d+)\.(\d+)\.(.+)$/.exec(epcClass) ?? [];
  if (prefix === undefined || item === undefined || lot === undefined || prefix.length + item.length !== 13)
    return null;
  const digits = `${item[0]}${prefix}${item.slice(1)}`;
  return { lot: decoded(lot), isOf: gtin => gtin.startsWith(digits) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // URIError is how "not percent-encoded" is told; no batch has an empty name.
    return '';
  }
}
