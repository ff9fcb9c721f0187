import type { Reading } from '../../../models/contracts/reading.ts';
import { askReadings } from './influxQueries.ts';
import type { InfluxServer } from './influxServer.ts';

export interface Key {
  readonly nodeId: string;
  readonly probe: string;
  readonly measuredAt: number;
}

/** Instants of one probe further apart than this are asked for separately. */
const longestGapMs = 6 * 3_600_000;

export const keyOf = ({ nodeId, probe, measuredAt }: Key): string => `${nodeId} ${probe} ${measuredAt}`;

/** Which of these keys InfluxDB has, and what is there; keyed by `keyOf`. */
export async function askKeys(server: InfluxServer, keys: Iterable<Key>): Promise<Map<string, Reading>> {
  /** Keyed by node and probe. */
  const bySeries = new Map<string, Key[]>();
  const wanted = new Set<string>();
  for (const key of keys) {
    const series = `${key.nodeId} ${key.probe}`;
    const ofSeries = bySeries.get(series);
    if (ofSeries === undefined) bySeries.set(series, [key]);
    else ofSeries.push(key);
    wanted.add(keyOf(key));
  }
  const there = new Map<string, Reading>();
  for (const ofSeries of bySeries.values())
    for (const stretch of stretches(ofSeries))
      for (let from = stretch.from; from < stretch.to; ) {
        const { readings, isAll } = await askReadings(server, { ...stretch, from }, Number.POSITIVE_INFINITY);
        for (const reading of readings) {
          const key = keyOf(reading);
          if (wanted.has(key)) there.set(key, reading);
        }
        from = isAll ? stretch.to : readings.at(-1)!.measuredAt + 1;
      }
  return there;
}

function stretches(keys: readonly Key[]) {
  const instants = keys.map(({ measuredAt }) => measuredAt).sort((a, b) => a - b);
  const { nodeId, probe } = keys[0] as Key;
  const found: { nodeId: string; probe: string; from: number; to: number }[] = [];
  for (const at of instants) {
    const open = found.at(-1);
    if (open !== undefined && at - open.to < longestGapMs) open.to = at + 1;
    else found.push({ nodeId, probe, from: at, to: at + 1 });
  }
  return found;
}
