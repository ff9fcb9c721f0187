import type { Reading } from '../../../models/contracts/reading.ts';
import { type AppendResult, sameValues } from '../readingStore.ts';
import type { KnownReadings } from './knownReadings.ts';

/**
 * Takes note of what another process has written. A key that is here with other values was written twice: whichever stands
 * in InfluxDB now, it is asked there, and what still waits here is looked up before it is sent.
 */
export function takeStored(
  known: KnownReadings,
  readings: readonly Reading[],
  takenFrom: number,
): AppendResult {
  const inserted: Reading[] = [];
  const conflicts: Reading[] = [];
  let duplicates = 0;
  let expired = 0;
  for (const reading of readings) {
    const { nodeId, probe, measuredAt } = reading;
    const series = known.find(nodeId, probe);
    const entry = series && { series, measuredAt };
    const first = entry === undefined ? null : known.at(entry);
    if (measuredAt < takenFrom) expired += 1;
    else if (entry === undefined || first === null) {
      known.addStored(reading);
      inserted.push(reading);
    } else if (sameValues(first, reading)) duplicates += 1;
    else {
      if (!known.doubt(entry)) known.remove(entry, reading);
      conflicts.push(reading);
    }
  }
  return { inserted, duplicates, conflicts, expired };
}
