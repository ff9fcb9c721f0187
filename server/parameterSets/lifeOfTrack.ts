import type { TahuParameters } from '../../models/parameters/tahu.ts';
import type { LifeEstimate } from '../../models/shelf-life/lifeEstimate.ts';
import { buildLife } from '../shelf-life/buildLife.ts';
import { coverageOf } from '../shelf-life/coverage.ts';
import { futureTemperature } from '../shelf-life/futureTemperature.ts';
import { worstOf } from '../shelf-life/lifeNow.ts';
import { recentMeanC, recentSeriesOf } from '../shelf-life/recentTemperature.ts';
import type { Track } from '../shelf-life/tracks.ts';
import type { ReadingStore } from '../store/readingStore.ts';

/** Fewer than a promise is printed with: of hundreds of batches only what they have in common is shown. */
const draws = 2_000;

/** What a batch would have promised at an instant of its past by other parameters, without what was seen of it. */
export async function lifeBy(
  store: ReadingStore,
  tracks: readonly Track[],
  parameters: TahuParameters,
  at: number,
): Promise<LifeEstimate> {
  const all: LifeEstimate[] = [];
  for (const track of tracks) {
    const tried = { ...track, parameters };
    const { life } = await buildLife(store, tried, at);
    const { uncovered } = await coverageOf(store, tried, at);
    const meanC = recentMeanC(await recentSeriesOf(store, tried, at), tried, at);
    const { temperatureC } = futureTemperature(tried.batch, meanC);
    all.push(life.estimate({ asOf: at, futureTemperatureC: temperatureC, uncovered, draws }));
  }
  return worstOf(all, life => life);
}
