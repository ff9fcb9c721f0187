import { z } from 'zod';
import { estimateSchema } from './estimate.ts';
import { instantSchema, temperatureRangeC } from './reading.ts';

const temperatureRule = `must be a number from ${temperatureRangeC.min} to ${temperatureRangeC.max} degrees Celsius`;
const temperature = z
  .number({ error: temperatureRule })
  .min(temperatureRangeC.min, { error: temperatureRule })
  .max(temperatureRangeC.max, { error: temperatureRule });

/** The kinds of tahu whose shelf life can be worked out from any temperature history. */
export const predictionModelSchema = z.enum(['tahu-fresh', 'tahu-packed-heated'], {
  error: 'must be one of tahu-fresh, tahu-packed-heated',
});

export const predictionRequestSchema = z.strictObject({
  model: predictionModelSchema,
  /** Straight lines between the points; in any order, no instant twice. */
  history: z
    .array(z.strictObject({ measuredAt: instantSchema, temperatureC: temperature }))
    .min(1, { error: 'must hold 1 to 10000 points' })
    .max(10_000, { error: 'must hold 1 to 10000 points' }),
  /** Default: the first point. */
  producedAt: instantSchema.optional(),
  /** Default: the last point. */
  asOf: instantSchema.optional(),
  /** Default: the temperature of the last point. */
  futureTemperatureC: temperature.optional(),
});

const text = (what: string) => z.string({ error: `must be ${what}` }).min(1, { error: `must be ${what}` });

/** Any model of the library by its kind and name. Fits are not among them: they take long and run by `tahan fit`. */
export const calculationRequestSchema = z.strictObject({
  /** static_growth, dynamic_growth, secondary, static_inactivation, shelf_life, cold_chain ... */
  kind: text('a kind of model, such as secondary or shelf_life'),
  /** The model's name in its kind, such as ctmi. */
  model: text('the name of a model, such as ctmi'),
  /** By the names of the library; units are in the names. */
  inputs: z.record(z.string(), z.unknown(), { error: 'must be an object of inputs by name' }),
});

/** What a model answers: numbers, null (never, undefined), lists and text by name. */
export const calculationSchema = z.object({
  kind: z.string(),
  model: z.string(),
  outputs: z.record(z.string(), z.unknown()),
});
export type CalculationAnswer = z.infer<typeof calculationSchema>;

/** An estimate that belongs to no batch: the same words for the same things. */
export const predictionSchema = estimateSchema
  .pick({
    asOf: true,
    remainingH: true,
    keepsUntil: true,
    countLog10CfuPerG: true,
    limitLog10CfuPerG: true,
    limitedBy: true,
    limits: true,
    futureTemperatureC: true,
    measuredShare: true,
    gapH: true,
    meanKineticTemperatureC: true,
    timeOutOfRangeH: true,
    outOfRangeAboveC: true,
    lifeAtMakingH: true,
    flags: true,
    modelId: true,
    parameterSetId: true,
    parameterSetVersion: true,
  })
  .extend({ model: predictionModelSchema });
export type Prediction = z.infer<typeof predictionSchema>;
