import { z } from 'zod';

/** Median and 90 % interval. `null` where nothing can be said (no data) or the event never comes. */
const hours = z.object({ median: z.number(), p05: z.number(), p95: z.number() });
const instants = z.object({ median: z.iso.datetime(), p05: z.iso.datetime(), p95: z.iso.datetime() });

export const batchStatusSchema = z.enum(['fresh', 'use-soon', 'spoilage-risk', 'unknown']);
export type BatchStatus = z.infer<typeof batchStatusSchema>;

/** What ends a life: the spoilage flora, a pathogen, or a rule that no model may stretch. */
export const limitIdSchema = z.enum([
  'spoilage',
  'bacillus-cereus-mesophilic',
  'bacillus-cereus-psychrotolerant',
  'listeria-monocytogenes',
  'cap-fresh-7-days',
  'cap-sealed-10-days',
  'cap-packed-30-days',
]);
export type LimitId = z.infer<typeof limitIdSchema>;

/** Why the future temperature is what it is. */
export const assumptionKindSchema = z.enum(['given', 'storage', 'recent-mean', 'product-default']);

export const estimateFlagSchema = z.enum([
  /** No reading speaks for this batch: the whole history is assumed. */
  'no-sensor',
  /** The node has been silent longer than its contract: figures are lowered. */
  'silent',
  /** Silent for so long that no status is given. */
  'silent-too-long',
  /** Part of the history or the future lies outside the temperatures the parameters were made from. */
  'outside-tested-range',
  /** p95 / p05 is above 10: the parameters are not known well enough. */
  'wide-interval',
  /** A sealed pack without proof of 90 C 10 min was kept above 8 C. */
  'sealed-pack-unchilled',
  /** Counts of a laboratory are taken into account. */
  'conditioned-on-counts',
  /** What people or buyers said of it is taken into account. */
  'conditioned-on-verdicts',
  /** Hardly any parameters explain both the temperatures and what was seen: the shorter of both lives is shown. */
  'counts-contradict-model',
  /** Readings left out because their quality is not good (spikes, power-on values). */
  'readings-left-out',
]);
export type EstimateFlag = z.infer<typeof estimateFlagSchema>;

/**
 * Remaining life of a batch at `asOf`, if kept at `futureTemperatureC` from then on. A bare number is never shown:
 * the interval, the assumption and the share that was measured travel with it. Shown first: `remainingH.p05`.
 */
export const estimateSchema = z.object({
  batchId: z.string(),
  asOf: z.iso.datetime(),
  status: batchStatusSchema,
  /** Hours from asOf; 0 when the limit is past. */
  remainingH: hours,
  /** asOf + remainingH; for a limit already past, when it was crossed. */
  keepsUntil: instants,
  /** Predicted count of the spoilage flora now. */
  countLog10CfuPerG: hours,
  limitLog10CfuPerG: z.number(),
  /** The limit that ends the life at p05. */
  limitedBy: limitIdSchema,
  /** Every limit on its own: hours left at the central parameters; null = never by this limit. */
  limits: z.array(z.object({ limit: limitIdSchema, remainingH: z.number().nullable() })),
  futureTemperatureC: z.number(),
  assumptionKind: assumptionKindSchema,
  /** The assumption as an English sentence; screens word it themselves from assumptionKind. */
  assumption: z.string(),
  /** Share of the time since production that readings cover, 0 to 1. */
  measuredShare: z.number(),
  /** Hours since production that no reading covers. */
  gapH: z.number(),
  meanKineticTemperatureC: z.number().nullable(),
  /** Hours above outOfRangeAboveC. */
  timeOutOfRangeH: z.number(),
  outOfRangeAboveC: z.number(),
  /** Life this batch would have had, made now and kept as assumed: p05. Scales the "use soon" line. */
  lifeAtMakingH: z.number(),
  lastReadingAt: z.iso.datetime().nullable(),
  lastTemperatureC: z.number().nullable(),
  leftOutReadings: z.number().int(),
  /** Of several sensors the position of the one that the promise hangs on. */
  warmestPosition: z.string().optional(),
  flags: z.array(estimateFlagSchema),
  modelId: z.string(),
  parameterSetId: z.string(),
  parameterSetVersion: z.number().int(),
  /** For 24 h after other parameters came into use: what the least remaining life was just before and just after. */
  recalculated: z
    .object({
      at: z.iso.datetime(),
      parameterSetId: z.string(),
      fromVersion: z.number().int(),
      toVersion: z.number().int(),
      beforeP05H: z.number(),
      afterP05H: z.number(),
    })
    .optional(),
});
export type Estimate = z.infer<typeof estimateSchema>;

const gapSchema = z.object({ from: z.iso.datetime(), to: z.iso.datetime() });

/** One instant of a batch's past or forecast. Temperatures are null inside a gap and without a sensor. */
const historyPointSchema = z.object({
  at: z.iso.datetime(),
  temperatureC: z.number().nullable(),
  minC: z.number().nullable(),
  maxC: z.number().nullable(),
  countLog10CfuPerG: hours,
  remainingH: hours,
});

/** Temperature, predicted count and remaining life on one time axis. `forecast` starts at asOf. */
export const batchHistorySchema = z.object({
  batchId: z.string(),
  from: z.iso.datetime(),
  asOf: z.iso.datetime(),
  points: z.array(historyPointSchema),
  forecast: z.array(historyPointSchema),
  gaps: z.array(gapSchema),
  /** Spans above outOfRangeAboveC, with what they cost: hours of p05 life beyond the time that passed. */
  excursions: z.array(
    z.object({
      from: z.iso.datetime(),
      to: z.iso.datetime().nullable(),
      peakC: z.number(),
      lifeLostH: z.number(),
    }),
  ),
  outOfRangeAboveC: z.number(),
  limitLog10CfuPerG: z.number(),
  futureTemperatureC: z.number(),
});
export type BatchHistory = z.infer<typeof batchHistorySchema>;
