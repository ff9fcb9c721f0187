import type { Reading } from '../../models/contracts/reading.ts';

/** measuredAt and receivedAt are told as differences, which compress well. */
type Row = readonly [
  measuredAfterMs: number,
  receivedAfterMs: number,
  flags: number,
  temperatureC: number | null,
  humidityPct: number | null,
  batteryPct: number | null,
  sequence: number | null,
];

/** Readings of one series: node, probe, the first `measuredAt`, rows. */
export type PackedSeries = readonly [nodeId: string, probe: string, from: number, rows: readonly Row[]];

const suspect = 1;
const byArrival = 2;

/** Readings as another server is told of them: exactly the same come out again. */
export function packReadings(readings: readonly Reading[]): PackedSeries[] {
  const groups = Map.groupBy(readings, ({ nodeId, probe }) => `${nodeId}/${probe}`);
  return [...groups.values()].map(group => {
    const { nodeId, probe, measuredAt: from } = group[0]!;
    let last = from;
    const rows = group.map((r): Row => {
      const after = r.measuredAt - last;
      last = r.measuredAt;
      const flags = (r.quality === 'suspect' ? suspect : 0) | (r.timeSource === 'arrival' ? byArrival : 0);
      const received = r.receivedAt - r.measuredAt;
      return [after, received, flags, r.temperatureC, r.humidityPct, r.batteryPct, r.sequence];
    });
    return [nodeId, probe, from, rows];
  });
}

export function unpackReadings(packed: readonly PackedSeries[]): Reading[] {
  return packed.flatMap(([nodeId, probe, from, rows]) => {
    let measuredAt = from;
    return rows.map(([after, received, flags, temperatureC, humidityPct, batteryPct, sequence]): Reading => {
      measuredAt += after;
      return {
        ...{ nodeId, probe, measuredAt, receivedAt: measuredAt + received },
        timeSource: flags & byArrival ? 'arrival' : 'device',
        ...{ temperatureC, humidityPct, batteryPct, sequence },
        quality: flags & suspect ? 'suspect' : 'good',
      };
    });
  });
}
