import { z } from 'zod';
import {
  type ExperimentSeries,
  experimentKindSchema,
  experimentRowSchema,
  experimentSeriesSchema,
  experimentSourceSchema,
  type NewExperimentSeries,
} from '../../../models/contracts/experiment.ts';

export const formatName = 'tahan-experiment' as const;
export const formatVersion = 1 as const;

const text = (longest: number) =>
  z.string({ error: `must be text of at most ${longest} characters` }).max(longest, {
    error: `must be text of at most ${longest} characters`,
  });

/**
 * `experiment.json`: everything of a version that an import keeps, and nothing else. Where it came from stands in
 * `origin.json`, so that an experiment that was exported, imported and exported again has the same bytes here.
 */
export const experimentFileSchema = z.strictObject({
  format: z.literal(formatName, { error: `must be ${formatName}` }),
  formatVersion: z.literal(formatVersion, { error: `must be ${formatVersion}` }),
  title: text(128).min(1, { error: 'must not be empty' }),
  note: text(2_000),
  version: z.strictObject({
    note: text(2_000),
    kind: experimentKindSchema,
    rows: z.array(experimentRowSchema, { error: 'must be a list of rows' }),
    series: z.array(experimentSeriesSchema, { error: 'must be a list of series' }),
    source: experimentSourceSchema,
  }),
});
export type ExperimentFile = z.output<typeof experimentFileSchema>;

/** As text; parsed first, so that fields stand in one order whoever wrote them. */
export const experimentFileText = (file: ExperimentFile): string =>
  `${JSON.stringify(experimentFileSchema.parse(file), null, 1)}\n`;

/** The series with what a live sensor measured as points: they are in the file, the sensor may be anywhere. */
export const seriesToCheck = (series: readonly ExperimentSeries[]): NewExperimentSeries[] =>
  series.map(one => {
    const { temperature } = one;
    return {
      ...one,
      temperature: temperature.kind === 'node' ? { kind: 'points', points: temperature.points } : temperature,
    };
  });
