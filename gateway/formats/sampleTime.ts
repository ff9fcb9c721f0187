import type { ForeignTimeSource } from '../../models/contracts/foreign.ts';

/** A clock ahead of the arrival by more than this is wrong; less is drift and network. */
const maxAheadMs = 5 * 60_000;
/** No clock that was ever set says less: earlier is 1970, a reset clock, or seconds taken for milliseconds. */
export const oldestPlausibleAt = Date.UTC(2020, 0, 1);
/** Older than this at arrival means it waited somewhere. */
const lateAfterMs = 15 * 60_000;

/** When a value was measured, by whose clock. */
export interface SampleTime {
  readonly at: number;
  readonly source: ForeignTimeSource;
  readonly late: boolean;
}

export interface TimeVerdict {
  readonly time: SampleTime;
  /** Set when the given time was not used: the word for the log, and how far the clock is off in seconds. */
  readonly refused?: { readonly reason: 'future-timestamp' | 'clock-not-set'; readonly aheadS: number };
}

export function arrivalTime(receivedAt: number): SampleTime {
  return { at: receivedAt, source: 'arrival', late: false };
}

/** Takes a device's, gateway's or network's time if its clock can have been right, else the arrival. */
export function judgeTime(at: number, source: ForeignTimeSource, receivedAt: number): TimeVerdict {
  const aheadMs = at - receivedAt;
  const aheadS = Math.round(aheadMs / 1000);
  if (aheadMs > maxAheadMs)
    return { time: arrivalTime(receivedAt), refused: { reason: 'future-timestamp', aheadS } };
  if (at < oldestPlausibleAt)
    return { time: arrivalTime(receivedAt), refused: { reason: 'clock-not-set', aheadS } };
  return { time: { at, source, late: -aheadMs > lateAfterMs } };
}

/**
 * Epoch time of unstated unit as milliseconds: seconds, milliseconds, microseconds and nanoseconds of this century
 * differ by more than their own span.
 */
export function epochToMs(value: number): { readonly at: number; readonly unit: 's' | 'ms' | 'us' | 'ns' } {
  const size = Math.abs(value);
  if (size < 1e11) return { at: Math.round(value * 1000), unit: 's' };
  if (size < 1e14) return { at: Math.round(value), unit: 'ms' };
  if (size < 1e17) return { at: Math.round(value / 1e3), unit: 'us' };
  return { at: Math.round(value / 1e6), unit: 'ns' };
}

const isoForm =
  /^(\d{4})[-.](\d{2})[-.](\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?$/;

/** A written date and time. `offsetMin` is missing when it is local time somewhere. */
export interface WrittenTime {
  readonly asUtc: number;
  readonly offsetMin?: number;
}

/** Reads ISO 8601 with any number of decimals, with or without an offset, also with dots in the date (old Tasmota); undefined when it is none or impossible. */
export function parseIsoTime(text: string): WrittenTime | undefined {
  const match = text.length <= 48 ? isoForm.exec(text.trim()) : null;
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(i => Number(match[i] ?? 0));
  if (!month || !day || month > 12 || hour! > 24 || minute! > 59 || second! > 60) return undefined;
  const ms = Math.floor(Number(`0.${match[7] ?? 0}`) * 1000);
  const asUtc = Date.UTC(year!, month - 1, day, hour, minute, second, ms);
  if (new Date(Date.UTC(year!, month - 1, day)).getUTCDate() !== day) return undefined;
  const zone = match[8];
  if (!zone) return { asUtc };
  if (zone === 'Z' || zone === 'z') return { asUtc, offsetMin: 0 };
  const digits = zone.slice(1).replace(':', '');
  const offsetMin = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0);
  return offsetMin > 18 * 60
    ? undefined
    : { asUtc, offsetMin: zone.startsWith('-') ? -offsetMin : offsetMin };
}

const formatters = new Map<string, Intl.DateTimeFormat | undefined>();

function formatterFor(zone: string): Intl.DateTimeFormat | undefined {
  if (formatters.has(zone)) return formatters.get(zone);
  let formatter: Intl.DateTimeFormat | undefined;
  try {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    // An unknown zone name is as good as none: the caller falls back to the arrival time.
  }
  if (formatters.size < 1000) formatters.set(zone, formatter);
  return formatter;
}

function offsetAt(formatter: Intl.DateTimeFormat, at: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatter.formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/**
 * Epoch milliseconds of a local time in a zone; undefined for an unknown zone. Of the two instants an autumn clock
 * shows twice, the later one not after `receivedAt` is meant; a time skipped in spring is read with the offset before.
 */
export function localToEpoch(asUtc: number, zone: string, receivedAt: number): number | undefined {
  const formatter = formatterFor(zone);
  if (!formatter || Math.abs(asUtc) > 8e15) return undefined;
  const dayMs = 86_400_000;
  const candidates = [offsetAt(formatter, asUtc - dayMs), offsetAt(formatter, asUtc + dayMs)].map(
    offset => asUtc - offset,
  );
  const valid = candidates.filter(at => at + offsetAt(formatter, at) === asUtc).sort((a, b) => b - a);
  return valid.find(at => at <= receivedAt) ?? valid.at(-1) ?? candidates[0];
}
