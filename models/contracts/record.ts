import { z } from 'zod';
import { alertKindSchema, alertSeveritySchema } from './alert.ts';
import { discardReasonSchema, quantitySchema, storageSchema, treatmentSchema } from './batch.ts';
import { estimateSchema } from './estimate.ts';
import { acceptedSchema } from './newShipment.ts';
import { observationViewSchema } from './observation.ts';
import { custodyKindSchema, shipmentStateSchema } from './shipment.ts';

const instant = z.iso.datetime();
const temperatureC = z.number().nullable();

/** What was written down of a probe's accuracy: a line counts from `from` on, a later one with the same `from` wins. */
const calibrationSchema = z.object({
  temperatureOffsetC: z.number(),
  from: instant,
  recordedAt: instant,
  dueAt: instant.nullable(),
  by: z.string(),
  note: z.string().nullable(),
});

/**
 *   valid    calibrated, and not due before its last reading here
 *   overdue  calibrated, but due before that
 *   no-date  calibrated, but nobody wrote down until when that holds
 *   none     nothing written down
 */
export const calibrationStateSchema = z.enum(['valid', 'overdue', 'no-date', 'none']);
export type CalibrationState = z.infer<typeof calibrationStateSchema>;

const recordSensorSchema = z.object({
  nodeId: z.string(),
  nodeName: z.string(),
  probe: z.string(),
  position: z.string(),
  placeName: z.string().nullable(),
  /** The batch it was placed with: this one, or one that this one was made from. */
  batchId: z.string(),
  from: instant,
  /** Null: it is still there. */
  to: instant.nullable(),
  /** Time-weighted, of readings close enough to each other, with offsets. */
  minC: temperatureC,
  meanC: temperatureC,
  maxC: temperatureC,
  measuredH: z.number(),
  calibrationState: calibrationStateSchema,
  /** In force while it was there, the earliest first. */
  calibrations: z.array(calibrationSchema),
});
export type RecordSensor = z.infer<typeof recordSensorSchema>;

const recordHourSchema = z.object({
  from: instant,
  to: instant,
  minC: z.number(),
  meanC: z.number(),
  maxC: z.number(),
  /** How much of it was measured. */
  measuredMin: z.number(),
});
export type RecordHour = z.infer<typeof recordHourSchema>;

const recordExcursionSchema = z.object({
  from: instant,
  /** Null: it was still too warm at the last reading. */
  to: instant.nullable(),
  durationH: z.number(),
  peakC: z.number(),
  /** How much more the lower end of the life fell than time went by. */
  lifeLostH: z.number(),
});
export type RecordExcursion = z.infer<typeof recordExcursionSchema>;

/** Time that nobody measured, and what it was taken to be: a line for the median, one temperature for the lower end. */
const recordGapSchema = z.object({
  from: instant,
  to: instant,
  durationH: z.number(),
  assumedFromC: z.number(),
  assumedToC: z.number(),
  assumedWorstC: z.number(),
});
export type RecordGap = z.infer<typeof recordGapSchema>;

const recordCustodySchema = z.object({
  kind: custodyKindSchema,
  leg: z.number().int().nullable(),
  at: instant,
  by: z.string().nullable(),
  receivedBy: z.string().nullable(),
  note: z.string().nullable(),
});

const recordShipmentSchema = z.object({
  shipmentId: z.string(),
  name: z.string().nullable(),
  state: shipmentStateSchema,
  fromName: z.string(),
  toName: z.string(),
  vehicles: z.array(z.string()),
  departedAt: instant.nullable(),
  arrivedAt: instant.nullable(),
  receivedBy: z.string().nullable(),
  accepted: acceptedSchema.nullable(),
  arrivalTemperatureC: temperatureC,
  arrivalNote: z.string().nullable(),
  custody: z.array(recordCustodySchema),
});
export type RecordShipment = z.infer<typeof recordShipmentSchema>;

const recordAlertSchema = z.object({
  alertId: z.string(),
  kind: alertKindSchema,
  severity: alertSeveritySchema,
  /** What it was about, as people call it. */
  about: z.string(),
  beganAt: instant,
  openedAt: instant,
  clearedAt: instant.nullable(),
  peakC: temperatureC,
});
export type RecordAlert = z.infer<typeof recordAlertSchema>;

/** What people did about it. */
export const recordActionSchema = z.object({
  at: instant,
  what: z.enum(['acknowledged', 'unacknowledged', 'assigned', 'noted', 'discarded', 'sold-out']),
  by: z.string().nullable(),
  note: z.string().nullable(),
  /** The alert it was about; null: the batch. */
  alertId: z.string().nullable(),
});
export type RecordAction = z.infer<typeof recordActionSchema>;

const descentSchema = z.object({ batchId: z.string(), at: instant });

/**
 * What a firm can show of a batch: how warm it was, what happened and was done, by which sensors, and what was worked
 * out from it. Everything written down before `asOf`; the same batch and `asOf` give the same record.
 */
export const batchRecordSchema = z.object({
  asOf: instant,
  /** Until when temperatures are told: asOf, or when nothing was left of the batch. */
  until: instant,
  firm: z.object({
    orgId: z.string(),
    name: z.string(),
    address: z.string().nullable(),
    halalNumber: z.string().nullable(),
    pirtNumber: z.string().nullable(),
    gln: z.string().nullable(),
    timeZone: z.string(),
  }),
  batch: z.object({
    batchId: z.string(),
    name: z.string(),
    productId: z.string(),
    productName: z.string(),
    gtin: z.string().nullable(),
    producedAt: instant,
    quantity: quantitySchema.nullable(),
    treatment: treatmentSchema,
    storage: storageSchema.nullable(),
    soldOutAt: instant.nullable(),
    discardedAt: instant.nullable(),
    discardReason: discardReasonSchema.nullable(),
    discardNote: z.string().nullable(),
    dividedAt: instant.nullable(),
    parents: z.array(descentSchema),
    children: z.array(descentSchema),
  }),
  summary: z.object({
    minC: temperatureC,
    meanC: temperatureC,
    maxC: temperatureC,
    meanKineticTemperatureC: temperatureC,
    /** By which the mean kinetic temperature weighs warmth. */
    activationEnergyKJPerMol: z.number(),
    outOfRangeAboveC: z.number(),
    timeOutOfRangeH: z.number(),
    measuredH: z.number(),
    gapH: z.number(),
    measuredShare: z.number(),
    leftOutReadings: z.number().int(),
  }),
  estimate: estimateSchema,
  /** Of several positions the one that the promise hangs on: temperatures, excursions and gaps are its. */
  position: z.string(),
  sensors: z.array(recordSensorSchema),
  excursions: z.array(recordExcursionSchema),
  gaps: z.array(recordGapSchema),
  /** Of whole hours on the firm's clocks; those without readings are left out. */
  hours: z.array(recordHourSchema),
  shipments: z.array(recordShipmentSchema),
  alerts: z.array(recordAlertSchema),
  actions: z.array(recordActionSchema),
  observations: z.array(observationViewSchema),
  /** The last line of the audit trail before asOf: who keeps it can prove later that nothing before was changed. */
  audit: z.object({ line: z.number().int(), at: instant, hash: z.string() }).nullable(),
});
export type BatchRecord = z.infer<typeof batchRecordSchema>;
