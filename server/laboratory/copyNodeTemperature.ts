import type { NewExperimentSeries } from '../../models/contracts/experiment.ts';
import { mostTemperaturePoints } from '../../models/laboratory/experimentLimits.ts';
import { cleanSeries } from '../../models/temperatureHistory.ts';
import { ApiError } from '../errors.ts';
import type { ReadingStore } from '../store/readingStore.ts';

const hourMs = 3_600_000;
const longestSpanMs = 400 * 24 * hourMs;

type NodeTemperature = Extract<NewExperimentSeries['temperature'], { kind: 'node' }>;

/**
 * What a probe measured over the time of a series, with its offset and without spikes, thinned to at most 5,000 points
 * (means of equal spans). It is copied: later readings, offsets or retention do not change what was fitted.
 *
 * @param path  of the field, for the error
 * @throws {ApiError} request.invalid when there is no reading, the span is over 400 days or not over yet
 */
export async function copyNodeTemperature(
  store: ReadingStore,
  { nodeId, probe, from, to }: NodeTemperature,
  now: number,
  path: string,
) {
  const refuse = (field: string, value: string, allowed: string) =>
    new ApiError('request.invalid', `${path}.${field} ${allowed}`, [
      { field: `${path}.${field}`, value, allowed },
    ]);
  const iso = (at: number) => new Date(at).toISOString();
  if (to > now) throw refuse('to', iso(to), 'must not be later than now');
  if (to - from > longestSpanMs) throw refuse('to', iso(to), 'must be at most 400 days after from');
  const buckets = await store.buckets({ nodeId, probe, from, to, points: mostTemperaturePoints - 1 });
  const { used } = cleanSeries(
    buckets.map(bucket => ({ at: (bucket.from + bucket.to) / 2, temperatureC: bucket.meanC })),
  );
  if (used.length === 0)
    throw refuse('nodeId', nodeId, `must have readings of probe ${probe} from ${iso(from)} to ${iso(to)}`);
  return {
    kind: 'node' as const,
    ...{ nodeId, probe, from: iso(from), to: iso(to) },
    points: used.map(({ at, temperatureC }) => ({ timeH: (at - from) / hourMs, temperatureC })),
  };
}
