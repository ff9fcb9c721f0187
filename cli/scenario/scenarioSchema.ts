import { z } from 'zod';
import { alertKindSchema, alertSeveritySchema } from '../../models/contracts/alert.ts';
import { alertRuleSchema } from '../../models/contracts/alertRule.ts';
import { storageSchema, treatmentSchema } from '../../models/contracts/batch.ts';
import { batchStatusSchema, estimateFlagSchema, limitIdSchema } from '../../models/contracts/estimate.ts';
import { batchIdSchema, nodeIdSchema, placeIdSchema, shipmentIdSchema } from '../../models/contracts/ids.ts';
import { coolingSchema } from '../../models/contracts/newShipment.ts';
import { nodeStateSchema } from '../../models/contracts/node.ts';
import { verdictSchema } from '../../models/contracts/observation.ts';
import { placeKindSchema } from '../../models/contracts/place.ts';
import { adviceCodeSchema, arrivalVerdictSchema, fefoActionSchema } from '../../models/contracts/shipment.ts';
import { isDuration, isTime, timeRule } from './scenarioTime.ts';

const time = z.string({ error: timeRule }).refine(isTime, { error: timeRule });
const durationRule = 'must be a duration such as 90s, 5m, 2h30m or 7d';
const duration = z.string({ error: durationRule }).refine(isDuration, { error: durationRule });
const windows = z.array(z.strictObject({ from: time, to: time })).default([]);
const name = z.string().trim().min(1).max(128);
const celsius = z.number().min(-40).max(80);

const boundsRule = 'must be [lowest, highest]';
/** Lowest and highest that is right; `.inf` and `-.inf` leave a side open. */
const bounds = z
  .tuple([z.number(), z.number()], { error: boundsRule })
  .refine(([low, high]) => low <= high, { error: boundsRule });
const between = z.tuple([time, time], { error: 'must be [earliest, latest], each a time' });
export type Bounds = z.output<typeof bounds>;

const fridge = z.strictObject({
  kind: z.literal('fridge'),
  setC: celsius,
  swingC: z.number().min(0),
  cycleMin: z.number().positive(),
  doorOpeningsPerDay: z.number().int().min(0),
  doorPeakC: celsius,
  powerCuts: windows,
});

/** As in firmware-sim/environment.ts, times written as everywhere in these files. */
const environment = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('room') }),
  z.strictObject({ kind: z.literal('kitchen') }),
  z.strictObject({ kind: z.literal('truck-bed') }),
  z.strictObject({ kind: z.literal('truck-cabin'), parked: z.boolean() }),
  z.strictObject({ kind: z.literal('gel-ice-box'), packedAt: time, startC: celsius }),
  z.strictObject({ kind: z.literal('water-bucket'), filledAt: time, waterC: celsius }),
  z.strictObject({
    kind: z.literal('course'),
    points: z.array(z.tuple([time, celsius])).min(1),
    humidityPct: z.number().min(0).max(100).optional(),
  }),
  fridge,
]);
export type FileEnvironment = z.output<typeof environment>;

const probe = z
  .strictObject({
    noiseSdC: z.number(),
    resolutionC: z.number(),
    offsetC: z.number(),
    driftCPerDay: z.number(),
  })
  .partial();

const fault = z.strictObject({
  kind: z.enum(['disconnected', 'power-on', 'nan', 'stuck']),
  atC: celsius.optional(),
  from: time,
  to: time,
});
const clockFault = z.strictObject({
  kind: z.enum(['offset', 'frozen', 'none']),
  /** Of `offset`: how far it is ahead (negative: behind), minutes. */
  offsetMin: z.number().optional(),
  /** Of `frozen`. */
  showsAt: time.optional(),
  from: time,
  to: time,
});

const node = z.strictObject({
  nodeId: nodeIdSchema,
  name: name.optional(),
  placeId: placeIdSchema.optional(),
  /** How often it samples and reports. */
  every: duration.default('10m'),
  from: time.optional(),
  /** Exactly one of these says how warm it is. */
  course: z
    .array(z.tuple([time, celsius]))
    .min(1)
    .optional(),
  phases: z
    .array(z.strictObject({ from: time, environment }))
    .min(1)
    .optional(),
  measured: z.enum(['A1', 'A2']).optional(),
  /** Of a course: how damp it is, told with every reading. */
  humidityPct: z.number().min(0).max(100).optional(),
  /** Minutes of lag between the air and the probe; of a course none. */
  lagsMin: z.array(z.number().positive()).default([]),
  probe: probe.default({}),
  signalLost: windows,
  powerOff: windows,
  faults: z.array(fault).default([]),
  clock: z.array(clockFault).default([]),
  /** Percent at the beginning, and how much of it goes a day. */
  battery: z.strictObject({ startPct: z.number(), pctPerDay: z.number() }).optional(),
});
export type FileNode = z.output<typeof node>;

const product = z.strictObject({
  productId: z.string(),
  name,
  treatment: treatmentSchema,
  storage: storageSchema,
  needH: z.number().nullable().optional(),
});

const batch = z.strictObject({
  batchId: batchIdSchema,
  productId: z.string(),
  producedAt: time,
  name: name.optional(),
  quantity: z.number().positive().optional(),
  treatment: treatmentSchema.optional(),
  storage: storageSchema.optional(),
});

const leg = z.strictObject({
  fromName: name,
  toName: name,
  vehicle: name.optional(),
  departsAt: time,
  arrivesAt: time,
  cooling: coolingSchema.optional(),
  temperatureC: celsius.optional(),
});
const line = z.strictObject({
  batchId: batchIdSchema,
  quantity: z.number().positive().optional(),
  unitPriceIdr: z.number().optional(),
});

const subject = {
  kind: alertKindSchema,
  batchId: batchIdSchema.optional(),
  nodeId: nodeIdSchema.optional(),
  shipmentId: shipmentIdSchema.optional(),
};

/** What people and things do; one a line. */
const actions = {
  batch,
  /** From now on, unless it says since when. */
  placement: z.strictObject({
    batchId: batchIdSchema,
    nodeId: nodeIdSchema,
    position: z.string().optional(),
    from: time.optional(),
  }),
  /** The sensor is taken out. */
  lifted: z.strictObject({ batchId: batchIdSchema, nodeId: nodeIdSchema }),
  shipment: z.strictObject({
    shipmentId: shipmentIdSchema,
    name: name.optional(),
    batches: z.array(z.union([batchIdSchema, line])).min(1),
    legs: z.array(leg).min(1),
    needH: z.number().optional(),
    keptAtC: celsius.optional(),
  }),
  depart: z.strictObject({ shipmentId: shipmentIdSchema, by: name, receivedBy: name.optional() }),
  arrive: z.strictObject({
    shipmentId: shipmentIdSchema,
    receivedBy: name,
    accepted: z.enum(['all', 'some', 'none']),
  }),
  cancel: z.strictObject({ shipmentId: shipmentIdSchema, reason: name }),
  acknowledge: z.strictObject(subject),
  verdict: z.strictObject({ batchId: batchIdSchema, verdict: verdictSchema }),
  soldOut: z.strictObject({ batchId: batchIdSchema }),
  /** The clock of the server is set forward (or back, with "-"). */
  setClock: z.string().regex(/^[+-]\d+[hm]$/, { error: 'must be +1h, -30m or the like' }),
};

const because = z.string({ error: 'must say why this has to be so' }).trim().min(10);
/** Not to be judged by a server that hears of the story afterwards. */
const onlyLive = z.boolean().default(false);
const judged = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject({ ...shape, because, onlyLive });

/** What has to be so; one a line, each with its reason. */
const expectations = {
  life: judged({
    batchId: batchIdSchema,
    /** Kept at this from then on; else what the server assumes. */
    futureTemperatureC: celsius.optional(),
    p05H: bounds.optional(),
    medianH: bounds.optional(),
    p95H: bounds.optional(),
    countLog10: bounds.optional(),
    measuredShare: bounds.optional(),
    gapH: bounds.optional(),
    status: z.union([batchStatusSchema, z.array(batchStatusSchema)]).optional(),
    limitedBy: limitIdSchema.optional(),
    has: z.array(estimateFlagSchema).default([]),
    hasNot: z.array(estimateFlagSchema).default([]),
  }),
  alert: judged({
    ...subject,
    is: z.enum(['open', 'cleared', 'absent']),
    severity: z.union([alertSeveritySchema, z.array(alertSeveritySchema)]).optional(),
    knownLate: z.boolean().optional(),
    beganAt: between.optional(),
    openedAt: between.optional(),
    clearedAt: between.optional(),
    peakC: bounds.optional(),
    lifeLostH: bounds.optional(),
  }),
  /** How many incidents there have been so far, of one kind or of all. */
  incidents: judged({ kind: alertKindSchema.optional(), count: bounds }),
  /** Messages that reached the telephone so far: of something new, and not that it is over. */
  pages: judged({ kind: alertKindSchema.optional(), count: bounds }),
  /** Of what the telephone was told so far, something of this kind says this. */
  message: judged({
    kind: alertKindSchema,
    event: z.enum(['opened', 'worsened', 'escalated', 'cleared']),
    saying: z.string().min(1),
  }),
  fefo: judged({
    order: z.array(batchIdSchema).min(1),
    actions: z.record(z.string(), z.union([fefoActionSchema, z.array(fefoActionSchema)])).default({}),
  }),
  arrival: judged({
    shipmentId: shipmentIdSchema,
    /** Without it the shipment as a whole: its verdict only. */
    batchId: batchIdSchema.optional(),
    verdict: z.union([arrivalVerdictSchema, z.array(arrivalVerdictSchema)]).optional(),
    p05H: bounds.optional(),
    medianH: bounds.optional(),
    advice: z.array(adviceCodeSchema).default([]),
    adviceNot: z.array(adviceCodeSchema).default([]),
    latestSafeDeparture: z.union([between, z.literal('never')]).optional(),
    promiseKept: z.boolean().optional(),
  }),
  quarantine: judged({ nodeId: nodeIdSchema, code: z.string().optional(), count: bounds }),
  node: judged({
    nodeId: nodeIdSchema,
    state: nodeStateSchema.optional(),
    clockWrong: z.boolean().optional(),
    stuck: z.boolean().optional(),
    readings: bounds.optional(),
    /** When the last of them was measured. */
    lastReadingAt: between.optional(),
  }),
};

type Shapes = Readonly<Record<string, z.ZodType>>;
/** One of several words with what belongs to it: `{ life: {…} }`. */
export type OneOf<All extends Shapes> = {
  [Word in keyof All]: { what: Word; of: z.output<All[Word]> };
}[keyof All];

function oneOf<All extends Shapes>(all: All) {
  const words = Object.keys(all).join(', ');
  return z
    .strictObject(all)
    .partial()
    .refine(given => Object.values(given).filter(value => value !== undefined).length === 1, {
      error: `must be exactly one of ${words}`,
    })
    .transform(given => {
      const [what, of] = Object.entries(given).find(([, value]) => value !== undefined)!;
      return { what, of } as OneOf<All>;
    });
}

export type Action = OneOf<typeof actions>;
export type Expectation = OneOf<typeof expectations>;

export const scenarioFileSchema = z.strictObject({
  name,
  about: z.string().trim().min(1),
  /** With its offset: 2026-11-24T04:00+07:00. */
  begins: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d\d:\d\d$/, {
    error: 'must be a date and time with its offset, such as 2026-11-24T04:00+07:00',
  }),
  /** The same seed gives the same readings. */
  seed: z.number().int().min(0).default(1),
  /** How far time goes on at the most while nothing happens. */
  step: duration.default('5m'),
  products: z.array(product).default([]),
  places: z.array(z.strictObject({ placeId: placeIdSchema, name, kind: placeKindSchema })).default([]),
  nodes: z.array(node).min(1),
  batches: z.array(batch.extend({ sensors: z.array(nodeIdSchema).default([]) })).default([]),
  rules: z.array(alertRuleSchema).default([]),
  timeline: z
    .array(
      z.strictObject({
        at: time,
        do: z.array(oneOf(actions)).default([]),
        expect: z.array(oneOf(expectations)).default([]),
      }),
    )
    .min(1),
});
export type ScenarioContent = z.output<typeof scenarioFileSchema>;
