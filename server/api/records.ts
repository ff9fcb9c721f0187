import { z } from 'zod';
import { batchRecordSchema } from '../../models/contracts/record.ts';
import { zonedTime } from '../epcis/zonedTime.ts';
import { type BuiltRecord, buildRecord } from '../records/buildRecord.ts';
import { recordCsv } from '../records/recordCsv.ts';
import { recordPdf, recordWords } from '../records/recordPdf.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { instantQuery } from './queryValues.ts';
import { defineRoute, type Principal } from './route.ts';

const asOf = instantQuery.optional().describe('As it was known then; default: now');
const lang = z.enum(['id', 'en'], { error: 'must be id or en' }).default('id');
const separator = z
  .enum(['comma', 'semicolon'], { error: 'must be comma or semicolon' })
  .default('comma')
  .describe('semicolon: with decimal commas, for spreadsheets in Indonesia');

/** What a firm can show of a batch: to an inspector, a shop, a laboratory. Everyone in the firm may, and each time is noted. */
export function recordRoutes(services: Services) {
  async function build(principal: Principal, batchId: string, at: number | undefined, format: string) {
    const { orgId, actor } = principal;
    const built = await buildRecord(services, orgId, batchId, at);
    const line = { at: services.clock.now(), orgId, actor, action: 'record.exported', subject: batchId };
    await addAudit(services.db, { ...line, detail: `${format} as of ${built.record.asOf}` });
    return built;
  }
  return [
    defineRoute({
      method: 'get',
      path: '/batches/:batchId/record',
      summary:
        'The HACCP record of a batch: temperatures, excursions, sensors, what was done, and the estimate',
      query: z.strictObject({ asOf }),
      success: { status: 200, schema: batchRecordSchema },
      fromStore: true,
      handle: async ({ principal, param, query }) =>
        (await build(principal, param('batchId'), query.asOf, 'json')).record,
    }),
    defineRoute({
      method: 'get',
      path: '/batches/:batchId/record.pdf',
      summary: 'The same on pages of A4',
      query: z.strictObject({ asOf, lang }),
      success: { status: 200, schema: z.string(), contentType: 'application/pdf' },
      async handle({ principal, param, query, response }) {
        const built = await build(principal, param('batchId'), query.asOf, 'pdf');
        const bytes = await recordPdf(built, query.lang);
        response.attachment(fileName(built, 'pdf')).type('application/pdf').send(bytes);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/batches/:batchId/record.csv',
      summary: 'The same as one long table with a column for its section',
      query: z.strictObject({ asOf, lang, separator }),
      success: { status: 200, schema: z.string(), contentType: 'text/csv' },
      async handle({ principal, param, query, response }) {
        const built = await build(principal, param('batchId'), query.asOf, 'csv');
        const text = await recordCsv(built.record, recordWords[query.lang], query.separator);
        response.attachment(fileName(built, 'csv')).type('text/csv').send(text);
      },
    }),
  ];
}

/** Ids of batches are safe in names of files, but for the colon that Windows does not take. */
function fileName({ record }: BuiltRecord, ending: string): string {
  const { batch, firm } = record;
  const day = zonedTime(Date.parse(record.asOf), firm.timeZone).eventTime.slice(0, 10);
  return `catatan-suhu-${batch.batchId.replaceAll(':', '-')}-${day}.${ending}`;
}
