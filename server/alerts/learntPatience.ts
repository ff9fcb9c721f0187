import { noDataPatienceMs } from '../../models/alerts/noData.ts';
import type { Node } from '../store/metadata/nodes.ts';
import type { NodeSummary, ReadingStore } from '../store/readingStore.ts';

const arrivalsLearnt = 100;
const learnFromMs = 7 * 24 * 3_600_000;

/** How long a node may be silent, learnt from when its latest readings arrived; ms. */
export async function learntPatienceMs(
  store: ReadingStore,
  { nodeId, reportEveryS }: Pick<Node, 'nodeId' | 'reportEveryS'>,
  { lastReading: { probe, measuredAt } }: Pick<NodeSummary, 'lastReading'>,
): Promise<number> {
  const to = measuredAt + 1;
  const { before } = await store.neighbours(nodeId, probe, to, arrivalsLearnt);
  const from = Math.max(before[0]?.at ?? 0, measuredAt - learnFromMs);
  const readings = await store.range({ nodeId, from, to, limit: 5 * arrivalsLearnt });
  return noDataPatienceMs(
    readings.map(reading => reading.receivedAt),
    reportEveryS === null ? null : reportEveryS * 1_000,
  );
}
