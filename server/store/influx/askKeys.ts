import type { Reading } from '../../../models/contracts/reading.ts';
import { askReadings, askReadingsOfAll, type Span } from './influxQueries.ts';
import type { InfluxServer } from './influxServer.ts';

export interface Key {
  readonly nodeId: string;
  readonly probe: string;
  readonly measuredAt: number;
}

/** Instants further apart than this are asked for separately. */
const longestGapMs = 3_600_000;
/** So many probes of one short time (what a journal offers again after a kill) are one question. */
const fewProbes = 10;
const shortMs = 3_600_000;

export const keyOf = ({ nodeId, probe, measuredAt }: Key): string => `${nodeId} ${probe} ${measuredAt}`;

/** Which of these keys InfluxDB has, and what is there; keyed by `keyOf`. */
export async function askKeys(server: InfluxServer, keys: readonly Key[]): Promise<Map<string, Reading>> {
  const wanted = new Set(keys.map(keyOf));
  const there = new Map<string, Reading>();
  const note = (readings: readonly Reading[]) => {
    for (const reading of readings) {
      const key = keyOf(reading);
      if (wanted.has(key)) there.set(key, reading);
    }
  };
  let separately = keys;
  if (new Set(keys.map(seriesOf)).size > fewProbes) {
    const separate: Key[] = [];
    for (const { from, to, members } of stretches(keys)) {
      const found = to - from <= shortMs ? await askReadingsOfAll(server, { from, to }) : null;
      if (found === null) separate.push(...members);
      else note(found);
    }
    separately = separate;
  }
  for (const ofSeries of Map.groupBy(separately, seriesOf).values())
    for (const { from, to, members } of stretches(ofSeries)) {
      const { nodeId, probe } = members[0] as Key;
      await askAll(server, { nodeId, probe, from, to }, note);
    }
  return there;
}

const seriesOf = ({ nodeId, probe }: Key): string => `${nodeId} ${probe}`;

async function askAll(
  server: InfluxServer,
  span: Span & { readonly nodeId: string; readonly probe: string },
  note: (readings: readonly Reading[]) => void,
): Promise<void> {
  for (let from = span.from; from < span.to; ) {
    const { readings, isAll } = await askReadings(server, { ...span, from }, Number.POSITIVE_INFINITY);
    note(readings);
    from = isAll ? span.to : readings.at(-1)!.measuredAt + 1;
  }
}

function stretches(keys: readonly Key[]) {
  const found: { from: number; to: number; members: Key[] }[] = [];
  for (const key of keys.toSorted((a, b) => a.measuredAt - b.measuredAt)) {
    const open = found.at(-1);
    if (open !== undefined && key.measuredAt - open.to < longestGapMs) {
      open.to = key.measuredAt + 1;
      open.members.push(key);
    } else found.push({ from: key.measuredAt, to: key.measuredAt + 1, members: [key] });
  }
  return found;
}
