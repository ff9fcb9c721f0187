import { z } from 'zod';

export const actorKindSchema = z.enum([
  'user',
  'token',
  'claim-code',
  'command-line',
  'server',
  'address',
  'buyer',
  'unknown',
]);

/** Who did something. */
export const auditActorSchema = z.object({
  /** As it is written in the line; what `actor` of a query is held against. */
  key: z.string(),
  kind: actorKindSchema,
  /** Of a user, the name of a token, an address on the network. */
  id: z.string(),
  /** As people read it today; a person of another firm is named by the firm. */
  name: z.string(),
  /** Null: of this firm, or of none. */
  organisationId: z.string().nullable(),
});
export type AuditActor = z.infer<typeof auditActorSchema>;

/** What something was done to. */
export const auditSubjectSchema = z.object({
  /** batch, node, shipment, alert, alert_rule, user … */
  kind: z.string(),
  id: z.string(),
  /** Null when it has none, or is gone. */
  name: z.string().nullable(),
});

/** One line of who did what. Lines are numbered from 1 in each firm and never changed. */
export const auditLineSchema = z.object({
  line: z.number().int(),
  at: z.iso.datetime(),
  actor: auditActorSchema,
  /** Kind of thing, dot, what became of it: `place.changed`. */
  action: z.string(),
  subject: auditSubjectSchema,
  detail: z.string(),
  /** What changed, as it was and as it is; null where the action says it all. */
  before: z.unknown(),
  after: z.unknown(),
  /** Of the line before; 64 zeros before the first. */
  previousHash: z.string(),
  /** SHA-256 over the previous hash and everything the line says. */
  hash: z.string(),
});
export type AuditLineView = z.infer<typeof auditLineSchema>;

/** The last line of a day: kept elsewhere, it shows later that nothing up to it was changed or taken away. */
export const auditAnchorSchema = z.object({
  orgId: z.string().nullable(),
  /** On the clocks of the firm: 2026-11-24. */
  day: z.iso.date(),
  line: z.number().int(),
  at: z.string(),
  hash: z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be 64 hexadecimal digits' }),
});
export type AuditAnchor = z.infer<typeof auditAnchorSchema>;
