import type { Reading } from '../../../models/contracts/reading.ts';
import { bucketGrid } from '../../../server/store/bucketGrid.ts';
import {
  type AppendResult,
  type Bucket,
  type BucketQuery,
  isUsable,
  type NodeSummary,
  type RangeQuery,
  type SeriesQuery,
  type TimeAboveLevel,
  type TimeAboveQuery,
} from '../../../server/store/readingStore.ts';

const hour = 3_600_000;
const day = 24 * hour;

/**
 * What a reading store says, the slowest and plainest way: one array, and what was forgotten in another. It shares no code
 * with the stores (but where spans of buckets begin), so that it can be held against them.
 */
export function arrayStore() {
  let kept: Reading[] = [];
  let gone: (Reading & { temperatureC: number })[] = [];
  const arrived = new Map<string, Reading[]>();
  let readingsBefore = -Infinity;
  let hoursBefore = -Infinity;

  const ofNode = (nodeId: string) =>
    kept
      .filter(r => r.nodeId === nodeId)
      .sort((a, b) => a.measuredAt - b.measuredAt || (a.probe < b.probe ? -1 : 1));
  const ofSeries = (nodeId: string, probe: string) => ofNode(nodeId).filter(r => r.probe === probe);
  const points = (nodeId: string, probe: string) =>
    ofSeries(nodeId, probe)
      .filter(isUsable)
      .map(r => ({ at: r.measuredAt, temperatureC: r.temperatureC }));
  /** Where what is left of a forgotten reading begins. */
  const summaryAt = (at: number) =>
    at < hoursBefore ? Math.floor(at / day) * day : Math.floor(at / hour) * hour;

  return {
    append(readings: readonly Reading[]): AppendResult {
      const inserted: Reading[] = [];
      const conflicts: Reading[] = [];
      let [duplicates, expired] = [0, 0];
      for (const r of readings) {
        const present = ofSeries(r.nodeId, r.probe).find(other => other.measuredAt === r.measuredAt);
        if (r.measuredAt < readingsBefore) expired += 1;
        else if (present === undefined) {
          inserted.push(r);
          kept.push(r);
          arrived.set(r.nodeId, [...(arrived.get(r.nodeId) ?? []), r]);
        } else if (
          present.temperatureC === r.temperatureC &&
          present.humidityPct === r.humidityPct &&
          present.batteryPct === r.batteryPct &&
          present.quality === r.quality
        )
          duplicates += 1;
        else conflicts.push(r);
      }
      return { inserted, duplicates, conflicts, expired };
    },
    range({ nodeId, from, to, after, limit }: RangeQuery): Reading[] {
      const isAfter = (r: Reading) =>
        after === undefined ||
        r.measuredAt > after.measuredAt ||
        (r.measuredAt === after.measuredAt && r.probe > after.probe);
      return ofNode(nodeId)
        .filter(r => r.measuredAt >= from && r.measuredAt < to && isAfter(r))
        .slice(0, limit);
    },
    usable: ({ nodeId, probe, from, to }: SeriesQuery) =>
      points(nodeId, probe).filter(p => p.at >= from && p.at < to),
    suspectCount: ({ nodeId, probe, from, to }: SeriesQuery) =>
      ofSeries(nodeId, probe).filter(
        r => r.measuredAt >= from && r.measuredAt < to && r.quality === 'suspect' && r.temperatureC !== null,
      ).length,
    neighbours: (nodeId: string, probe: string, at: number, count: number) => ({
      before: points(nodeId, probe)
        .filter(p => p.at < at)
        .slice(-count),
      after: points(nodeId, probe)
        .filter(p => p.at > at)
        .slice(0, count),
    }),
    buckets({ nodeId, probe, from, to, points: most }: BucketQuery): Bucket[] {
      const { origin, spanMs } = bucketGrid(from, to, most);
      const left = gone
        .filter(r => r.nodeId === nodeId && r.probe === probe)
        .map(r => ({ at: summaryAt(r.measuredAt), temperatureC: r.temperatureC }));
      const all = [...left, ...points(nodeId, probe)].filter(p => p.at >= from && p.at < to);
      const buckets: Bucket[] = [];
      for (let start = origin; start < to; start += spanMs) {
        const values = all.filter(p => p.at >= start && p.at < start + spanMs).map(p => p.temperatureC);
        if (values.length === 0) continue;
        buckets.push({
          from: Math.max(from, start),
          to: Math.min(to, start + spanMs),
          minC: Math.min(...values),
          meanC: values.reduce((a, b) => a + b, 0) / values.length,
          maxC: Math.max(...values),
          count: values.length,
        });
      }
      return buckets;
    },
    timeAbove({ nodeId, probe, from, to, levelC, longestGapMs }: TimeAboveQuery): TimeAboveLevel {
      const series = points(nodeId, probe);
      let [aboveMs, knownMs] = [0, 0];
      series.slice(1).forEach((b, i) => {
        const a = series[i]!;
        const [start, end] = [Math.max(from, a.at), Math.min(to, b.at)];
        if (b.at - a.at > longestGapMs || end <= start) return;
        knownMs += end - start;
        const value = (at: number) =>
          a.temperatureC + ((b.temperatureC - a.temperatureC) * (at - a.at)) / (b.at - a.at);
        const [first, last] = [value(start) - levelC, value(end) - levelC];
        if (first > 0 && last > 0) aboveMs += end - start;
        else if (first > 0) aboveMs += ((end - start) * first) / (first - last);
        else if (last > 0) aboveMs += ((end - start) * last) / (last - first);
      });
      return { aboveMs, knownMs };
    },
    bounds(nodeId: string): { earliestAt: number; latestAt: number } | null {
      const times = [
        ...ofNode(nodeId).map(r => r.measuredAt),
        ...gone.filter(r => r.nodeId === nodeId).map(r => summaryAt(r.measuredAt)),
      ];
      return times.length === 0 ? null : { earliestAt: Math.min(...times), latestAt: Math.max(...times) };
    },
    /** For nodes whose times all come from their own clocks. */
    nodeSummary(nodeId: string): NodeSummary | null {
      const readings = ofNode(nodeId);
      const lastReading = readings.at(-1);
      if (lastReading === undefined) return null;
      return {
        lastReading,
        lastSeenAt: Math.max(...(arrived.get(nodeId) ?? []).map(r => r.receivedAt)),
        batteryPct: latestBattery(readings),
        clockWrongSince: null,
      };
    },
    forget(bounds: { readingsBefore: number; hoursBefore: number }): void {
      readingsBefore = Math.max(readingsBefore, Math.floor(bounds.readingsBefore / day) * day);
      hoursBefore = Math.max(
        hoursBefore,
        Math.min(readingsBefore, Math.floor(bounds.hoursBefore / day) * day),
      );
      const isOld = (r: Reading) => r.measuredAt < readingsBefore;
      gone = [...gone, ...kept.filter(isOld).filter(isUsable)];
      kept = kept.filter(r => !isOld(r));
    },
  };
}

/** @param readings  ascending by measuredAt */
function latestBattery(readings: readonly Reading[]): number | null {
  const at = readings.findLast(r => r.batteryPct !== null)?.measuredAt;
  const told = readings.filter(r => r.measuredAt === at).flatMap(r => r.batteryPct ?? []);
  return told.length === 0 ? null : Math.min(...told);
}
