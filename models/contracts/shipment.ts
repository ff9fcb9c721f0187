import { z } from 'zod';
import { quantitySchema } from './batch.ts';
import { batchStatusSchema } from './estimate.ts';
import { batchIdSchema, placeIdSchema, shipmentIdSchema } from './ids.ts';
import { instantSchema } from './reading.ts';

const nameRule = 'must be 1 to 128 characters';
const name = z.string({ error: nameRule }).trim().min(1, { error: nameRule }).max(128, { error: nameRule });
/** Words that stand beside ids in addresses of the API and the pages. */
const takenWords = ['board', 'received', 'preview', 'baru'];
const newShipmentId = shipmentIdSchema.refine(id => !takenWords.includes(id), {
  error: `must be none of ${takenWords.join(', ')}`,
});

const note = z.string().trim().max(512, { error: 'must be at most 512 characters' });
const temperatureRule = 'must be a number from -20 to 60 degrees Celsius';
const temperature = z
  .number({ error: temperatureRule })
  .min(-20, { error: temperatureRule })
  .max(60, { error: temperatureRule });
const needRule = 'must be from 0 to 1440 hours';
const need = z
  .number({ error: needRule })
  .min(0, { error: needRule })
  .max(24 * 60, { error: needRule });

/** What cools the goods on a leg. `temperatureC` given overrides what the site's history says. */
export const coolingSchema = z.enum(['none', 'ice', 'gel-ice', 'refrigerated'], {
  error: 'must be one of none, ice, gel-ice, refrigerated',
});
export type Cooling = z.infer<typeof coolingSchema>;

export const newLegSchema = z
  .strictObject({
    fromName: name,
    toName: name,
    fromPlaceId: placeIdSchema.optional(),
    toPlaceId: placeIdSchema.optional(),
    /** A free name ("L 9214 UK"), or the id or name of a place that is a vehicle: its sensors' past is then known. */
    vehicle: name.optional(),
    driverPhone: z.string().trim().max(32).optional(),
    departsAt: instantSchema,
    arrivesAt: instantSchema,
    cooling: coolingSchema.optional(),
    /** Planned temperature of the goods on this leg; without it the history of the place and hour is used. */
    temperatureC: temperature.optional(),
  })
  .refine(leg => leg.arrivesAt > leg.departsAt, {
    error: 'must be later than departsAt',
    path: ['arrivesAt'],
  });

/** In the order they are travelled. */
const legs = z
  .array(newLegSchema, { error: 'must be a list of 1 to 12 legs' })
  .min(1, { error: 'must have a leg' })
  .max(12, { error: 'must have at most 12 legs' })
  .superRefine((all, context) => {
    all.forEach((leg, i) => {
      const before = all[i - 1];
      if (before === undefined || leg.departsAt >= before.arrivesAt) return;
      const message = 'must not be before the leg before arrives';
      context.addIssue({ code: 'custom', message, path: [i, 'departsAt'] });
    });
  });

export const newShipmentLineSchema = z.strictObject({
  batchId: batchIdSchema,
  /** Crates, besek, buckets; without it the whole batch. */
  quantity: z
    .number({ error: 'must be a number above 0' })
    .positive({ error: 'must be a number above 0' })
    .optional(),
  /** What one unit is worth, rupiah: for the money at risk. */
  unitPriceIdr: z
    .number({ error: 'must be 0 or greater' })
    .nonnegative({ error: 'must be 0 or greater' })
    .optional(),
  crate: name.optional(),
});

const batches = z
  .array(z.union([batchIdSchema, newShipmentLineSchema], { error: 'must be a batch id or {batchId, …}' }), {
    error: 'must be a list of 1 to 200 batches',
  })
  .min(1, { error: 'must name at least one batch' })
  .max(200, { error: 'must name at most 200 batches' });

const orgId = z.string().trim().min(1).max(64);

const shortForm = ['from', 'to', 'departsAt', 'arrivesAt'] as const;
const onlyShort = ['vehicle', 'cooling', 'temperatureC'] as const;

/** Short form (`from`, `to`, `departsAt`, `arrivesAt`) for one leg, or `legs` for several. */
export const newShipmentSchema = z
  .strictObject({
    shipmentId: newShipmentId.optional(),
    name: name.optional(),
    batches,
    /** The id or name of a place, or any other name. */
    from: name.optional(),
    to: name.optional(),
    departsAt: instantSchema.optional(),
    arrivesAt: instantSchema.optional(),
    vehicle: name.optional(),
    cooling: coolingSchema.optional(),
    temperatureC: temperature.optional(),
    legs: legs.optional(),
    /** Hours of life (lower end) the receiver asks for on arrival; without it what each product's buyers ask for. */
    needH: need.optional(),
    /** How warm it is kept after arrival. */
    keptAtC: temperature.optional(),
    /** The organisation that receives it: it may read the shipment and record its arrival. */
    receiverOrgId: orgId.optional(),
  })
  .superRefine((shipment, context) => {
    const fault = (field: string, message: string) =>
      context.addIssue({ code: 'custom', message, path: [field] });
    if (shipment.legs !== undefined) {
      for (const field of [...shortForm, ...onlyShort])
        if (shipment[field] !== undefined) fault(field, 'must be left out where legs say it');
      return;
    }
    for (const field of shortForm)
      if (shipment[field] === undefined) fault(field, `give ${shortForm.join(', ')}; or legs`);
    const { departsAt, arrivesAt } = shipment;
    if (departsAt !== undefined && arrivesAt !== undefined && arrivesAt <= departsAt)
      fault('arrivesAt', 'must be later than departsAt');
  });

/**
 * What is named is changed. Before departure everything may be; on the way only what lies ahead: legs that have begun
 * keep all but `arrivesAt`. `departsAt` moves the whole plan.
 */
export const shipmentChangeSchema = z
  .strictObject({
    name: name.nullable(),
    batches,
    departsAt: instantSchema,
    legs,
    needH: need.nullable(),
    keptAtC: temperature.nullable(),
    receiverOrgId: orgId.nullable(),
  })
  .partial()
  .refine(change => change.departsAt === undefined || change.legs === undefined, {
    error: 'must be left out where legs say it',
    path: ['departsAt'],
  });

/** Leaves. `by` hands over, `receivedBy` takes the goods. Default: the person who asks, now, the next leg. */
export const departSchema = z.strictObject({
  at: instantSchema.optional(),
  by: name.optional(),
  receivedBy: name.optional(),
  note: note.optional(),
});

/** The goods change hands at the end of a leg. */
export const handoverSchema = z.strictObject({
  at: instantSchema.optional(),
  by: name,
  receivedBy: name,
  note: note.optional(),
});

export const acceptedSchema = z.enum(['all', 'some', 'none'], { error: 'must be one of all, some, none' });

export const arriveSchema = z.strictObject({
  at: instantSchema.optional(),
  by: name.optional(),
  receivedBy: name,
  accepted: acceptedSchema,
  note: note.optional(),
  /** What the receiver's thermometer said. */
  temperatureC: temperature.optional(),
});

/** A line about custody that was wrong stays; what is right is written under it. */
export const custodyCorrectionSchema = z.strictObject({
  at: instantSchema.optional(),
  by: name,
  receivedBy: name.optional(),
  note: note.min(1, { error: 'must say what is corrected' }),
});

export const cancelShipmentSchema = z.strictObject({ reason: note.min(1, { error: 'must give a reason' }) });

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
