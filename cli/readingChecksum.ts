import { hash } from 'node:crypto';
import type { Reading } from '../models/contracts/reading.ts';
import type { ReadingStore } from '../server/store/readingStore.ts';

/** Rows that are asked for at once. */
export const pageRows = 5_000;

/** Every reading of a node, ascending by (measuredAt, probe), page by page. */
export async function* readingsOf(
  store: Pick<ReadingStore, 'range'>,
  nodeId: string,
  span: { readonly from: number; readonly to: number } = { from: -8.64e15, to: 8.64e15 },
): AsyncGenerator<Reading> {
  let after: { measuredAt: number; probe: string } | undefined;
  for (;;) {
    const page = await store.range({ nodeId, ...span, after, limit: pageRows });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return;
    after = { measuredAt: last.measuredAt, probe: last.probe };
  }
}

export interface Checksum {
  readonly count: number;
  /** 16 hexadecimal digits; equal for the same readings in whatever order. */
  readonly digest: string;
}

/** Of all readings of a node in a store: the sum, modulo 2^64, of the first 8 bytes of SHA-256 of each. */
export async function checksumOf(store: Pick<ReadingStore, 'range'>, nodeId: string): Promise<Checksum> {
  let count = 0;
  let sum = 0n;
  for await (const reading of readingsOf(store, nodeId)) {
    count++;
    sum = (sum + digestOf(reading)) & 0xffff_ffff_ffff_ffffn;
  }
  return { count, digest: sum.toString(16).padStart(16, '0') };
}

/** Every field, so that none can change on the way unseen. */
function digestOf(reading: Reading): bigint {
  const { probe, measuredAt, receivedAt, timeSource, quality } = reading;
  const { temperatureC, humidityPct, batteryPct, sequence } = reading;
  const text = `${probe} ${measuredAt} ${receivedAt} ${timeSource} ${quality} ${temperatureC} ${humidityPct} ${batteryPct} ${sequence}`;
  return hash('sha256', text, 'buffer').readBigUInt64LE();
}
