import { mean, quantileSorted, standardDeviation } from 'simple-statistics';
import { msPerHour } from '../../models/units.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import type { EpcisIds } from './epcisIds.ts';
import { zonedTime, zoneOffsetMs } from './zonedTime.ts';

/** The span in which one probe speaks for a batch, with both ends known. */
export interface MeasuredSpan {
  readonly nodeId: string;
  readonly probe: string;
  readonly from: number;
  readonly to: number;
}

/** Up to here an element an hour; longer ones have one a day. */
const hourlyUpToMs = 48 * msPerHour;
const dayMs = 24 * msPerHour;

/** One sensor element of EPCIS: statistics of an interval. */
export type SensorElement = Readonly<Record<string, unknown>>;

/**
 * Interval statistics of a probe, one element an hour or a day, those without readings left out; readings that may not
 * age a batch (spikes, power-on values) are in none. Raw readings stay where they are: each element links to them.
 */
export async function intervalElements(
  store: ReadingStore,
  span: MeasuredSpan,
  ids: EpcisIds,
  timeZone: string,
): Promise<SensorElement[]> {
  const { nodeId, probe, from, to } = span;
  const readings = await store.usable({ nodeId, probe, from, to });
  const stepMs = to - from <= hourlyUpToMs ? msPerHour : dayMs;
  const byInterval = Map.groupBy(readings, ({ at }) => startOf(at, stepMs, timeZone));
  return [...byInterval].map(([start, inside]) => {
    const isLast = inside.at(-1) === readings.at(-1);
    const startsAt = Math.max(start, from);
    // What is measured ends with the last reading, so that the same readings make the same event.
    const endsAt = isLast ? inside.at(-1)!.at : Math.min(start + stepMs, to);
    return {
      sensorMetadata: {
        startTime: zonedTime(startsAt, timeZone).eventTime,
        endTime: zonedTime(endsAt, timeZone).eventTime,
        deviceID: ids.node(nodeId),
        rawData: ids.rawData(nodeId, startsAt, endsAt),
        dataProcessingMethod: ids.method('interval-statistics/1'),
      },
      sensorReport: [temperatureReport(inside.map(({ temperatureC }) => temperatureC))],
    };
  });
}

/** Hours and days begin when they do in the firm's zone. */
function startOf(at: number, stepMs: number, timeZone: string): number {
  const offsetMs = zoneOffsetMs(at, timeZone);
  return Math.floor((at + offsetMs) / stepMs) * stepMs - offsetMs;
}

function temperatureReport(temperaturesC: readonly number[]): Readonly<Record<string, unknown>> {
  const sorted = temperaturesC.toSorted((a, b) => a - b);
  return {
    type: 'Temperature',
    minValue: round(sorted[0]!),
    maxValue: round(sorted.at(-1)!),
    meanValue: round(mean(sorted)),
    sDev: round(standardDeviation(sorted)),
    percRank: 95,
    percValue: round(quantileSorted(sorted, 0.95)),
    uom: 'CEL',
  };
}

/** Thousandths: below what any probe resolves. */
export const round = (value: number): number => Math.round(value * 1000) / 1000;
