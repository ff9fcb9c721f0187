import type { BatchView } from '../../models/contracts/batch.ts';
import type { BatchHistory, Estimate } from '../../models/contracts/estimate.ts';
import type { NodeView } from '../../models/contracts/node.ts';
import type { ReadingView } from '../../models/contracts/reading.ts';

/** Tuesday 24 November 2026, 13.40 in Kediri. */
export const now = Date.parse('2026-11-24T13:40:00+07:00');
export const hourMs = 3_600_000;
export const iso = (at: number): string => new Date(at).toISOString();

/** An estimate made now with so many hours left. */
export function anEstimate(
  leftH: { lo: number; median: number; hi: number },
  with_: Partial<Estimate> = {},
): Estimate {
  const left = { p05: leftH.lo, median: leftH.median, p95: leftH.hi };
  const until = (h: number): string => iso(now + h * hourMs);
  return {
    batchId: 'takwa-1',
    asOf: iso(now),
    status: 'fresh',
    remainingH: {
      p05: Math.max(0, left.p05),
      median: Math.max(0, left.median),
      p95: Math.max(0, left.p95),
    },
    keepsUntil: { p05: until(left.p05), median: until(left.median), p95: until(left.p95) },
    countLog10CfuPerG: { p05: 3, median: 3.4, p95: 3.9 },
    limitLog10CfuPerG: 7,
    limitedBy: 'spoilage',
    limits: [],
    futureTemperatureC: 28,
    assumptionKind: 'storage',
    assumption: 'kept at room temperature, 28 C',
    measuredShare: 1,
    gapH: 0,
    meanKineticTemperatureC: 28,
    timeOutOfRangeH: 0,
    outOfRangeAboveC: 35,
    lifeAtMakingH: 20,
    lastReadingAt: iso(now - 2 * 60_000),
    lastTemperatureC: 28.2,
    leftOutReadings: 0,
    flags: [],
    modelId: 'tahu-fresh',
    parameterSetId: 'tahu-fresh',
    parameterSetVersion: 1,
    ...with_,
  };
}

export function aBatch(with_: Partial<BatchView> = {}): BatchView {
  const batchId = with_.batchId ?? 'takwa-1';
  return {
    batchId,
    name: 'Takwa pagi',
    productId: 'takwa',
    productName: 'Takwa',
    producedAt: iso(now - 8 * hourMs),
    quantity: { amount: 24, unit: 'papan' },
    treatment: 'turmeric-boiled',
    storage: 'room',
    soldOutAt: null,
    discardedAt: null,
    discardReason: null,
    discardNote: null,
    dividedAt: null,
    parents: [],
    children: [],
    observationCount: 0,
    placements: [],
    estimate: anEstimate({ lo: 10, median: 14, hi: 19 }, { batchId }),
    ...with_,
  };
}

export function aReading(with_: Partial<ReadingView> = {}): ReadingView {
  return {
    nodeId: 'S-03',
    probe: 'main',
    measuredAt: iso(now),
    receivedAt: iso(now),
    timeSource: 'device',
    temperatureC: 28.2,
    rawTemperatureC: 28.2,
    humidityPct: 81,
    batteryPct: 64,
    sequence: 7,
    quality: 'good',
    ...with_,
  };
}

export function aNode(with_: Partial<NodeView> = {}): NodeView {
  return {
    nodeId: 'S-03',
    name: 'S-03',
    placeId: 'ruang-jadi',
    reportEveryS: 600,
    state: 'online',
    connected: true,
    lastSeenAt: iso(now - 60_000),
    lastReading: aReading({ measuredAt: iso(now - 60_000), receivedAt: iso(now - 60_000) }),
    batteryPct: 64,
    clockWrongSince: null,
    offsetC: 0,
    calibrationDueAt: null,
    device: null,
    ...with_,
  };
}

export function aPoint(
  at: number,
  temperatureC: number | null,
  count = 4,
  remainingH = 10,
): BatchHistory['points'][number] {
  return {
    at: iso(at),
    temperatureC,
    minC: temperatureC,
    maxC: temperatureC,
    countLog10CfuPerG: { p05: count - 0.4, median: count, p95: count + 0.5 },
    remainingH: { p05: remainingH - 3, median: remainingH, p95: remainingH + 4 },
  };
}

export function aHistory(with_: Partial<BatchHistory> = {}): BatchHistory {
  return {
    batchId: 'takwa-1',
    from: iso(now - 8 * hourMs),
    asOf: iso(now),
    points: [
      aPoint(now - 8 * hourMs, 38, 3, 18),
      aPoint(now - 4 * hourMs, 28, 3.5, 14),
      aPoint(now, 29, 4, 10),
    ],
    forecast: [
      aPoint(now, 28, 4, 10),
      aPoint(now + 10 * hourMs, 28, 7, 0),
      aPoint(now + 14 * hourMs, 28, 8, -4),
    ],
    gaps: [],
    excursions: [],
    outOfRangeAboveC: 35,
    limitLog10CfuPerG: 7,
    futureTemperatureC: 28,
    ...with_,
  };
}
