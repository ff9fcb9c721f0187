import {
  type ForeignEvent,
  type ForeignEventKind,
  type ForeignQuality,
  type ForeignReading,
  type ForeignTimeSource,
  type Metric,
  metricUnits,
} from '../../models/contracts/foreign.ts';
import { toKeptUnit } from './metricConversion.ts';
import { isSentinel, plausibilityOf } from './plausibility.ts';
import type { Repetitions } from './repetitions.ts';
import {
  arrivalTime,
  epochToMs,
  judgeTime,
  localToEpoch,
  oldestPlausibleAt,
  parseIsoTime,
  type SampleTime,
} from './sampleTime.ts';
import { strictNumber } from './strictNumber.ts';

/** Longest name of a node or channel taken, in UTF-16 units. */
const maxNameLength = 128;
/** More readings or events than any honest message of 64 KiB has. */
const maxReadings = 2000;
const maxEvents = 500;
const maxZoneOffsetMs = 14.1 * 3_600_000;

export interface ValueFound {
  readonly node: string;
  readonly channel?: string | undefined;
  readonly metric: Metric;
  /** As it stood in the payload. */
  readonly raw: unknown;
  /** The unit it stands in; the metric's own when left out. */
  readonly unit?: string | undefined;
  readonly time: SampleTime;
  /** What a null means: a sensor that could not be read (default), or just nothing yet. */
  readonly nullMeans?: 'fault' | 'nothing';
  readonly quality?: ForeignQuality | undefined;
  readonly historical?: boolean;
}

/** A reading together with what later checks need to know about how it was found. */
export interface FoundReading {
  reading: ForeignReading;
  /** The value came labelled in another unit: a unit mix-up cannot hide behind it. */
  readonly wasConverted: boolean;
}

/**
 * Collects what a format finds in one message and applies the rules that hold for all of them: strict numbers,
 * sentinels, units, plausibility, trust in clocks, length of names. Formats only say where things stand.
 */
export class Findings {
  readonly found: FoundReading[] = [];
  readonly events: ForeignEvent[] = [];
  readonly reasons = new Set<string>();
  /** Values were left out or marked. */
  isPartial = false;
  isRejected = false;
  isSetAside = false;
  /** Something was taken that is neither a reading nor an event (a discovery config). */
  isTaken = false;
  /** Keys under which this message was remembered. */
  readonly remembered: string[] = [];
  readonly #receivedAt: number;
  readonly #repetitions: Repetitions;
  readonly #zone: string | null | undefined;
  readonly #faultedTemperatures = new Set<string>();
  readonly #faults = new Set<string>();

  constructor(receivedAt: number, zone: string | null | undefined, repetitions: Repetitions) {
    this.#receivedAt = receivedAt;
    this.#zone = zone;
    this.#repetitions = repetitions;
  }

  /** Whether something with this key is met for the first time; a repetition is noted. */
  isFirst(key: string, withinMs?: number): boolean {
    if (this.#repetitions.isKnown(key, this.#receivedAt, withinMs)) {
      this.note('duplicate-dropped');
      return false;
    }
    this.remember(key);
    return true;
  }

  remember(key: string): void {
    this.#repetitions.remember(key, this.#receivedAt);
    this.remembered.push(key);
  }

  note(reason: string): void {
    this.reasons.add(reason);
  }

  /** The message is not what its topic promises. */
  reject(reason: string): void {
    this.reasons.add(reason);
    this.isRejected = true;
  }

  /** The message is kept for a person to look at. */
  setAside(reason: string): void {
    this.reasons.add(reason);
    this.isSetAside = true;
  }

  event(kind: ForeignEventKind, node: string, value?: string, channel?: string): void {
    if (!this.#isName(node) || this.events.length >= maxEvents) return;
    this.events.push({
      kind,
      node,
      ...(channel === undefined ? {} : { channel }),
      ...(value === undefined ? {} : { value }),
    });
  }

  sensorFault(node: string, channel: string | undefined, value: string): void {
    const key = `${node}\n${channel ?? ''}\n${value}`;
    if (this.#faults.has(key)) return;
    this.#faults.add(key);
    this.event('sensor-fault', node, value, channel);
  }

  availability(node: string, isOnline: boolean): void {
    this.event('availability', node, isOnline ? 'online' : 'offline');
  }

  /** Takes one value, or says why not. */
  value(found: ValueFound): void {
    const { node, channel, metric, raw } = found;
    if (raw === undefined || !this.#isName(node) || !this.#isName(channel ?? '-')) return;
    if (raw === null) {
      if (found.nullMeans !== 'nothing') this.#fault(found, 'null');
      return;
    }
    const number = strictNumber(raw);
    if (!number.ok) {
      this.note(number.reason);
      if (number.fault !== undefined) this.#fault(found, number.fault);
      else this.#refuse();
      return;
    }
    const unit = found.unit ?? metricUnits[metric];
    const kept = toKeptUnit(metric, number.value, unit);
    if (kept === undefined) {
      this.note('unit-unknown');
      this.#refuse();
      return;
    }
    if (isSentinel(metric, kept) || isSentinel(metric, number.value)) {
      this.note('sentinel');
      if (metric === 'temperature') this.#faultedTemperatures.add(place(node, channel));
      this.#fault(found, String(number.value));
      return;
    }
    this.#keep(found, kept, kept !== number.value);
  }

  /** The time of a sample from a number of unstated unit; the arrival when the clock cannot be right. */
  epochTime(value: number, source: ForeignTimeSource, node: string, expected?: 's' | 'ms'): SampleTime {
    const { at, unit } = epochToMs(value);
    if (expected !== undefined && unit !== expected) this.note('timestamp-unit');
    return this.#judged(at, source, node);
  }

  /**
   * The time of a sample from whatever a payload has: text with an offset, local text (needs the node's zone), or an
   * epoch number or its digits. Undefined or unusable: the arrival.
   */
  timeOf(raw: unknown, source: ForeignTimeSource, node: string, expected?: 's' | 'ms'): SampleTime {
    if (raw === undefined || raw === null || raw === '') return this.arrival();
    const number = strictNumber(raw);
    if (number.ok) return this.epochTime(number.value, source, node, expected);
    const written = typeof raw === 'string' ? parseIsoTime(raw) : undefined;
    if (!written) {
      this.note('bad-timestamp');
      return this.arrival();
    }
    const { asUtc, offsetMin } = written;
    if (offsetMin !== undefined) return this.#judged(asUtc - offsetMin * 60_000, source, node);
    const at = this.#zone ? localToEpoch(asUtc, this.#zone, this.#receivedAt) : undefined;
    if (at !== undefined) return this.#judged(at, source, node);
    this.note('no-time-zone');
    // Wherever the node is: a time no zone on earth has now is a wrong clock.
    const isImpossible = asUtc < oldestPlausibleAt || asUtc - this.#receivedAt > maxZoneOffsetMs;
    return isImpossible ? this.#judged(asUtc, source, node) : this.arrival();
  }

  /** A time already in epoch milliseconds. */
  judgedTime(at: number, source: ForeignTimeSource, node: string): SampleTime {
    return this.#judged(at, source, node);
  }

  arrival(): SampleTime {
    return arrivalTime(this.#receivedAt);
  }

  /** A temperature sensor at fault makes the humidity of the same chip suspect: they share it. */
  markSiblingsOfFaults(): void {
    for (const entry of this.found) {
      const { reading } = entry;
      if (reading.metric !== 'humidity' || reading.quality !== 'good') continue;
      if (this.#faultedTemperatures.has(place(reading.node, reading.channel)))
        entry.reading = { ...reading, quality: 'suspect' };
    }
  }

  #judged(at: number, source: ForeignTimeSource, node: string): SampleTime {
    const { time, refused } = judgeTime(at, source, this.#receivedAt);
    if (refused) {
      this.note(refused.reason);
      this.isPartial = true;
      const value = `${refused.aheadS >= 0 ? '+' : ''}${refused.aheadS} s`;
      if (!this.#faults.has(`clock\n${node}`)) this.event('clock-skew', node, value);
      this.#faults.add(`clock\n${node}`);
    }
    if (time.late) this.note('late');
    return time;
  }

  #keep(found: ValueFound, value: number, wasConverted: boolean): void {
    const { node, channel, metric, time } = found;
    const plausibility = plausibilityOf(metric, value);
    if (plausibility === 'impossible') {
      this.setAside('out-of-range');
      this.isPartial = true;
      return;
    }
    let quality: ForeignQuality = found.quality ?? 'good';
    if (plausibility === 'implausible') {
      this.note(`${metric}-out-of-range`);
      if (quality === 'good') quality = 'suspect';
    }
    if (this.found.length >= maxReadings) {
      this.note('too-many-readings');
      this.isPartial = true;
      return;
    }
    const reading: ForeignReading = {
      node,
      ...(channel === undefined ? {} : { channel }),
      metric,
      value,
      unit: metricUnits[metric],
      measuredAt: time.at,
      timeSource: time.source,
      quality,
      ...(time.late ? { late: true } : {}),
      ...(found.historical ? { historical: true } : {}),
    };
    this.found.push({ reading, wasConverted });
  }

  #fault(found: ValueFound, value: string): void {
    this.sensorFault(found.node, found.channel, value);
    this.isPartial = true;
  }

  #refuse(): void {
    this.isPartial = true;
    this.isRejected = true;
  }

  #isName(name: string): boolean {
    if (name.length > 0 && name.length <= maxNameLength && !name.includes('\0')) return true;
    this.reject(name.length > maxNameLength ? 'name-too-long' : 'bad-name');
    return false;
  }
}

const place = (node: string, channel: string | undefined) => `${node}\n${channel ?? ''}`;
