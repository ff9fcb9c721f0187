import { mainProbe } from '../../models/contracts/ids.ts';
import { type Reading, temperatureRangeC } from '../../models/contracts/reading.ts';

export interface Circumstances {
  readonly nodeId: string;
  readonly receivedAt: number;
  /** Earliest and latest time of measurement that is believed. */
  readonly from: number;
  readonly to: number;
}

const probePattern = /^[A-Za-z0-9][A-Za-z0-9._:~-]{0,63}$/;
/** Every month has these days; the others are for the long way. */
const instantPattern =
  /^20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?Z$/;
const powerOnTemperatureC = 85;

/**
 * The reading in one element of a publish, if nothing about it is unusual: its own plausible time, every value in its
 * bounds. Null for all else, which `readingWireSchema` then judges; that the two agree is proved by a test.
 */
export function usualReading(element: unknown, circumstances: Circumstances): Reading | null {
  if (typeof element !== 'object' || element === null || Array.isArray(element)) return null;
  const source = element as Readonly<Record<string, unknown>>;
  const { nodeId, receivedAt, from, to } = circumstances;
  if (source.nodeId !== undefined && source.nodeId !== nodeId) return null;
  const { probe = mainProbe } = source;
  if (typeof probe !== 'string' || (probe !== mainProbe && !probePattern.test(probe))) return null;
  const measuredAt = instantOf(source.measuredAt);
  if (!(Number.isSafeInteger(measuredAt) && measuredAt >= from && measuredAt <= to)) return null;
  const { temperatureC = null, humidityPct = null, batteryPct = null, sequence = null } = source;
  if (temperatureC === null && humidityPct === null) return null;
  const { min, max } = temperatureRangeC;
  if (!isWithin(temperatureC, min, max) || temperatureC === powerOnTemperatureC) return null;
  if (!isWithin(humidityPct, 0, 100) || !isWithin(batteryPct, 0, 100)) return null;
  if (!isWithin(sequence, 0, Number.MAX_SAFE_INTEGER) || !Number.isInteger(sequence ?? 0)) return null;
  return {
    nodeId,
    probe,
    measuredAt,
    receivedAt,
    temperatureC: withoutSign(temperatureC),
    humidityPct: withoutSign(humidityPct),
    batteryPct: withoutSign(batteryPct),
    sequence: withoutSign(sequence),
    quality: 'good',
    timeSource: 'device',
  };
}

function instantOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && instantPattern.test(value) ? Date.parse(value) : Number.NaN;
}

function isWithin(value: unknown, min: number, max: number): value is number | null {
  return value === null || (typeof value === 'number' && value >= min && value <= max);
}

/** -0 becomes 0. */
const withoutSign = (value: number | null): number | null => (value === null ? null : value + 0);
