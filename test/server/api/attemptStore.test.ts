import { describe, expect, it } from 'vitest';
import { attemptStore } from '../../../server/api/attemptStore.ts';

const windowMs = 1_000;

function opened() {
  const clock = { now: 0 };
  const store = attemptStore(windowMs, () => clock.now);
  const count = async (key: string) => (await store.increment(key)).totalHits;
  return { clock, store, count };
}

describe('attemptStore', () => {
  it('counts each key for itself', async () => {
    const { count } = opened();
    expect([await count('a'), await count('a'), await count('b')]).toEqual([1, 2, 1]);
  });

  it('begins anew a window after the first attempt, however many came since', async () => {
    const { clock, count } = opened();
    await count('a');
    clock.now = 999;
    expect(await count('a')).toBe(2);
    clock.now = 1_000;
    expect(await count('a')).toBe(1);
  });

  it('takes an attempt back that was none', async () => {
    const { store, count } = opened();
    await count('a');
    await store.decrement('a');
    await store.decrement('a');
    expect(await count('a')).toBe(1);
  });

  it('forgets a key that is told to', async () => {
    const { store, count } = opened();
    await count('a');
    await store.resetKey('a');
    expect(await count('a')).toBe(1);
  });
});
