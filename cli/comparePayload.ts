import type { ForeignOutcome } from '../gateway/formats/deviceFormat.ts';
import type { ForeignEvent, ForeignReading } from '../models/contracts/foreign.ts';
import type { ExpectedEvent, ExpectedReading, PayloadCase } from './payloadCase.ts';

/** What the intake made of all messages of a case. */
export interface Got {
  readonly outcome: ForeignOutcome;
  readonly readings: readonly GotReading[];
  readonly events: readonly ForeignEvent[];
  readonly reasons: readonly string[];
}

export interface GotReading
  extends Pick<ForeignReading, 'node' | 'channel' | 'value' | 'unit' | 'measuredAt'> {
  readonly metric: string;
  readonly timeSource: string;
  readonly quality: string;
  readonly late?: boolean;
  readonly historical?: boolean;
  /** Arrival of the message it came in. */
  readonly receivedAt: number;
}

/** Metrics whose absence, or presence beside what is expected, is no failure. */
const optionalMetrics: ReadonlySet<string> = new Set([
  'dewpoint',
  'snr',
  'rssi',
  'linkquality',
  'voltage',
  'battery',
]);
/** Events whose value is a state; of the others the value is a description. */
const stateEvents: ReadonlySet<string> = new Set(['availability', 'gateway-availability', 'power-source']);
const inventedStates: ReadonlySet<string> = new Set(['availability', 'gateway-availability', 'joined']);

/**
 * What differs between a case's expectation and what was got, one sentence each. Compared are the outcome (or an allowed
 * one), the readings as a multiset by node, channel, metric, unit, time, value and quality, and that every expected
 * event came and no availability or join was invented. With `isStrict` also time sources, event values, reasons and the
 * metrics that may otherwise be missing.
 */
export function payloadDifferences(expect: PayloadCase['expect'], got: Got, isStrict = false): string[] {
  const lines: string[] = [];
  const isAllowed = [expect.outcome, ...(expect.allowedOutcomes ?? [])].includes(got.outcome);
  if (!isAllowed) lines.push(`outcome got ${got.outcome}, expected ${expect.outcome}`);
  // Another allowed outcome comes with other readings: those of the case are then only the most there may be.
  const isAlternative = isAllowed && got.outcome !== expect.outcome;
  lines.push(...readingDifferences(expect.readings, got.readings, isAlternative, isStrict));
  lines.push(...eventDifferences(expect.events ?? [], got.events, isStrict));
  if (isStrict)
    for (const reason of expect.reasons ?? [])
      if (!got.reasons.includes(reason))
        lines.push(`reason ${reason} missing, got ${got.reasons.join(', ') || 'none'}`);
  return lines;
}

function readingDifferences(
  expected: readonly ExpectedReading[],
  got: readonly GotReading[],
  isAlternative: boolean,
  isStrict: boolean,
): string[] {
  const left = [...got];
  const missing: ExpectedReading[] = [];
  for (const reading of expected) {
    const index = left.findIndex(candidate => isSame(reading, candidate, isStrict));
    if (index >= 0) left.splice(index, 1);
    else missing.push(reading);
  }
  const lines: string[] = [];
  for (const reading of missing) {
    const near = left.findIndex(candidate => isSameKey(reading, candidate));
    if (near >= 0) {
      const [candidate] = left.splice(near, 1);
      lines.push(`got ${showGot(candidate)}, expected ${showExpected(reading)}`);
    } else if ((isStrict || !optionalMetrics.has(reading.metric)) && !isAlternative)
      lines.push(`got no reading for ${showExpected(reading)}`);
  }
  const mayHaveMore = isAlternative && expected.length === 0;
  for (const extra of left)
    if (!optionalMetrics.has(extra.metric) && !mayHaveMore)
      lines.push(`got ${showGot(extra)}, expected no such reading`);
  return lines;
}

const bareId = (id: string) => id.toLowerCase().replaceAll(/[:-]/g, '');

function isSameKey(expected: ExpectedReading, got: GotReading): boolean {
  if (bareId(expected.node) !== bareId(got.node) || expected.metric !== got.metric) return false;
  if (
    expected.channel != null &&
    got.channel !== undefined &&
    bareId(expected.channel) !== bareId(got.channel)
  )
    return false;
  const at = expected.timestamp === 'arrival' ? got.receivedAt : Date.parse(expected.timestamp);
  return Math.abs(at - got.measuredAt) <= 1000;
}

function isSame(expected: ExpectedReading, got: GotReading, isStrict: boolean): boolean {
  if (!isSameKey(expected, got)) return false;
  const tolerance = Math.max(0.01, Math.abs(expected.value) * 1e-3) + 1e-9;
  if (Math.abs(expected.value - got.value) > tolerance) return false;
  if (expected.unit != null && expected.unit !== got.unit) return false;
  if (expected.quality != null && expected.quality !== got.quality) return false;
  if (expected.late === true && got.late !== true) return false;
  if (expected.historical === true && got.historical !== true) return false;
  return !isStrict || expected.timestampSource == null || expected.timestampSource === got.timeSource;
}

function eventDifferences(
  expected: readonly ExpectedEvent[],
  got: readonly ForeignEvent[],
  isStrict: boolean,
): string[] {
  const left = [...got];
  const lines: string[] = [];
  for (const event of expected) {
    const index = left.findIndex(candidate => isSameEvent(event, candidate, isStrict));
    if (index >= 0) left.splice(index, 1);
    else lines.push(`got no event ${JSON.stringify(event)} among ${JSON.stringify(left).slice(0, 200)}`);
  }
  for (const extra of left)
    if (inventedStates.has(extra.kind)) lines.push(`got event ${JSON.stringify(extra)}, expected none`);
  return lines;
}

function isSameEvent(expected: ExpectedEvent, got: ForeignEvent, isStrict: boolean): boolean {
  if (expected.type !== got.kind) return false;
  if (expected.node != null && bareId(expected.node) !== bareId(got.node)) return false;
  if (
    expected.channel != null &&
    got.channel !== undefined &&
    bareId(expected.channel) !== bareId(got.channel)
  )
    return false;
  if (expected.value == null || (!isStrict && !stateEvents.has(got.kind))) return true;
  return String(expected.value).toLowerCase() === (got.value ?? '').toLowerCase();
}

function showGot(reading: GotReading | undefined): string {
  if (!reading) return 'nothing';
  const { node, channel, metric, value, unit, measuredAt, timeSource, quality } = reading;
  const time = timeSource === 'arrival' ? 'arrival' : new Date(measuredAt).toISOString();
  return show([node, channel, metric, value, unit, time, timeSource, quality]);
}

function showExpected(reading: ExpectedReading): string {
  const { node, channel, metric, value, unit, timestamp, timestampSource, quality } = reading;
  return show([node, channel, metric, value, unit, timestamp, timestampSource, quality]);
}

const show = (parts: readonly unknown[]) => parts.filter(part => part != null).join(' ');
