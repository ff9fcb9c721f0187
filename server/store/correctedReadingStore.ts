import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import { type Calibration, plusOffset } from '../calibration.ts';
import { correctedTimeAbove } from './correctedTimeAbove.ts';
import type { Bucket, BucketQuery, ReadingStore } from './readingStore.ts';

export type Offsets = Pick<Calibration, 'has' | 'correctedC' | 'inForce' | 'changesBetween'>;

/**
 * A store whose temperatures are corrected by the offsets of their probes wherever a temperature is judged: `usable`,
 * `neighbours`, `buckets` and `timeAbove`. `range` and `nodeSummary` give readings as they came, which is also what stays
 * on disk: an offset that is entered later, or taken back, holds for the past it is said to hold for.
 */
export function correctedReadingStore(store: ReadingStore, offsets: Offsets): ReadingStore {
  function corrected(nodeId: string, probe: string, points: TemperaturePoint[]): TemperaturePoint[] {
    if (!offsets.has(nodeId, probe)) return points;
    return points.map(({ at, temperatureC }) => ({
      at,
      temperatureC: offsets.correctedC(nodeId, probe, at, temperatureC),
    }));
  }
  const judged: ReadingStore = {
    append: (readings, throughPosition) => store.append(readings, throughPosition),
    durablePosition: () => store.durablePosition(),
    ...(store.onStored && { onStored: listener => store.onStored?.(listener) }),
    sync: () => store.sync(),
    range: query => store.range(query),
    async usable(query) {
      return corrected(query.nodeId, query.probe, await store.usable(query));
    },
    suspectCount: query => store.suspectCount(query),
    async neighbours(nodeId, probe, at, count, knownUntil) {
      const { before, after } = await store.neighbours(nodeId, probe, at, count, knownUntil);
      return { before: corrected(nodeId, probe, before), after: corrected(nodeId, probe, after) };
    },
    async buckets(query) {
      const buckets = await store.buckets(query);
      return offsets.has(query.nodeId, query.probe)
        ? correctedBuckets(store, offsets, query, buckets)
        : buckets;
    },
    async timeAbove(query) {
      if (!offsets.has(query.nodeId, query.probe)) return store.timeAbove(query);
      return correctedTimeAbove({ store, judged, offsets }, query);
    },
    reception: query => store.reception(query),
    bounds: nodeId => store.bounds(nodeId),
    nodeSummary: nodeId => store.nodeSummary(nodeId),
    nodeSummaries: nodeIds => store.nodeSummaries(nodeIds),
    nodeIds: () => store.nodeIds(),
    count: () => store.count(),
    forget: bounds => store.forget(bounds),
    health: () => store.health(),
    close: () => store.close(),
    ...(store.shared && { shared: store.shared }),
  };
  return judged;
}

/**
 * An offset is one number from an instant on, so that a bucket moves as a whole. One in which it changes is asked for in
 * pieces, each of which does.
 */
async function correctedBuckets(
  store: ReadingStore,
  offsets: Offsets,
  { nodeId, probe }: BucketQuery,
  buckets: readonly Bucket[],
): Promise<Bucket[]> {
  const moved = (bucket: Bucket) => plusOffsetOf(bucket, offsets.inForce(nodeId, probe, bucket.from).offsetC);
  const answer: Bucket[] = [];
  for (const bucket of buckets) {
    const changes = offsets.changesBetween(nodeId, probe, bucket.from, bucket.to);
    if (changes.length === 0) {
      answer.push(moved(bucket));
      continue;
    }
    const edges = [bucket.from, ...changes, bucket.to];
    const pieces: Bucket[] = [];
    for (let i = 1; i < edges.length; i++) {
      const piece = { nodeId, probe, from: edges[i - 1]!, to: edges[i]!, points: 1 };
      pieces.push(...(await store.buckets(piece)).map(moved));
    }
    if (pieces.length > 0) answer.push({ ...joined(pieces), from: bucket.from, to: bucket.to });
  }
  return answer;
}

function plusOffsetOf(bucket: Bucket, offsetC: number): Bucket {
  if (offsetC === 0) return bucket;
  const minC = plusOffset(bucket.minC, offsetC);
  const maxC = plusOffset(bucket.maxC, offsetC);
  return { ...bucket, minC, maxC, meanC: Math.min(maxC, Math.max(minC, bucket.meanC + offsetC)) };
}

function joined(pieces: readonly Bucket[]): Pick<Bucket, 'minC' | 'meanC' | 'maxC' | 'count'> {
  const minC = Math.min(...pieces.map(p => p.minC));
  const maxC = Math.max(...pieces.map(p => p.maxC));
  const count = pieces.reduce((sum, p) => sum + p.count, 0);
  const meanC = pieces.reduce((sum, p) => sum + p.meanC * p.count, 0) / count;
  return { minC, meanC: Math.min(maxC, Math.max(minC, meanC)), maxC, count };
}
