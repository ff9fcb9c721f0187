import type { Response } from 'express';
import { ApiError } from '../errors.ts';
import { attemptStore } from './attemptStore.ts';
import type { Principal } from './route.ts';

const windowMs = 60_000;
/** More than anybody clicks; a page of the dashboard asks for some ten things. */
const mostOfPerson = 300;
/** Programs page through histories and look at boards. */
const mostOfToken = 6_000;

/** Counts what one person (in all windows and firms) or one token asks in a minute of elapsed time. */
export interface RequestLimit {
  /** @throws {ApiError} request.too_many */
  use(principal: Principal, response: Response): Promise<void>;
}

export function createRequestLimit(): RequestLimit {
  const store = attemptStore(windowMs);
  return {
    async use({ orgId, actor, userId }, response) {
      const isPerson = userId !== null;
      const most = isPerson ? mostOfPerson : mostOfToken;
      const { totalHits } = await store.increment(isPerson ? actor : `${orgId} ${actor}`);
      if (totalHits <= most) return;
      response.set('retry-after', String(windowMs / 1_000));
      throw new ApiError('request.too_many', `at most ${most} a minute; wait up to a minute`);
    },
  };
}
