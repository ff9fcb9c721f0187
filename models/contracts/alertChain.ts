import { z } from 'zod';
import { roleSchema } from './people.ts';

const target = z.union(
  [
    z.strictObject({ contactId: z.string().min(1).max(64) }),
    z.strictObject({ userId: z.string().min(1).max(64) }),
    z.strictObject({ role: roleSchema }),
    z.strictObject({ everybody: z.literal(true) }),
  ],
  { error: 'must be {contactId}, {userId}, {role} or {everybody: true}' },
);
export type ChainTarget = z.infer<typeof target>;

const minutesRule = 'must be from 0 to 2880 minutes';

/** Who is told of an alert, and who next if nobody has acknowledged it after so many minutes. */
export const alertChainSchema = z.strictObject({
  steps: z
    .array(
      z.strictObject({
        afterMin: z
          .number({ error: minutesRule })
          .min(0, { error: minutesRule })
          .max(2880, { error: minutesRule }),
        to: target,
      }),
    )
    .min(1)
    .max(20)
    .refine(steps => steps.some(step => step.afterMin === 0), {
      error: 'must have a step after 0 minutes: somebody has to be told first',
    }),
});
export type AlertChain = z.infer<typeof alertChainSchema>;

/** Without a chain of its own a firm tells every contact at once. */
export const everybodyAtOnce: AlertChain = { steps: [{ afterMin: 0, to: { everybody: true } }] };
