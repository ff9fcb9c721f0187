import { z } from 'zod';
import { captureEvents } from '../epcis/captureEvents.ts';
import { captureResultSchema, captureSchema } from '../epcis/captureSchema.ts';
import { exportBatch } from '../epcis/exportBatch.ts';
import { baseUrl } from '../links/baseUrl.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { defineRoute } from './route.ts';

const linkedData = 'application/ld+json';

/** EPCIS 2.0: what happened to a batch, for others, and what others say of it. */
export function epcisRoutes(services: Services) {
  const { db, clock } = services;
  return [
    defineRoute({
      method: 'get',
      path: '/batches/:batchId/epcis',
      summary: 'The life of a batch as an EPCIS 2.0 document',
      success: { status: 200, schema: z.looseObject({}), contentType: linkedData },
      async handle({ principal: { orgId, actor }, param, request, response }) {
        const batchId = param('batchId');
        const base = baseUrl(services.config.publicUrl, request);
        const document = await exportBatch(services, orgId, batchId, base);
        await addAudit(db, {
          ...{ at: clock.now(), orgId, actor, action: 'epcis.exported', subject: batchId, detail: '' },
        });
        response.set('GS1-EPCIS-Version', '2.0').type(linkedData).send(JSON.stringify(document));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/epcis/capture',
      summary:
        'Takes receiving events of lots of this firm, each once; all or nothing unless GS1-Capture-Error-Behaviour is proceed',
      body: captureSchema,
      success: { status: 200, schema: captureResultSchema },
      handle({ principal: { orgId, actor, name }, body, request }) {
        const proceed = request.get('gs1-capture-error-behaviour')?.toLowerCase() === 'proceed';
        return captureEvents(services, { orgId, actor, name }, body, proceed);
      },
    }),
  ];
}
