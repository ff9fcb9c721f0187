import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import type { Calibration } from '../calibration.ts';
import { bucketise } from './bucketise.ts';
import type { ReadingStore } from './readingStore.ts';

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
  return {
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
      return bucketise(corrected(nodeId, probe, await store.usable(query)), from, to, points);
    },
    nodeSummary: nodeId => store.nodeSummary(nodeId),
    count: () => store.count(),
    close: () => store.close(),
  };
}
