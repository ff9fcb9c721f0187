import { z } from 'zod';
import { instantSchema } from './reading.ts';

/**
 * What an alert is about. Data that is missing and goods that are too warm are never one alert.
 *   too-warm         a batch above its level for its hold time, or so much life lost at once that nobody should wait
 *   spoilage-near    a batch whose lower end of life is inside the soon or past line
 *   will-not-arrive  a shipment that arrives with less life than its receiver asks for
 *   no-data          a node silent for longer than its own cadence allows
 *   battery-low, calibration-due, clock-wrong   a node that needs a hand
 *   journal-filling  a gateway that will have to refuse readings soon
 */
export const alertKindSchema = z.enum([
  'too-warm',
  'spoilage-near',
  'will-not-arrive',
  'no-data',
  'battery-low',
  'calibration-due',
  'clock-wrong',
  'journal-filling',
]);
export type AlertKind = z.infer<typeof alertKindSchema>;

export const alertSeveritySchema = z.enum(['info', 'warning', 'risk']);
export type AlertSeverity = z.infer<typeof alertSeveritySchema>;

/** Figures for the words of an alert; each kind fills those that it is about. Times are instants, lives hours. */
export const alertFactsSchema = z.object({
  /** What a person calls it: "Takwa pagi", "Kulkas depan", "Surabaya, truk 2". */
  subjectName: z.string(),
  placeName: z.string().optional(),
  temperatureC: z.number().optional(),
  levelC: z.number().optional(),
  peakC: z.number().optional(),
  /** How long above the level. */
  aboveH: z.number().optional(),
  /** Life that the excursion cost, rounded up where it is shown. */
  lifeLostH: z.number().optional(),
  /** Lower end of the life that is left. */
  remainingP05H: z.number().optional(),
  keepsUntilP05: z.iso.datetime().optional(),
  /** Lower end of the life on arrival, and what the receiver asks for. */
  arrivesWithP05H: z.number().optional(),
  needH: z.number().optional(),
  arrivesAt: z.iso.datetime().optional(),
  /** Since when a node is silent, or its clock wrong. */
  since: z.iso.datetime().optional(),
  batteryPct: z.number().optional(),
  journalHoursLeft: z.number().optional(),
  dueAt: z.iso.datetime().optional(),
});
export type AlertFacts = z.infer<typeof alertFactsSchema>;

export const alertEventSchema = z.object({
  at: z.iso.datetime(),
  what: z.enum([
    'opened',
    'worsened',
    'acknowledged',
    'unacknowledged',
    'assigned',
    'noted',
    'cleared',
    'escalated',
  ]),
  /** A person's name; null when Tahan did it. */
  by: z.string().nullable(),
  note: z.string().nullable(),
});

/** One incident: one batch (or node, shipment, gateway) and one cause, from the first sign to the end. */
export const alertViewSchema = z.object({
  alertId: z.string(),
  kind: alertKindSchema,
  severity: alertSeveritySchema,
  /** The condition holds (`open`) or is over (`cleared`), whoever has seen it. */
  state: z.enum(['open', 'cleared']),
  batchId: z.string().nullable(),
  nodeId: z.string().nullable(),
  shipmentId: z.string().nullable(),
  gatewayId: z.string().nullable(),
  /** When the condition began, by the readings; before `openedAt`, and long before it when it was known late. */
  beganAt: z.iso.datetime(),
  openedAt: z.iso.datetime(),
  clearedAt: z.iso.datetime().nullable(),
  /** The readings came after the condition was over: it is told as past, and pages nobody as if it were now. */
  knownLate: z.boolean(),
  facts: alertFactsSchema,
  acknowledgedAt: z.iso.datetime().nullable(),
  acknowledgedBy: z.string().nullable(),
  assignedTo: z.string().nullable(),
  history: z.array(alertEventSchema),
});
export type AlertView = z.infer<typeof alertViewSchema>;

const nameRule = 'must be 1 to 128 characters';
const noteRule = 'must be 1 to 512 characters';

/** Who takes care of it: a person of the firm, or any name. */
export const alertAssignmentSchema = z
  .strictObject({
    userId: z.string().min(1).max(64).optional(),
    name: z
      .string({ error: nameRule })
      .trim()
      .min(1, { error: nameRule })
      .max(128, { error: nameRule })
      .optional(),
  })
  .refine(to => (to.userId === undefined) !== (to.name === undefined), {
    error: 'must be either a userId or a name',
    path: ['userId'],
  });

export const alertNoteSchema = z.strictObject({
  note: z.string({ error: noteRule }).trim().min(1, { error: noteRule }).max(512, { error: noteRule }),
  /** When it was written, on a phone without internet; the same words of the same person and time are one note. */
  at: instantSchema.optional(),
});

/** `unhandled`: open, and nobody has acknowledged it. */
export const alertFilterSchema = z.enum(['open', 'cleared', 'unhandled', 'all'], {
  error: 'must be one of open, cleared, unhandled, all',
});
export type AlertFilter = z.infer<typeof alertFilterSchema>;
