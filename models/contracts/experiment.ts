import { z } from 'zod';
import { treatmentSchema } from './batch.ts';
import { nodeIdSchema, probeSchema, productIdSchema } from './ids.ts';
import { instantSchema } from './reading.ts';

/**
 * What was measured.
 *   growth        counts that rise, log10 CFU/g
 *   inactivation  log10 survivors that fall
 *   shelf-life    only how long it kept, as a panel or a count judged it
 */
export const experimentKindSchema = z.enum(['growth', 'inactivation', 'shelf-life'], {
  error: 'must be one of growth, inactivation, shelf-life',
});
export type ExperimentKind = z.infer<typeof experimentKindSchema>;

const rule = {
  number: 'must be a number',
  numberOrNull: 'must be a number or null',
  row: 'must be the line in the source, 1 or greater',
  series: 'must be the name of a series, 1 to 64 characters',
  text: (longest: number) => `must be 1 to ${longest} characters`,
};

const text = (longest: number) =>
  z
    .string({ error: rule.text(longest) })
    .trim()
    .min(1, { error: rule.text(longest) })
    .max(longest, { error: rule.text(longest) });
const optionalText = (longest: number) =>
  z
    .string({ error: `must be at most ${longest} characters` })
    .trim()
    .max(longest, { error: `must be at most ${longest} characters` })
    .default('');
const number = z.number({ error: rule.number });
const numberOrNull = z.number({ error: rule.numberOrNull }).nullable();
const seriesName = z
  .string({ error: rule.series })
  .trim()
  .min(1, { error: rule.series })
  .max(64, { error: rule.series });
const lineNumber = z.number({ error: rule.row }).int({ error: rule.row }).min(1, { error: rule.row });

/**
 * One measurement. Exactly one of the five values is a number: of growth and inactivation one of the first three, of a
 * shelf life one of the last two. The ranges are those of `checkExperiment`.
 */
export const experimentRowSchema = z.strictObject({
  /** Line in the source, the header being 1. */
  row: lineNumber,
  series: seriesName,
  replicate: text(64).nullable(),
  /** Since the start of the series; 0 for a shelf life. */
  timeH: number,
  /** Count, or survivors, log10 CFU/g. */
  log10CfuPerG: numberOrNull,
  /** Nothing was found at this limit of detection, log10 CFU/g. */
  belowLog10: numberOrNull,
  /** Too many to count: at least this, log10 CFU/g. */
  aboveLog10: numberOrNull,
  shelfLifeH: numberOrNull,
  /** Still good when the test ended. */
  shelfLifeAboveH: numberOrNull.default(null),
  /** Why it is left out of fits; null: it counts. */
  excluded: text(200).nullable(),
});
export type ExperimentRow = z.infer<typeof experimentRowSchema>;

export const temperaturePointSchema = z.strictObject({
  /** Since the start of the series. */
  timeH: number,
  temperatureC: number,
});

const constantSchema = z.strictObject({ kind: z.literal('constant'), temperatureC: number });
const pointsSchema = z.strictObject({ kind: z.literal('points'), points: z.array(temperaturePointSchema) });

/** What a live sensor measured; from `from` on the time of the series counts. */
const newNodeTemperatureSchema = z.strictObject({
  kind: z.literal('node'),
  nodeId: nodeIdSchema,
  probe: probeSchema.default('main'),
  from: instantSchema,
  to: instantSchema,
});

const temperatureRule = 'must be a temperature of kind constant, points or node';

const seriesFields = {
  series: seriesName,
  /** Amount by the id of a lever (models/preservation); 1 where there is nothing to dose. */
  levers: z.record(text(64), number).default({}),
  pH: numberOrNull.default(null),
  aw: numberOrNull.default(null),
  treatment: treatmentSchema.nullable().default(null),
  /** Of the plates: PCA, 30 C, 72 h. */
  medium: optionalText(128),
  method: text(128).nullable().default(null),
  costIdrPerPack: numberOrNull.default(null),
};

export const newExperimentSeriesSchema = z.strictObject({
  ...seriesFields,
  temperature: z.discriminatedUnion('kind', [constantSchema, pointsSchema, newNodeTemperatureSchema], {
    error: temperatureRule,
  }),
});
export type NewExperimentSeries = z.output<typeof newExperimentSeriesSchema>;

export const experimentSeriesSchema = z.strictObject({
  ...seriesFields,
  temperature: z.discriminatedUnion('kind', [
    constantSchema,
    pointsSchema,
    z.object({
      kind: z.literal('node'),
      nodeId: nodeIdSchema,
      probe: probeSchema,
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      /** Copied when the version was made, with the offsets of that day: it stays as it was. */
      points: z.array(temperaturePointSchema),
    }),
  ]),
});
export type ExperimentSeries = z.output<typeof experimentSeriesSchema>;

/** Where the rows come from, and what a person decided about each cell that could not be taken as it stood. */
export const experimentSourceSchema = z.strictObject({
  fileName: text(256).nullable().default(null),
  /** What each column of the file was taken for, with its unit: {"logcfu": "count log10 CFU/g"}. */
  mapping: z.record(z.string().max(256), z.string().max(256)).default({}),
  decisions: z
    .array(
      z.strictObject({
        row: lineNumber,
        column: z.string().max(256),
        found: z.string().max(256),
        became: z.string().max(256),
      }),
    )
    .default([]),
  /** Rows of the file that hold no measurement at all (no time or no value that can be read), with why. */
  leftOut: z
    .array(
      z.strictObject({
        row: lineNumber,
        cells: z.array(z.string().max(256)).max(100),
        reason: text(200),
      }),
    )
    .default([]),
});
export type ExperimentSource = z.output<typeof experimentSourceSchema>;

const versionFields = {
  note: optionalText(2000),
  kind: experimentKindSchema,
  rows: z.array(experimentRowSchema, { error: 'must be a list of rows' }),
  series: z.array(newExperimentSeriesSchema, { error: 'must be a list of series' }),
  source: experimentSourceSchema.default({ fileName: null, mapping: {}, decisions: [], leftOut: [] }),
};

/** Data of a new version: all of it, not what changed. */
export const newExperimentVersionSchema = z.strictObject({
  ...versionFields,
  /** The version it was made from; refused when there is a newer one by now. */
  basedOn: z.number().int().min(1).optional(),
});
export type NewExperimentVersion = z.output<typeof newExperimentVersionSchema>;

/** An experiment begins with its first version: none is ever empty. */
export const newExperimentSchema = z.strictObject({
  /** Made where it is written, so that what is sent twice is one. */
  experimentId: z.uuid({ error: 'must be a UUID' }).optional(),
  title: text(128),
  productId: productIdSchema.nullable().default(null),
  ...versionFields,
});

export const experimentChangeSchema = z
  .strictObject({
    title: text(128),
    productId: productIdSchema.nullable(),
    note: z.string().trim().max(2000, { error: 'must be at most 2000 characters' }),
    /** True puts it away; false brings it back. Nothing is ever deleted. */
    archived: z.boolean({ error: 'must be true or false' }),
  })
  .partial();

/** Immutable: another exclusion or more data is another version. */
export const experimentVersionSchema = z.object({
  experimentId: z.string(),
  version: z.number().int().min(1),
  madeAt: z.iso.datetime(),
  madeBy: z.string(),
  note: z.string(),
  kind: experimentKindSchema,
  rows: z.array(experimentRowSchema),
  series: z.array(experimentSeriesSchema),
  source: experimentSourceSchema,
});
export type ExperimentVersion = z.output<typeof experimentVersionSchema>;

export const experimentViewSchema = z.object({
  experimentId: z.string(),
  title: z.string(),
  productId: z.string().nullable(),
  note: z.string(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  /** The oldest first. */
  versions: z.array(
    z.object({
      version: z.number().int(),
      madeAt: z.iso.datetime(),
      madeBy: z.string(),
      note: z.string(),
      kind: experimentKindSchema,
      rowCount: z.number().int(),
      excludedCount: z.number().int(),
      seriesCount: z.number().int(),
      /** Lowest and highest temperature of its series. */
      temperatureRangeC: z.tuple([z.number(), z.number()]),
    }),
  ),
  latest: z.number().int(),
  archivedAt: z.iso.datetime().nullable(),
});
export type ExperimentView = z.output<typeof experimentViewSchema>;
