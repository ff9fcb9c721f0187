import { z } from 'zod';

const name = z
  .string({ error: 'must be a name of 1 to 64 characters' })
  .trim()
  .regex(/^[\w.-]{1,64}$/, { error: 'must be a name of 1 to 64 letters, digits, _, - or .' });
const modelName = z
  .string({ error: 'must be the name of a model' })
  .trim()
  .regex(/^[\w.-]{1,128}$/, { error: 'must be the name of a model' });
const numbers = z.record(name, z.number({ error: 'must be a number' }));
const wholeNumber = (from: number, to: number) => {
  const error = `must be a whole number from ${from} to ${to}`;
  return z.number({ error }).int({ error }).min(from, { error }).max(to, { error });
};

const fields = {
  /** Of the experiment. */
  version: wholeNumber(1, 1_000_000),
  /** Names of the series that are fitted; absent: all of them. */
  series: z
    .array(z.string().min(1).max(64), { error: 'must be a list of series' })
    .min(1, { error: 'must name a series or more' })
    .max(200, { error: 'must name at most 200 series' })
    .optional(),
  fixed: numbers.optional(),
  /** The column that is fitted: logN, ln_k ...; absent: what the kind of the experiment has. */
  response: name.optional(),
  /**
   * Counts below a limit of detection, or above what can be counted, take part as what they are (tobit). Else they are
   * left out, and the answer says so.
   */
  censored: z.boolean({ error: 'must be true or false' }).default(false),
};

/** What shall be estimated. The same order to `tahan fit` gives the same report, to the last digit. */
export const newFitSchema = z.strictObject({
  ...fields,
  /** As `tahan fit models` lists them, or another name of one; `two_step_…` for two steps. */
  model: modelName,
  /** To estimate; absent: all that the model has, with h0 (not a lag in hours) where curves share it. */
  free: z.array(name).min(1).max(20, { error: 'must name at most 20 parameters' }).optional(),
  start: numbers.optional(),
  /** Resamples of the residual bootstrap; absent: none. */
  bootstrap: wholeNumber(20, 5_000).optional(),
  /** Intervals by profile likelihood too. */
  profile: z.boolean({ error: 'must be true or false' }).default(false),
  seed: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(1),
});
export type NewFit = z.output<typeof newFitSchema>;

/** Several models on the same data, to be told apart by AICc. */
export const newRankingSchema = z.strictObject({
  ...fields,
  /** Absent: the usual ones for this kind of data. */
  models: z
    .array(modelName)
    .min(2, { error: 'must name two models or more' })
    .max(12, { error: 'must name at most 12 models' })
    .optional(),
});

export const fitStateSchema = z.enum(['queued', 'running', 'done', 'failed', 'cancelled']);
export type FitState = z.infer<typeof fitStateSchema>;

export const fitProgressSchema = z.object({
  /** Of several models, which; then its starts, its profiles, its resamples. */
  stage: z.enum(['models', 'starts', 'profile', 'bootstrap']),
  done: z.number(),
  of: z.number(),
  /** Smallest sum of squares so far. */
  bestRss: z.number().nullable(),
});
export type FitProgressView = z.infer<typeof fitProgressSchema>;

export const rankedModelSchema = z.object({
  model: z.string(),
  state: z.enum(['ok', 'not-identifiable', 'failed']),
  /** Why it has no place among the others; null: it has one. */
  reason: z.string().nullable(),
  parameters: z.number().int(),
  n: z.number().int(),
  rss: z.number().nullable(),
  /** Divided by n - p. */
  rmse: z.number().nullable(),
  aicc: z.number().nullable(),
  /** Against the best of them. */
  deltaAicc: z.number().nullable(),
  /** Akaike weight among those that have a place. */
  weight: z.number().nullable(),
});
export type RankedModel = z.infer<typeof rankedModelSchema>;

/** One fit: what was asked, how far it is, and what came out. */
export const fitViewSchema = z.object({
  fitId: z.string(),
  experimentId: z.string(),
  version: z.number().int(),
  kind: z.enum(['fit', 'ranking']),
  /** With everything filled in that was left open; of a ranking the models, and the first as `model`. */
  request: newFitSchema.extend({ models: z.array(z.string()).optional() }),
  state: fitStateSchema,
  /** Null: not begun. */
  progress: fitProgressSchema.nullable(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** What `tahan fit` prints; of data that do not determine the parameters only `status` and `reasons`. */
  report: z.record(z.string(), z.unknown()).nullable(),
  /** Best first. */
  ranking: z.array(rankedModelSchema).nullable(),
  /** The command that repeats it on the file of `GET /fits/:fitId/data`. */
  command: z.string(),
  /** Rows that were not used, with why. */
  leftOut: z.array(z.object({ row: z.number().int(), reason: z.enum(['excluded', 'censored', 'series']) })),
});
export type FitView = z.infer<typeof fitViewSchema>;

/** What a stream tells of a fit; the report is fetched. */
export const fitNewsSchema = fitViewSchema.pick({
  fitId: true,
  experimentId: true,
  kind: true,
  state: true,
  progress: true,
});
export type FitNews = z.infer<typeof fitNewsSchema>;
