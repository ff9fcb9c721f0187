import { ApiError } from '../errors.ts';
import { attemptStore } from './attemptStore.ts';

/** So many times per key in a window of elapsed time. */
export interface AttemptLimit {
  /** @throws {ApiError} contact.too_many_messages */
  use(key: string): Promise<void>;
}

export function createAttemptLimit(limit: number, windowMs: number): AttemptLimit {
  const store = attemptStore(windowMs);
  return {
    async use(key) {
      const { totalHits } = await store.increment(key);
      if (totalHits > limit)
        throw new ApiError('contact.too_many_messages', `wait up to ${Math.ceil(windowMs / 60_000)} minutes`);
    },
  };
}
