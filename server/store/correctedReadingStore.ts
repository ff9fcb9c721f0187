import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import type { Calibration } from '../calibration.ts';
import { bucketGrid } from './bucketGrid.ts';
import { bucketise } from './bucketise.ts';
import type { ReadingStore } from './readingStore.ts';
import { pointsAround, timeAboveOf } from './timeAboveOf.ts';

/**
 * A store whose temperatures are corrected by the offsets of their probes wherever a temperature is judged: `usable`,
 * `neighbours` and `buckets`. `range` and `nodeSummary` give readings as they came, which is also what stays on disk: an
 * offset that is entered later, or taken back, holds for the past it is said to hold for.
 */
export function correctedReadingStore(
  store: ReadingStore,
  calibration: Pick<Calibration, 'has' | 'correctedC'>,
): ReadingStore {
  function corrected(nodeId: string, probe: string, points: TemperaturePoint[]): TemperaturePoint[] {
    if (!calibration.has(nodeId, probe)) return points;
    return points.map(({ at, temperatureC }) => ({
      at,
      temperatureC: calibration.correctedC(nodeId, probe, at, temperatureC),
    }));
  }
  const judged: ReadingStore = {
    append: (readings, throughPosition) => store.append(readings, throughPosition),
    durablePosition: () => store.durablePosition(),
    sync: () => store.sync(),
    range: query => store.range(query),
    async usable(query) {
      return corrected(query.nodeId, query.probe, await store.usable(query));
    },
    suspectCount: query => store.suspectCount(query),
    async neighbours(nodeId, probe, at, count) {
      const { before, after } = await store.neighbours(nodeId, probe, at, count);
      return { before: corrected(nodeId, probe, before), after: corrected(nodeId, probe, after) };
    },
    async buckets(query) {
      const { nodeId, probe, from, to, points } = query;
      if (!calibration.has(nodeId, probe)) return store.buckets(query);
      return bucketise(bucketGrid(from, to, points), query, await judged.usable(query));
    },
    async timeAbove(query) {
      if (!calibration.has(query.nodeId, query.probe)) return store.timeAbove(query);
      return timeAboveOf(await pointsAround(judged, query), query);
    },
    bounds: nodeId => store.bounds(nodeId),
    nodeSummary: nodeId => store.nodeSummary(nodeId),
    nodeSummaries: nodeIds => store.nodeSummaries(nodeIds),
    nodeIds: () => store.nodeIds(),
    count: () => store.count(),
    forget: bounds => store.forget(bounds),
    health: () => store.health(),
    close: () => store.close(),
  };
  return judged;
}
