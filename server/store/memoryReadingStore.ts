import type { Reading } from '../../models/contracts/reading.ts';
import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import { bucketGrid, hourMs } from './bucketGrid.ts';
import { bucketise } from './bucketise.ts';
import { clockWrongSince, type NodeClockState, nextClockState } from './nodeClockState.ts';
import {
  isUsable,
  type NodeSummary,
  type ReadingCursor,
  type ReadingStore,
  sameValues,
} from './readingStore.ts';
import { ReceptionMarks } from './receptionMarks.ts';
import {
  dayMs,
  forgetBounds,
  joinSummaries,
  nothingForgotten,
  type Summary,
  summarise,
} from './summarise.ts';
import { pointsAround, timeAboveOf } from './timeAboveOf.ts';

interface NodeReadings {
  /** Keyed by probe, each ascending by measuredAt. */
  readonly probes: Map<string, Reading[]>;
  /** Keyed by probe, each ascending: what is left of forgotten readings. */
  readonly hours: Map<string, Summary[]>;
  readonly days: Map<string, Summary[]>;
  clock: NodeClockState | null;
}

/** The plainest store that keeps the contract: sorted arrays. For tests and for reading the contract off. */
export function createMemoryReadingStore(): ReadingStore {
  /** Keyed by node id. */
  const nodes = new Map<string, NodeReadings>();
  let applied = 0;
  let durable = 0;
  let forgotten = nothingForgotten;

  const all = (nodeId: string) => [...(nodes.get(nodeId)?.probes.values() ?? [])].flat().sort(byTimeAndProbe);
  const usablePoints = (nodeId: string, probe: string): TemperaturePoint[] =>
    (nodes.get(nodeId)?.probes.get(probe) ?? [])
      .filter(isUsable)
      .map(r => ({ at: r.measuredAt, temperatureC: r.temperatureC }));

  const summaries = (nodeId: string, probe: string): Summary[] => {
    const node = nodes.get(nodeId);
    return [...(node?.days.get(probe) ?? []), ...(node?.hours.get(probe) ?? [])];
  };

  function nodeSummary(nodeId: string): NodeSummary | null {
    const readings = all(nodeId);
    const lastReading = readings.at(-1);
    const clock = nodes.get(nodeId)?.clock;
    if (lastReading === undefined || !clock) return null;
    return {
      lastReading: { ...lastReading },
      lastSeenAt: clock.lastSeenAt,
      batteryPct: latestBattery(readings),
      clockWrongSince: clockWrongSince(clock),
    };
  }

  const store: ReadingStore = {
    async append(readings, throughPosition) {
      const inserted: Reading[] = [];
      const conflicts: Reading[] = [];
      let duplicates = 0;
      let expired = 0;
      for (const reading of readings) {
        if (reading.measuredAt < forgotten.readingsBefore) {
          expired += 1;
          continue;
        }
        const node = nodes.get(reading.nodeId) ?? newNode();
        nodes.set(reading.nodeId, node);
        const series = node.probes.get(reading.probe) ?? [];
        node.probes.set(reading.probe, series);
        const index = firstNotBefore(series, reading.measuredAt);
        const present = series[index];
        if (present?.measuredAt !== reading.measuredAt) {
          series.splice(index, 0, { ...reading });
          node.clock = nextClockState(node.clock, reading);
          inserted.push(reading);
        } else if (sameValues(present, reading)) duplicates += 1;
        else conflicts.push(reading);
      }
      applied = Math.max(applied, throughPosition ?? 0);
      return { inserted, duplicates, conflicts, expired };
    },
    durablePosition: () => durable,
    async sync() {
      durable = applied;
    },
    async range({ nodeId, from, to, after, limit }) {
      return all(nodeId)
        .filter(r => r.measuredAt >= from && r.measuredAt < to && (after === undefined || isAfter(r, after)))
        .slice(0, limit)
        .map(r => ({ ...r }));
    },
    async usable({ nodeId, probe, from, to }) {
      return usablePoints(nodeId, probe).filter(p => p.at >= from && p.at < to);
    },
    async suspectCount({ nodeId, probe, from, to }) {
      const series = nodes.get(nodeId)?.probes.get(probe) ?? [];
      return series.filter(
        r => r.measuredAt >= from && r.measuredAt < to && r.quality === 'suspect' && r.temperatureC !== null,
      ).length;
    },
    async neighbours(nodeId, probe, at, count) {
      const points = usablePoints(nodeId, probe);
      return {
        before: points.filter(p => p.at < at).slice(-count),
        after: points.filter(p => p.at > at).slice(0, count),
      };
    },
    async buckets({ nodeId, probe, from, to, points }) {
      const isInside = ({ at }: { at: number }) => at >= from && at < to;
      return bucketise(
        bucketGrid(from, to, points),
        { from, to },
        usablePoints(nodeId, probe).filter(isInside),
        summaries(nodeId, probe).filter(isInside),
      );
    },
    timeAbove: async query => timeAboveOf(await pointsAround(store, query), query),
    async bounds(nodeId) {
      const times = [
        ...[...(nodes.get(nodeId)?.probes.keys() ?? [])]
          .flatMap(probe => summaries(nodeId, probe))
          .map(s => s.at),
        ...all(nodeId).map(r => r.measuredAt),
      ].sort((a, b) => a - b);
      return times.length === 0 ? null : { earliestAt: times[0]!, latestAt: times.at(-1)! };
    },
    async reception({ nodeIds, ...span }) {
      const found = nodeIds.map(nodeId => {
        const marks = new ReceptionMarks(span);
        for (const { measuredAt } of all(nodeId)) marks.add(measuredAt);
        return [nodeId, marks] as const;
      });
      return new Map(found.filter(([, { isEmpty }]) => !isEmpty).map(([id, { cells }]) => [id, cells]));
    },
    nodeSummary: async nodeId => nodeSummary(nodeId),
    async nodeSummaries(nodeIds) {
      const known = nodeIds.map(nodeId => [nodeId, nodeSummary(nodeId)] as const);
      return new Map(known.filter((entry): entry is [string, NodeSummary] => entry[1] !== null));
    },
    async nodeIds() {
      return [...nodes.keys()].filter(nodeId => all(nodeId).length > 0).sort();
    },
    async count() {
      return [...nodes.values()].flatMap(n => [...n.probes.values()]).reduce((sum, s) => sum + s.length, 0);
    },
    async forget(bounds) {
      forgotten = forgetBounds(forgotten, bounds);
      const removed = { readings: 0, hours: 0 };
      for (const node of nodes.values()) {
        for (const [probe, series] of node.probes) {
          const gone = series.splice(0, firstNotBefore(series, forgotten.readingsBefore));
          const points = gone.filter(isUsable).map(r => ({ at: r.measuredAt, temperatureC: r.temperatureC }));
          const hours = [...(node.hours.get(probe) ?? []), ...summarise(points, hourMs)];
          const old = hours.filter(hour => hour.at < forgotten.hoursBefore);
          node.hours.set(
            probe,
            hours.filter(hour => hour.at >= forgotten.hoursBefore),
          );
          node.days.set(probe, [...(node.days.get(probe) ?? []), ...joinSummaries(old, dayMs)]);
          removed.readings += gone.length;
          removed.hours += old.length;
        }
      }
      return removed;
    },
    health: () => ({ state: 'ok' }),
    async close() {
      durable = applied;
    },
  };
  return store;
}

const newNode = (): NodeReadings => ({ probes: new Map(), hours: new Map(), days: new Map(), clock: null });

function byTimeAndProbe(a: Reading, b: Reading): number {
  return a.measuredAt - b.measuredAt || (a.probe < b.probe ? -1 : 1);
}

function isAfter(reading: Reading, cursor: ReadingCursor): boolean {
  if (reading.measuredAt !== cursor.measuredAt) return reading.measuredAt > cursor.measuredAt;
  return reading.probe > cursor.probe;
}

/** Binary search: index of the first reading at or after `measuredAt`. */
function firstNotBefore(series: readonly Reading[], measuredAt: number): number {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (series[middle]!.measuredAt < measuredAt) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param readings  ascending by measuredAt */
function latestBattery(readings: readonly Reading[]): number | null {
  const at = readings.findLast(r => r.batteryPct !== null)?.measuredAt;
  const told = readings.filter(r => r.measuredAt === at).flatMap(r => r.batteryPct ?? []);
  return told.length === 0 ? null : Math.min(...told);
}
