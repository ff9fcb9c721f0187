import { z } from 'zod';

const uriRule = 'must be a URI of at most 512 characters';
const uri = z
  .string({ error: uriRule })
  .max(512, { error: uriRule })
  .regex(/^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$/, { error: uriRule });
const timeRule = 'must be an ISO-8601 time with its offset';
const time = z.iso.datetime({ offset: true, error: timeRule });
const offsetRule = 'must be the offset of the place where it happened, such as +07:00';

/** The step in the bare word of EPCIS 2.0 or as the URI that it stands for. */
const receiving = z
  .string({ error: 'must be receiving' })
  .transform(step => step.replace(/^(https:\/\/ref\.gs1\.org\/cbv\/BizStep-|urn:epcglobal:cbv:bizstep:)/, ''))
  .refine(step => step === 'receiving', { error: 'must be receiving: other steps are not taken' });

const quantity = z.strictObject({
  epcClass: uri,
  quantity: z
    .number({ error: 'must be a number above 0' })
    .positive({ error: 'must be a number above 0' })
    .optional(),
  uom: z.string().max(3).optional(),
});
const quantities = z
  .array(quantity, { error: 'must be a list of 1 to 200 lots' })
  .min(1, { error: 'must name a lot' })
  .max(200, { error: 'must name at most 200 lots' });

const location = z.looseObject({ id: uri });
const list = z.array(z.looseObject({}), { error: 'must be a list of at most 100 items' }).max(100);

const common = {
  eventID: uri.optional(),
  eventTime: time,
  eventTimeZoneOffset: z
    .string({ error: offsetRule })
    .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, { error: offsetRule }),
  recordTime: time.optional(),
  action: z.enum(['ADD', 'OBSERVE', 'DELETE'], { error: 'must be ADD, OBSERVE or DELETE' }),
  bizStep: receiving,
  disposition: z.string().max(128).optional(),
  readPoint: location.optional(),
  bizLocation: location.optional(),
  bizTransactionList: z
    .array(z.looseObject({ bizTransaction: uri }), { error: 'must be a list of at most 100 items' })
    .max(100)
    .optional(),
  sourceList: list.optional(),
  destinationList: list.optional(),
  sensorElementList: list.optional(),
  '@context': z.unknown().optional(),
};

const objectEvent = z.looseObject({ ...common, type: z.literal('ObjectEvent'), quantityList: quantities });
const aggregationEvent = z.looseObject({
  ...common,
  type: z.literal('AggregationEvent'),
  parentID: uri.optional(),
  childQuantityList: quantities,
});

const known: Readonly<Record<string, readonly string[]>> = {
  ObjectEvent: Object.keys(objectEvent.shape),
  AggregationEvent: Object.keys(aggregationEvent.shape),
};

/** Extensions have a prefix and are kept as they are; any other word that is not known is likelier a mistake. */
function refuseUnknown(object: object, keys: readonly string[], context: z.RefinementCtx): void {
  for (const key of Object.keys(object))
    if (!keys.includes(key) && !key.includes(':'))
      context.addIssue({ code: 'custom', path: [key], message: 'is not taken; extensions need a prefix' });
}

/** Receiving events of lots: the part of EPCIS 2.0 that is taken. */
export const capturedEventSchema = z
  .discriminatedUnion('type', [objectEvent, aggregationEvent], {
    error: 'must be an event with type ObjectEvent or AggregationEvent',
  })
  .superRefine((event, context) => refuseUnknown(event, known[event.type]!, context));
export type CapturedEvent = z.output<typeof capturedEventSchema>;

const eventsRule = 'must be a list of 1 to 50 events';

export const captureSchema = z.strictObject({
  '@context': z.unknown(),
  id: uri.optional(),
  epcisHeader: z.unknown().optional(),
  type: z.literal('EPCISDocument', { error: 'must be EPCISDocument' }),
  schemaVersion: z.literal('2.0', { error: 'must be 2.0' }),
  creationDate: time,
  epcisBody: z.strictObject({
    eventList: z
      .array(capturedEventSchema, { error: eventsRule })
      .min(1, { error: eventsRule })
      .max(50, { error: eventsRule }),
  }),
});

export const captureResultSchema = z.object({
  /** Ids of events that were new, and of those that were known before. */
  captured: z.array(z.string()),
  known: z.array(z.string()),
  /** What of `proceed` could not be taken. */
  errors: z.array(z.object({ field: z.string(), value: z.string(), allowed: z.string() })),
  /** Shipments that have arrived by it. */
  arrivedShipmentIds: z.array(z.string()),
});
export type CaptureResult = z.infer<typeof captureResultSchema>;

/** The lots of an event, as it names them. */
export function lotsOf(event: CapturedEvent): { readonly field: string; readonly epcClass: string }[] {
  const [name, quantities] =
    event.type === 'ObjectEvent'
      ? (['quantityList', event.quantityList] as const)
      : (['childQuantityList', event.childQuantityList] as const);
  return quantities.map(({ epcClass }, i) => ({ field: `${name}.${i}.epcClass`, epcClass }));
}
