import type { IntakeRecord } from '../models/contracts/intake.ts';
import type { Reading } from '../models/contracts/reading.ts';

/** What one publish left behind: everything of an intake record but its position, which the journal gives. */
export type IntakeContent = Omit<IntakeRecord, 'position'>;

/** Readings as positional arrays: field names would be half of the journal. */
type PackedReading = [
  nodeId: string,
  probe: string,
  measuredAt: number,
  receivedAt: number,
  timeIsArrival: 0 | 1,
  temperatureC: number | null,
  humidityPct: number | null,
  batteryPct: number | null,
  sequence: number | null,
  isSuspect: 0 | 1,
];

/**
 * Version of the layout below, told in every record: a journal outlives the release that wrote it. Layout 2 is layout 1
 * with reports of foreign devices; a release that does not know them must not take such a record for an empty one.
 */
const plainLayout = 1;
const layoutWithForeign = 2;

interface PackedRecord {
  readonly v: typeof plainLayout | typeof layoutWithForeign;
  readonly r: readonly PackedReading[];
  readonly q?: IntakeRecord['refused'];
  readonly f?: IntakeRecord['foreign'];
}

export function encodeIntake(content: IntakeContent): Buffer {
  const { foreign = [] } = content;
  const packed: PackedRecord = {
    v: foreign.length > 0 ? layoutWithForeign : plainLayout,
    r: content.readings.map(pack),
    ...(content.refused.length > 0 ? { q: content.refused } : {}),
    ...(foreign.length > 0 ? { f: foreign } : {}),
  };
  return Buffer.from(JSON.stringify(packed));
}

/** @throws {Error} when the record has another layout; its checksum has already held, so it is not damage */
export function decodeIntake(payload: Buffer): IntakeContent {
  const packed = JSON.parse(payload.toString('utf8')) as PackedRecord;
  if (packed.v !== plainLayout && packed.v !== layoutWithForeign)
    throw new Error(`journal record layout must be at most ${layoutWithForeign}, got ${packed.v}`);
  return {
    readings: packed.r.map(unpack),
    refused: packed.q ?? [],
    ...(packed.f ? { foreign: packed.f } : {}),
  };
}

function pack(reading: Reading): PackedReading {
  return [
    reading.nodeId,
    reading.probe,
    reading.measuredAt,
    reading.receivedAt,
    reading.timeSource === 'arrival' ? 1 : 0,
    reading.temperatureC,
    reading.humidityPct,
    reading.batteryPct,
    reading.sequence,
    reading.quality === 'suspect' ? 1 : 0,
  ];
}

function unpack(packed: PackedReading): Reading {
  return {
    nodeId: packed[0],
    probe: packed[1],
    measuredAt: packed[2],
    receivedAt: packed[3],
    timeSource: packed[4] === 1 ? 'arrival' : 'device',
    temperatureC: packed[5],
    humidityPct: packed[6],
    batteryPct: packed[7],
    sequence: packed[8],
    quality: packed[9] === 1 ? 'suspect' : 'good',
  };
}
