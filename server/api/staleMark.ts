import { z } from 'zod';
import type { StoreHealth } from '../store/readingStore.ts';

/** On an answer that comes from a part of the readings, because their database cannot be reached. */
const staleMarkSchema = z.object({
  stale: z
    .literal(true)
    .optional()
    .describe('The database of the readings cannot be reached; more may be known there'),
  staleSince: z.iso.datetime().optional(),
});

/** What a route says that may carry the mark. */
export function withStaleMark(schema: z.ZodType): z.ZodType {
  return z.intersection(schema, staleMarkSchema);
}

/** What is added to an answer. @param healths  before and after the store was asked: it may change while it is */
export function staleMark(...healths: readonly StoreHealth[]): z.output<typeof staleMarkSchema> {
  const stale = healths.find(health => health.state === 'stale');
  return stale === undefined ? {} : { stale: true, staleSince: new Date(stale.since).toISOString() };
}
