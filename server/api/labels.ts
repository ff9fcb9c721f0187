import {
  labelledBatchSchema,
  labelViewSchema,
  publicCodeSchema,
  reserveCodesSchema,
  reservedCodesSchema,
} from '../../models/contracts/publicCode.ts';
import { ApiError } from '../errors.ts';
import { baseUrl } from '../links/baseUrl.ts';
import { labelOf, pageUrl, printedCode } from '../links/labelOf.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { type Batch, findBatch } from '../store/metadata/batches.ts';
import { findProduct } from '../store/metadata/products.ts';
import {
  ensurePublicCode,
  findBatchByCode,
  reservePublicCodes,
  revokePublicCodes,
} from '../store/metadata/publicCodes.ts';
import { defineRoute } from './route.ts';

/** Labels that a firm may have printed ahead: ten phones with a full block each. */
const mostReserved = 1_000;

/** What stands on labels, and codes for labels that are printed without a network. */
export function labelRoutes({ db, config, clock }: Services) {
  async function labelFor(batch: Batch, actor: string, base: string) {
    const { orgId, batchId, productId } = batch;
    const code = await ensurePublicCode(db, batch, actor, clock.now());
    const product = await findProduct(db, orgId, productId);
    return labelOf(base, { batchId, code, gtin: product?.gtin ?? null });
  }

  async function requireBatch(orgId: string, batchId: string): Promise<Batch> {
    const batch = await findBatch(db, orgId, batchId);
    if (batch === null) throw new ApiError('batch.not_found', `there is no batch ${batchId}`);
    return batch;
  }

  return [
    defineRoute({
      method: 'get',
      path: '/batches/:batchId/label',
      summary: 'The code, address and QR text for the label of a batch',
      success: { status: 200, schema: labelViewSchema },
      async handle({ principal: { orgId, actor }, param, request }) {
        const batch = await requireBatch(orgId, param('batchId'));
        const label = await labelFor(batch, actor, baseUrl(config.publicUrl, request));
        const line = { at: clock.now(), orgId, actor, action: 'label.exported', subject: batch.batchId };
        await addAudit(db, { ...line, detail: label.code });
        return label;
      },
    }),
    defineRoute({
      method: 'get',
      path: '/labels/:code',
      summary: 'The batch of mine that carries this code, as it is typed or scanned',
      success: { status: 200, schema: labelledBatchSchema },
      async handle({ principal: { orgId }, param }) {
        const code = publicCodeSchema.safeParse(param('code'));
        const batchId = code.success ? await findBatchByCode(db, orgId, code.data) : null;
        if (batchId === null)
          throw new ApiError('label.not_found', 'no batch of this firm carries this code');
        return { batchId };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/batches/:batchId/label/replace',
      summary: 'A new code for a batch; the page behind the codes it had is closed',
      success: { status: 201, schema: labelViewSchema },
      async handle({ principal: { orgId, actor }, param, request }) {
        const batch = await requireBatch(orgId, param('batchId'));
        const at = clock.now();
        const revoked = await revokePublicCodes(db, orgId, batch.batchId, at);
        const label = await labelFor(batch, actor, baseUrl(config.publicUrl, request));
        const line = { at, orgId, actor, action: 'label.replaced', subject: batch.batchId };
        await addAudit(db, { ...line, detail: revoked.join(' ') });
        return label;
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/batches/:batchId/label',
      summary: 'Closes the page behind every code of a batch',
      success: { status: 204 },
      async handle({ principal: { orgId, actor }, param, response }) {
        const { batchId } = await requireBatch(orgId, param('batchId'));
        const at = clock.now();
        const revoked = await revokePublicCodes(db, orgId, batchId, at);
        const line = { at, orgId, actor, action: 'label.revoked', subject: batchId };
        if (revoked.length > 0) await addAudit(db, { ...line, detail: revoked.join(' ') });
        response.status(204).end();
      },
    }),
    defineRoute({
      method: 'post',
      path: '/labels/reserve',
      summary: 'Codes for labels that are printed offline; name one as publicCode when its batch is recorded',
      body: reserveCodesSchema,
      success: { status: 201, schema: reservedCodesSchema },
      async handle({ principal: { orgId, actor }, body: { count }, request }) {
        const at = clock.now();
        const codes = await reservePublicCodes(db, orgId, { count, mostOpen: mostReserved, actor }, at);
        if (codes === null)
          throw new ApiError('label.too_many_reserved', `at most ${mostReserved} codes wait for a batch`);
        const line = { at, orgId, actor, action: 'label.reserved', subject: String(count) };
        await addAudit(db, { ...line, detail: '' });
        const base = baseUrl(config.publicUrl, request);
        return {
          codes: codes.map(code => ({ code, printedCode: printedCode(code), url: pageUrl(base, code) })),
        };
      },
    }),
  ];
}
