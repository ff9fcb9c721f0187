import type { Reading } from '../../../models/contracts/reading.ts';

/** The measurement that readings are kept in. */
export const readingsMeasurement = 'readings';

export function toLine(reading: Reading): string {
  throw new Error(`not yet: ${reading.nodeId}`);
}
