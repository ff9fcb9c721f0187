import { z } from 'zod';
import { quantitySchema } from './batch.ts';
import { batchStatusSchema } from './estimate.ts';
import { batchIdSchema, shipmentIdSchema } from './ids.ts';
import { acceptedSchema, coolingSchema } from './newShipment.ts';

/**
 *   enough  the lower end covers the need
 *   tight   the median covers it, the lower end does not
 *   short   not even the median covers it
 *   unsure  no sensor, or silent for too long: nobody knows
 */
export const arrivalVerdictSchema = z.enum(['enough', 'tight', 'short', 'unsure']);
export type ArrivalVerdict = z.infer<typeof arrivalVerdictSchema>;

export const shipmentStateSchema = z.enum(['planned', 'under-way', 'arrived', 'cancelled']);
export type ShipmentState = z.infer<typeof shipmentStateSchema>;

const interval = z.object({ median: z.number(), p05: z.number(), p95: z.number() });
const share = z.object({ best: z.number(), worst: z.number() });
const instant = z.iso.datetime();

/**
 * Why a leg is taken to be as warm as it is.
 *   measured      by the sensors that travel with the batch, as far as they have come
 *   given         planned so by a person
 *   cooling       what ice, gel ice or a refrigerated vehicle usually does (assumed)
 *   site-history  what the sensors of the vehicle or place measured at these hours in the last 30 days
 *   climate       lowland East Java in this month at these hours (assumed)
 */
export const legTemperatureKindSchema = z.enum(['measured', 'given', 'cooling', 'site-history', 'climate']);
export type LegTemperatureKind = z.infer<typeof legTemperatureKindSchema>;

/** Time-weighted means over the leg of what is likely, and of the coldest and warmest that is plausible. */
export const legTemperatureSchema = z.object({
  kind: legTemperatureKindSchema,
  temperatureC: z.number(),
  lowC: z.number(),
  highC: z.number(),
  /** An English sentence; screens word it themselves from the kind and figures. */
  sentence: z.string(),
});
export type LegTemperature = z.infer<typeof legTemperatureSchema>;

export const legViewSchema = z.object({
  /** From 1. */
  leg: z.number().int(),
  fromName: z.string(),
  toName: z.string(),
  fromPlaceId: z.string().nullable(),
  toPlaceId: z.string().nullable(),
  vehicle: z.string().nullable(),
  vehiclePlaceId: z.string().nullable(),
  driverPhone: z.string().nullable(),
  departsAt: instant,
  arrivesAt: instant,
  cooling: coolingSchema.nullable(),
  temperatureC: z.number().nullable(),
  /** What was recorded. */
  departedAt: instant.nullable(),
  arrivedAt: instant.nullable(),
  /** What is expected by now: the plan, moved by the delays so far. What was recorded where it was. */
  expectedDepartureAt: instant,
  expectedArrivalAt: instant,
  /** How warm the rest of it is taken to be; null when it is over. */
  planned: legTemperatureSchema.nullable(),
});
export type LegView = z.infer<typeof legViewSchema>;

export const custodyKindSchema = z.enum(['departed', 'handed-over', 'arrived', 'correction']);

const custodyViewSchema = z.object({
  custodyId: z.string(),
  kind: custodyKindSchema,
  /** From 1; null: about the shipment. */
  leg: z.number().int().nullable(),
  at: instant,
  /** Who handed over, and who received. */
  by: z.string().nullable(),
  receivedBy: z.string().nullable(),
  note: z.string().nullable(),
  recordedAt: instant,
  recordedBy: z.string(),
});

export const batchSummarySchema = z.object({
  batchId: batchIdSchema,
  name: z.string(),
  productId: z.string(),
  productName: z.string(),
  producedAt: instant,
  quantity: quantitySchema.nullable(),
  /** Since when nothing is left of it; null = it is there. */
  endedAt: instant.nullable(),
});
export type BatchSummary = z.infer<typeof batchSummarySchema>;

export type Quantity = z.infer<typeof quantitySchema>;

/** The life that is left now; the whole estimate is at the batch. */
const lifeNowSchema = z.object({
  status: batchStatusSchema,
  remainingH: interval,
  lastReadingAt: instant.nullable(),
  lastTemperatureC: z.number().nullable(),
});

export const lineArrivalSchema = z.object({
  arrivesAt: instant,
  /** Hours of life left then; 0 when past. */
  remainingH: interval,
  verdict: arrivalVerdictSchema,
  needH: z.number(),
  /** p05 minus the need, hours: negative when short. */
  marginH: z.number(),
  /** How warm it is kept afterwards, for the hours that are left. */
  keptAtC: z.number(),
  /** How likely less than the need is left: with every gap and plan at its best, and at its worst. */
  shareShort: share,
  /** Share of its time since production that readings cover. */
  measuredShare: z.number(),
  lastReadingAt: instant.nullable(),
  /** One a leg. */
  assumptions: z.array(legTemperatureSchema),
});
export type LineArrival = z.infer<typeof lineArrivalSchema>;

/** What was promised when it left and what came: for calibration. Hours of life on arrival. */
const promiseSchema = z.object({
  promisedH: interval,
  promisedAt: instant,
  arrivedH: interval.nullable(),
  /** The life left at arrival (median, by what was measured) was at least the lower end promised. Null until then. */
  kept: z.boolean().nullable(),
});

export const fefoReasonSchema = z.enum(['worst-case', 'past', 'short', 'tight', 'enough']);

export const shipmentLineViewSchema = z.object({
  line: z.number().int(),
  /** First to unload and sell is 1: by the lower end on arrival. */
  fefoRank: z.number().int(),
  /** `worst-case`: nobody knows, so the worst counts and it rises. */
  fefoReason: fefoReasonSchema,
  crate: z.string().nullable(),
  batch: batchSummarySchema,
  quantity: quantitySchema.nullable(),
  /** Null too for the receiver. */
  unitPriceIdr: z.number().nullable(),
  valueIdr: z.number().nullable(),
  /** Value times the greatest likelihood that it does not have the life asked for. */
  atRiskIdr: z.number().nullable(),
  now: lifeNowSchema,
  /** Null once it is cancelled. */
  arrival: lineArrivalSchema.nullable(),
  promise: promiseSchema.nullable(),
});
export type ShipmentLineView = z.infer<typeof shipmentLineViewSchema>;

/**
 * What would help, computed: how much more of the lower end the tightest line would arrive with.
 *   do-not-send  not even the best of the others gets it there with what is asked for
 */
export const adviceCodeSchema = z.enum(['ice', 'gel-ice', 'refrigerated', 'coolest-hour', 'do-not-send']);

const adviceSchema = z.object({
  code: adviceCodeSchema,
  /** Hours of p05 on arrival more than as planned; for `do-not-send` what the best would gain. */
  gainP05H: z.number(),
  arrivesWithP05H: z.number(),
  verdict: arrivalVerdictSchema,
  /** Of `coolest-hour`: when to leave. */
  departsAt: instant.nullable(),
  /** The batch it was worked out for: the one with the least to spare. */
  batchId: batchIdSchema,
});
export type ShipmentAdvice = z.infer<typeof adviceSchema>;

const totalsSchema = z.object({
  lines: z.number().int(),
  enough: z.number().int(),
  tight: z.number().int(),
  short: z.number().int(),
  unsure: z.number().int(),
  /** Of the lines whose price is known; null when none is. */
  valueIdr: z.number().nullable(),
  atRiskIdr: z.number().nullable(),
});

const shipmentFields = {
  shipmentId: shipmentIdSchema,
  name: z.string(),
  state: shipmentStateSchema,
  fromName: z.string(),
  toName: z.string(),
  departsAt: instant,
  arrivesAt: instant,
  departedAt: instant.nullable(),
  arrivedAt: instant.nullable(),
  /** What is expected by now; what was recorded where it was. */
  expectedArrivalAt: instant,
  needH: z.number().nullable(),
  keptAtC: z.number().nullable(),
  /** Whose it is, and whether the one who asks is its receiver. */
  ownerOrgId: z.string(),
  receiverOrgId: z.string().nullable(),
  asReceiver: z.boolean(),
  /** The worst of its lines: short, then tight, unsure, enough. Null once it is cancelled. */
  verdict: arrivalVerdictSchema.nullable(),
  totals: totalsSchema,
};

/** One row of the list. */
export const shipmentSummarySchema = z.object({
  ...shipmentFields,
  batchIds: z.array(batchIdSchema),
  vehicle: z.string().nullable(),
});
export type ShipmentSummary = z.infer<typeof shipmentSummarySchema>;

export const shipmentViewSchema = z.object({
  ...shipmentFields,
  asOf: instant,
  createdAt: instant,
  cancelledAt: instant.nullable(),
  cancelReason: z.string().nullable(),
  receivedBy: z.string().nullable(),
  accepted: acceptedSchema.nullable(),
  arrivalNote: z.string().nullable(),
  arrivalTemperatureC: z.number().nullable(),
  legs: z.array(legViewSchema),
  custody: z.array(custodyViewSchema),
  /** In FEFO order. */
  lines: z.array(shipmentLineViewSchema),
  /**
   * Latest departure, with legs as long as planned, at which every line still arrives with the life asked for. Null:
   * never (any more), or it has left already.
   */
  latestSafeDepartureAt: instant.nullable(),
  /** Best first; empty where nothing helps or nothing is needed. */
  advice: z.array(adviceSchema),
});
export type ShipmentView = z.infer<typeof shipmentViewSchema>;

/**
 *   send          to the shipment named
 *   sell-today    nowhere with enough life: here, within a day
 *   sell-here     nowhere with enough life, but it keeps here
 *   keep          would do for a shipment, all of which have what they need
 *   do-not-sell   its limit is past: smell and look first
 */
export const fefoActionSchema = z.enum(['send', 'sell-today', 'sell-here', 'keep', 'do-not-sell']);
export type FefoAction = z.infer<typeof fefoActionSchema>;

export const fefoRowSchema = z.object({
  rank: z.number().int(),
  batch: batchSummarySchema,
  /** How much of the batch this row is about; null: all of it. */
  quantity: quantitySchema.nullable(),
  action: fefoActionSchema,
  now: lifeNowSchema.extend({ remainingH: interval.omit({ p95: true }) }),
  destination: z
    .object({
      shipmentId: shipmentIdSchema,
      name: z.string(),
      toName: z.string(),
      arrivesAt: instant,
      needH: z.number(),
      arrivesWithP05H: z.number(),
      verdict: arrivalVerdictSchema,
      /** In which shipment it is planned now; null: in none. */
      plannedShipmentId: shipmentIdSchema.nullable(),
    })
    .nullable(),
});
export type FefoRow = z.infer<typeof fefoRowSchema>;

export const fefoViewSchema = z.object({
  asOf: instant,
  placeId: z.string().nullable(),
  /** The first to go is the first to expire. */
  rows: z.array(fefoRowSchema),
  /** What planned shipments would still lack. */
  missing: z.array(
    z.object({ shipmentId: shipmentIdSchema, productId: z.string(), quantity: quantitySchema.nullable() }),
  ),
  /** Batches not looked at because there are more than can be weighed at once: those that keep longest. */
  leftOut: z.number().int(),
});
export type FefoView = z.infer<typeof fefoViewSchema>;
