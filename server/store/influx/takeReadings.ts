import type { Reading } from '../../../models/contracts/reading.ts';
import { StoreUnavailable } from '../../errors.ts';
import { type AppendResult, sameValues } from '../readingStore.ts';
import { askKeys, keyOf } from './askKeys.ts';
import type { InfluxLink } from './influxLink.ts';
import type { KnownReadings } from './knownReadings.ts';

export interface TakeOptions {
  readonly known: KnownReadings;
  readonly link: InfluxLink;
  /** Readings measured before are not taken any more. */
  readonly takenFrom: () => number;
}

/**
 * Takes what is new into memory. Nearly always that is plain from memory (a reading newer than all of its probe); the
 * others are looked up in InfluxDB first. While it cannot be asked they are taken as new and checked before they are sent.
 */
export async function takeReadings(
  readings: readonly Reading[],
  { known, link, takenFrom }: TakeOptions,
): Promise<AppendResult> {
  const kept = readings.filter(reading => reading.measuredAt >= takenFrom());
  // Looked at now: what is here may have left by the time InfluxDB has answered.
  const present = new Map<string, Reading>();
  const doubtful = kept.filter(reading => !isPlain(known, reading, present));
  const there = doubtful.length === 0 ? new Map<string, Reading>() : await lookUp(link, doubtful);
  const unchecked = there === null ? new Set(doubtful) : new Set<Reading>();
  for (const [key, reading] of there ?? []) present.set(key, reading);
  const inserted: Reading[] = [];
  const conflicts: Reading[] = [];
  let duplicates = 0;
  for (const reading of kept) {
    const key = keyOf(reading);
    const first = present.get(key);
    if (first === undefined) {
      known.add(reading, unchecked.has(reading));
      present.set(key, reading);
      inserted.push(reading);
    } else if (sameValues(first, reading)) duplicates += 1;
    else conflicts.push(reading);
  }
  return { inserted, duplicates, conflicts, expired: readings.length - kept.length };
}

/** Whether memory alone tells if its key is taken; what takes it goes into `present`. */
function isPlain(known: KnownReadings, reading: Reading, present: Map<string, Reading>): boolean {
  const { nodeId, probe, measuredAt } = reading;
  const series = known.find(nodeId, probe);
  const first = series === undefined ? null : known.at({ series, measuredAt });
  if (first !== null) present.set(keyOf(reading), first);
  return first !== null || measuredAt >= known.completeFrom(nodeId, probe);
}

/** Null while InfluxDB cannot be asked. */
async function lookUp(link: InfluxLink, doubtful: readonly Reading[]): Promise<Map<string, Reading> | null> {
  if (link.server === null) return null;
  try {
    return await link.ask(server => askKeys(server, doubtful));
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return null;
  }
}
