import { useCallback, useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../api.ts';
import { asRefusal, me } from '../state.ts';

/** What was answered last, by account and question: a page opens with it. */
const kept = new Map<string, unknown>();

export interface Answered<T> {
  /** Null until there is something to show. */
  readonly answer: T | null;
  readonly failure: ApiError | null;
  ask(): Promise<void>;
  put(answer: T): void;
}

/** An answer of the server: what is known at once, then what is true. @param fetch  the same while `name` is */
export function useAnswer<T>(name: string, fetch: () => Promise<T>): Answered<T> {
  const key = `${me.value?.userId} ${me.value?.organisation.orgId} ${name}`;
  const [shown, setShown] = useState<{ key: string; answer: T | null }>({ key: '', answer: null });
  const [failure, setFailure] = useState<ApiError | null>(null);
  const put = useCallback(
    (answer: T) => {
      kept.set(key, answer);
      setShown({ key, answer });
    },
    [key],
  );
  const ask = useCallback(async () => {
    try {
      const answer = await fetch();
      put(answer);
      setFailure(null);
    } catch (error) {
      setFailure(asRefusal(error));
    }
  }, [key]);
  useEffect(() => {
    setFailure(null);
    void ask();
  }, [key]);
  const answer = shown.key === key ? shown.answer : ((kept.get(key) as T | undefined) ?? null);
  return { answer, failure, ask, put };
}
