import { z } from 'zod';
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
