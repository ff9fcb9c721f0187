import { Point } from '@influxdata/influxdb-client';
import type { Reading } from '../../../models/contracts/reading.ts';
import type { KnownReadings } from './knownReadings.ts';
import { readingsMeasurement } from './lineProtocol.ts';
import { impliedClock, sameClock } from './nodeKnowledge.ts';
import type { Line } from './writeBatch.ts';

/**
 * InfluxDB can tell the newest reading of a node cheaply, but not when a node was last heard or since when its clock is
 * wrong: that is in the order of arrivals, and to find it would mean reading everything. Where the newest reading does not
 * tell it by itself, it is added to that reading's point, in the same request as the readings it follows from.
 */
export function stateLines(known: KnownReadings, readings: readonly Reading[]): Line[] {
  const lines: Line[] = [];
  for (const nodeId of new Set(readings.map(reading => reading.nodeId))) {
    const node = known.node(nodeId);
    if (node === null || sameClock(node.clock, impliedClock(node.latest))) continue;
    const { latest, clock } = node;
    // 0 stands for null: a field cannot be taken away again, and nothing arrived in 1970.
    const point = new Point(readingsMeasurement)
      .tag('node', nodeId)
      .tag('probe', latest.probe)
      .floatField('seen_at', clock.lastSeenAt)
      .floatField('good_clock_at', clock.goodClockAt ?? 0)
      .floatField('replaced_since', clock.replacedSince ?? 0)
      .timestamp(String(latest.measuredAt));
    const text = point.toLineProtocol({ convertTime: String });
    if (text !== undefined) lines.push({ text, reading: null });
  }
  return lines;
}
