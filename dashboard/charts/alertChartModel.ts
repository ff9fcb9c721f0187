import type { AlertView } from '../../models/contracts/alert.ts';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { NodeView } from '../../models/contracts/node.ts';
import type { TemperatureBucketView } from '../../models/contracts/temperatureBucket.ts';
import { endedAt } from '../alertWords.ts';
import { hourMs } from '../zone.ts';
import type { Span } from './chartModel.ts';
import { longestSilenceMs, type NodeChartModel, nodeChartModel } from './nodeChartModel.ts';

/** Shown before the alert, so that what is usual can be seen. */
const beforeMs = 2 * hourMs;
/** What ended longer ago is not drawn up to now. */
const upToNowForMs = 6 * hourMs;
const minuteMs = 60_000;

/** A probe that speaks for what the alert is about, while it did. */
export interface AlertSource extends Span {
  readonly nodeId: string;
  readonly probe: string;
  /** Where in the load; sensors at several positions are not one line. */
  readonly position: string;
}

/** From two hours before until now, or until two hours after the end of what ended long ago. Whole minutes. */
export function alertSpan(alert: AlertView, now: number): Span {
  const ended = endedAt(alert);
  const to = ended === null || now - ended < upToNowForMs ? now : ended + beforeMs;
  return {
    from: Math.floor((Date.parse(alert.beganAt) - beforeMs) / minuteMs) * minuteMs,
    to: Math.ceil(to / minuteMs) * minuteMs,
  };
}

export function alertSources(
  batch: BatchView | undefined,
  node: NodeView | undefined,
  { from, to }: Span,
): AlertSource[] {
  if (node !== undefined)
    return [{ nodeId: node.nodeId, probe: node.lastReading?.probe ?? 'main', position: 'main', from, to }];
  return (batch?.placements ?? [])
    .map(placement => ({
      nodeId: placement.nodeId,
      probe: placement.probe,
      position: placement.position,
      from: Math.max(from, Date.parse(placement.from)),
      to: placement.to === null ? to : Math.min(to, Date.parse(placement.to)),
    }))
    .filter(source => source.to > source.from);
}

export interface SourceBuckets {
  readonly source: AlertSource;
  readonly buckets: readonly TemperatureBucketView[];
}

/** One line: of several positions in a load the one that was warmest, which is the one that counts. */
export function alertChartModel(
  found: readonly SourceBuckets[],
  span: Span,
  reportEveryS: number | null,
): NodeChartModel {
  const byPosition = new Map<string, TemperatureBucketView[]>();
  for (const { source, buckets } of found) {
    const own = byPosition.get(source.position) ?? [];
    byPosition.set(source.position, [...own, ...buckets]);
  }
  const warmest = [...byPosition.values()]
    .map(buckets => ({ buckets, maxC: Math.max(...buckets.map(bucket => bucket.maxC)) }))
    .sort((a, b) => b.maxC - a.maxC)[0];
  const sorted = (warmest?.buckets ?? []).toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from));
  return nodeChartModel(sorted, span, longestSilenceMs(reportEveryS));
}

/** The stretch above the level that lasted longest, for its label; null where it is never above. */
export function longestAbove({ rows }: NodeChartModel, levelC: number): Span | null {
  let longest: Span | null = null;
  let from: number | null = null;
  for (const [index, row] of rows.entries()) {
    if (row.meanC > levelC) from ??= row.at;
    const ends = row.meanC <= levelC || index === rows.length - 1;
    if (from === null || !ends) continue;
    if (longest === null || row.at - from > longest.to - longest.from) longest = { from, to: row.at };
    from = null;
  }
  return longest;
}
