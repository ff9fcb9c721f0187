import { StoreUnavailable } from '../../server/errors.ts';
import { createMemoryReadingStore } from '../../server/store/memoryReadingStore.ts';
import type { ReadingStore, StoreHealth } from '../../server/store/readingStore.ts';

/**
 * A store whose database the test takes away and gives back. While it is away, what comes is kept, and answers are made
 * of that alone; `deaf`, there are none.
 */
export function awayStore() {
  const whole = createMemoryReadingStore();
  let sinceAway = createMemoryReadingStore();
  let health: StoreHealth = { state: 'ok' };
  let deaf = false;
  const asked: string[] = [];
  const answering = <Name extends keyof ReadingStore>(name: Name): ReadingStore[Name] => {
    const ask = async (...args: unknown[]) => {
      asked.push(name);
      if (deaf) throw new StoreUnavailable('the database does not answer');
      const store = health.state === 'ok' ? whole : sinceAway;
      return (store[name] as (...args: unknown[]) => unknown)(...args);
    };
    return ask as unknown as ReadingStore[Name];
  };
  const store: ReadingStore = {
    ...whole,
    async append(readings, throughPosition) {
      if (health.state === 'stale') await sinceAway.append(readings);
      return whole.append(readings, throughPosition);
    },
    range: answering('range'),
    usable: answering('usable'),
    suspectCount: answering('suspectCount'),
    neighbours: answering('neighbours'),
    buckets: answering('buckets'),
    timeAbove: answering('timeAbove'),
    bounds: answering('bounds'),
    reception: answering('reception'),
    nodeSummary: answering('nodeSummary'),
    nodeSummaries: answering('nodeSummaries'),
    nodeIds: answering('nodeIds'),
    health: () => health,
  };
  return {
    store,
    /** Names of the questions asked, in order. */
    asked,
    goAway(since: number, options: { readonly deaf?: boolean } = {}) {
      sinceAway = createMemoryReadingStore();
      deaf = options.deaf ?? false;
      health = { state: 'stale', since, reason: 'influx does not answer: it took too long', waiting: 3 };
    },
    comeBack() {
      deaf = false;
      health = { state: 'ok' };
    },
  };
}
