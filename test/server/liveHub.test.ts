import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLiveHub, type EventBatch, type PublishedEvent } from '../../server/liveHub.ts';

const batch = (batchId: string) => ({ type: 'batch' as const, data: { batchId } });

function listen(hub: ReturnType<typeof createLiveHub>, orgId: string, lastEventId?: string) {
  const heard: PublishedEvent[] = [];
  const stop = hub.subscribe(
    orgId,
    { deliver: batch => heard.push(...batch.events), end: () => {} },
    lastEventId,
  );
  return {
    heard,
    stop,
    names: () => heard.map(p => ('batchId' in p.event.data ? p.event.data.batchId : p.event.type)),
  };
}

describe('the live hub', () => {
  it('tells subscribers of one organisation only its own events', () => {
    const hub = createLiveHub({ epoch: 'e' });
    const tani = listen(hub, 'tani');
    const lain = listen(hub, 'lain');
    hub.publish('tani', batch('a'));
    hub.publish('lain', batch('b'));
    expect([tani.names(), lain.names()]).toEqual([['a'], ['b']]);
  });

  it('gives a client that comes back exactly what it missed, then what is new', () => {
    const hub = createLiveHub({ epoch: 'e' });
    const first = listen(hub, 'tani');
    hub.publish('tani', batch('a'));
    first.stop();
    hub.publish('tani', batch('b'));
    hub.publish('lain', batch('x'));
    hub.publish('tani', batch('c'));
    const second = listen(hub, 'tani', first.heard.at(-1)?.id);
    hub.publish('tani', batch('d'));
    expect(second.names()).toEqual(['b', 'c', 'd']);
  });

  it('misses nothing when a client starts with the current id before any event', () => {
    const hub = createLiveHub({ epoch: 'e' });
    const { stop } = listen(hub, 'tani');
    const id = hub.currentId();
    stop();
    hub.publish('tani', batch('a'));
    expect(listen(hub, 'tani', id).names()).toEqual(['a']);
  });

  it('misses nothing between saying that somebody is about to listen and that somebody listening', () => {
    const hub = createLiveHub({ epoch: 'e' });
    expect(hub.isAttended('tani')).toBe(false);
    const id = hub.expect('tani');
    expect([hub.isAttended('tani'), hub.isAttended(), hub.isAttended('lain')]).toEqual([true, true, false]);
    hub.publish('tani', batch('a'));
    expect(listen(hub, 'tani', id).names()).toEqual(['a']);
  });

  it.each(['e-1', 'other-3', 'e-99', 'nonsense', 'e-'])(
    'answers %s, which it cannot resume from, with a reset',
    id => {
      const hub = createLiveHub({ epoch: 'e', backlog: 2 });
      hub.expect('tani');
      for (const name of ['a', 'b', 'c', 'd']) hub.publish('tani', batch(name));
      expect(listen(hub, 'tani', id).names()).toEqual(['reset']);
    },
  );

  it('resumes at the very edge of its backlog', () => {
    const hub = createLiveHub({ epoch: 'e', backlog: 2 });
    hub.expect('tani');
    for (const name of ['a', 'b', 'c', 'd']) hub.publish('tani', batch(name));
    expect(listen(hub, 'tani', 'e-2').names()).toEqual(['c', 'd']);
    expect(listen(hub, 'tani', 'e-4').names()).toEqual([]);
  });
});

describe('the live hub of a busy firm', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function listenToBatches(hub: ReturnType<typeof createLiveHub>, lastEventId?: string) {
    const batches: EventBatch[] = [];
    hub.subscribe('tani', { deliver: batch => batches.push(batch), end: () => {} }, lastEventId);
    return { batches, sizes: () => batches.map(({ events }) => events.length) };
  }

  it('sends the first event at once and what follows within its rest together', () => {
    const hub = createLiveHub({ epoch: 'e', coalesceMs: 100 });
    const { sizes } = listenToBatches(hub);
    for (const name of ['a', 'b', 'c']) hub.publish('tani', batch(name));
    expect(sizes()).toEqual([1]);
    vi.advanceTimersByTime(100);
    expect(sizes()).toEqual([1, 2]);
    hub.publish('tani', batch('d'));
    vi.advanceTimersByTime(100);
    expect(sizes()).toEqual([1, 2, 1]);
    vi.advanceTimersByTime(1_000);
    hub.publish('tani', batch('e'));
    expect(sizes()).toEqual([1, 2, 1, 1]);
  });

  it('lets no more than a hundred events wait', () => {
    const hub = createLiveHub({ epoch: 'e', coalesceMs: 100 });
    const { sizes } = listenToBatches(hub);
    for (let n = 0; n < 250; n++) hub.publish('tani', batch(`${n}`));
    expect(sizes()).toEqual([1, 100, 100]);
    vi.advanceTimersByTime(100);
    expect(sizes()).toEqual([1, 100, 100, 49]);
  });

  it('writes an event out once for all who get it', () => {
    const hub = createLiveHub({ epoch: 'e', coalesceMs: 100 });
    const [one, other] = [listenToBatches(hub), listenToBatches(hub)];
    let written = 0;
    const data = {
      batchId: 'a',
      toJSON() {
        written += 1;
        return { batchId: 'a' };
      },
    };
    hub.publish('tani', { type: 'batch', data });
    const frames = [one, other].map(({ batches }) => batches[0]!.frames());
    expect(frames[0]!.toString()).toBe('id: e-1\nevent: batch\ndata: {"batchId":"a"}\n\n');
    expect(frames[1]).toBe(frames[0]);
    expect(written).toBe(1);
  });

  it('gives a client that comes back while events wait each of them once', () => {
    const hub = createLiveHub({ epoch: 'e', coalesceMs: 100 });
    const first = listenToBatches(hub);
    for (const name of ['a', 'b', 'c']) hub.publish('tani', batch(name));
    const second = listenToBatches(hub, 'e-1');
    hub.publish('tani', batch('d'));
    vi.advanceTimersByTime(100);
    const ids = ({ batches }: typeof first) => batches.flatMap(({ events }) => events.map(({ id }) => id));
    expect(ids(first)).toEqual(['e-1', 'e-2', 'e-3', 'e-4']);
    expect(ids(second)).toEqual(['e-2', 'e-3', 'e-4']);
  });

  it('keeps nothing once nobody has listened for a minute, and says so to whoever comes back', () => {
    const hub = createLiveHub({ epoch: 'e' });
    const stop = hub.subscribe('tani', { deliver: () => {}, end: () => {} });
    hub.publish('tani', batch('a'));
    stop();
    vi.advanceTimersByTime(59_000);
    expect(hub.isAttended('tani')).toBe(true);
    const { batches } = listenToBatches(hub, 'e-1');
    expect(batches).toEqual([]);
    const id = hub.expect('lain');
    vi.advanceTimersByTime(60_000);
    expect([hub.isAttended('lain'), hub.isAttended('tani')]).toEqual([false, true]);
    const late: EventBatch[] = [];
    hub.subscribe('lain', { deliver: batch => late.push(batch), end: () => {} }, id);
    expect(late.flatMap(({ events }) => events.map(({ event }) => event.type))).toEqual(['reset']);
  });

  it('delivers what waits before it ends', () => {
    const hub = createLiveHub({ epoch: 'e', coalesceMs: 100 });
    const { sizes } = listenToBatches(hub);
    for (const name of ['a', 'b']) hub.publish('tani', batch(name));
    hub.close();
    expect(sizes()).toEqual([1, 1]);
    vi.advanceTimersByTime(1_000);
    expect(sizes()).toEqual([1, 1]);
  });
});
