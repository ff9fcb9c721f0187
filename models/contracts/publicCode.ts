import { z } from 'zod';

const codeRule = 'must be the 10 letters and digits of a label, such as 7K3Q9-ZPM4T';

/** As a person types it: small letters, with or without the dash, O for 0 and I or L for 1. */
export const publicCodeSchema = z
  .string({ error: codeRule })
  .max(32, { error: codeRule })
  .transform(text =>
    text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1'),
  )
  .refine(code => /^[0-9A-HJKMNP-TV-Z]{10}$/.test(code), { error: codeRule });

/** What stands on the label of a batch. */
export const labelViewSchema = z.object({
  code: z.string(),
  /** For people without a camera: in two halves. */
  printedCode: z.string(),
  /** The buyer's page. */
  url: z.string(),
  /** The same page by the number of the trade item; null where the product has none. */
  digitalLink: z.string().nullable(),
  /** What the QR code says: the digital link where there is one. */
  qrText: z.string(),
});
export type LabelView = z.infer<typeof labelViewSchema>;

/** What a label that was scanned belongs to. */
export const labelledBatchSchema = z.object({ batchId: z.string() });

const countRule = 'must be a whole number from 1 to 100';

export const reserveCodesSchema = z.strictObject({
  count: z
    .number({ error: countRule })
    .int({ error: countRule })
    .min(1, { error: countRule })
    .max(100, { error: countRule }),
});

export const reservedCodesSchema = z.object({
  codes: z.array(labelViewSchema.pick({ code: true, printedCode: true, url: true })),
});
