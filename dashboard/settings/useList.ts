import { useCallback, useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../api.ts';
import { now } from '../clock.ts';
import { asRefusal, me } from '../state.ts';

interface Kept {
  readonly items: readonly unknown[];
  readonly at: number;
}

/** What was fetched last, by account and name, so that a section opens with what was there. */
const kept = new Map<string, Kept>();

export interface Listed<T> {
  /** `null` until there is something to show. */
  readonly items: readonly T[] | null;
  /** When the server said so. */
  readonly at: number | null;
  readonly failed: ApiError | null;
  reload(): Promise<void>;
}

/** A list of the server: what is known at once, then what is true. @param fetch  the same function at every drawing */
export function useList<T>(name: string, fetch: () => Promise<readonly T[]>): Listed<T> {
  const key = `${me.value?.userId} ${me.value?.organisation.orgId} ${name}`;
  const [shown, setShown] = useState<Kept | null>(() => kept.get(key) ?? null);
  const [failed, setFailed] = useState<ApiError | null>(null);
  const reload = useCallback(async () => {
    try {
      const fetched: Kept = { items: await fetch(), at: now.value };
      kept.set(key, fetched);
      setShown(fetched);
      setFailed(null);
    } catch (error) {
      setFailed(asRefusal(error));
    }
  }, [key, fetch]);
  useEffect(() => {
    setShown(kept.get(key) ?? null);
    void reload();
  }, [key, reload]);
  return { items: (shown?.items as readonly T[] | undefined) ?? null, at: shown?.at ?? null, failed, reload };
}
