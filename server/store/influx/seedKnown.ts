import { askBatteries, askNewest, type NewestReading, pieces, type Span } from './influxQueries.ts';
import type { InfluxServer } from './influxServer.ts';
import type { KnownReadings, SeedSeries } from './knownReadings.ts';
import { type Battery, impliedClock, isLater, type NodeKnowledge } from './nodeKnowledge.ts';

const dayMs = 24 * 3_600_000;
/** 3 Core answers for three days at a time; a node that was silent for longer than this is new to the node list there. */
const longestLookBackMs = 36 * dayMs;

/**
 * Asks InfluxDB, once, for the newest reading of each probe: what is newer need never be looked up when it comes, and
 * the node list is answered from here.
 */
export async function seedKnown(server: InfluxServer, known: KnownReadings, now: number): Promise<void> {
  if (known.isSeeded) return;
  const span: Span =
    server.kind === '3-core'
      ? { from: now - longestLookBackMs, to: Number.POSITIVE_INFINITY }
      : { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  /** Keyed by node and probe. */
  const newest = new Map<string, NewestReading>();
  /** Keyed by node id. */
  const batteries = new Map<string, Battery>();
  // Ascending: what a later piece says is newer.
  for (const piece of pieces(server, span, now)) {
    for (const found of await askNewest(server, piece))
      newest.set(`${found.reading.nodeId} ${found.reading.probe}`, found);
    for (const { nodeId, battery } of await askBatteries(server, piece)) {
      const other = batteries.get(nodeId);
      if (
        other === undefined ||
        battery.at > other.at ||
        (battery.at === other.at && battery.pct < other.pct)
      )
        batteries.set(nodeId, battery);
    }
  }
  known.seed(seriesOf(newest), nodesOf(newest, batteries), span.from);
}

function seriesOf(newest: ReadonlyMap<string, NewestReading>): SeedSeries[] {
  return [...newest.values()].map(({ reading }) => ({
    nodeId: reading.nodeId,
    probe: reading.probe,
    newestAt: reading.measuredAt,
  }));
}

function nodesOf(newest: ReadonlyMap<string, NewestReading>, batteries: ReadonlyMap<string, Battery>) {
  const nodes = new Map<string, NodeKnowledge>();
  for (const { reading, clock } of newest.values()) {
    const other = nodes.get(reading.nodeId);
    if (other !== undefined && !isLater(reading, other.latest)) continue;
    nodes.set(reading.nodeId, {
      latest: reading,
      clock: clock ?? impliedClock(reading),
      battery: batteries.get(reading.nodeId) ?? null,
    });
  }
  return nodes;
}
