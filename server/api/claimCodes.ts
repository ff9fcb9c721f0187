import type { Request } from 'express';
import {
  type ClaimCodeView,
  claimCodeViewSchema,
  newClaimCodeSchema,
} from '../../models/contracts/claimCode.ts';
import type { IssuedClaimCode } from '../claimCodes.ts';
import type { Services } from '../services.ts';
import { defineRoute } from './route.ts';

export function claimCodeRoutes({ claimCodes, config }: Services) {
  return [
    defineRoute({
      method: 'post',
      path: '/nodes/claim-codes',
      summary: 'A code that makes a new device this node, once, within a day; shown only now',
      body: newClaimCodeSchema.default({}),
      success: { status: 201, schema: claimCodeViewSchema },
      async handle({ principal: { orgId, actor }, body, request }) {
        const issued = await claimCodes.issue({ orgId, ...body }, actor);
        return toClaimCodeView(issued, config.publicUrl, request);
      },
    }),
  ];
}

/** The code stands behind "#": browsers do not send that part, so it is in no log on the way. */
export function toClaimCodeView(
  { code, nodeId, expiresAt }: IssuedClaimCode,
  publicUrl: string | null,
  request: Request,
): ClaimCodeView {
  const base = (publicUrl ?? `${request.protocol}://${request.host}`).replace(/\/+$/, '');
  return { code, claimUrl: `${base}/claim#${code}`, nodeId, expiresAt: new Date(expiresAt).toISOString() };
}
