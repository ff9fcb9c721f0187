import { describe, expect, it } from 'vitest';
import { createLiveHub, type PublishedEvent } from '../../server/liveHub.ts';

const batch = (batchId: string) => ({ type: 'batch' as const, data: { batchId } });

function listen(hub: ReturnType<typeof createLiveHub>, orgId: string, lastEventId?: string) {
  const heard: PublishedEvent[] = [];
  const stop = hub.subscribe(orgId, { deliver: p => heard.push(p), end: () => {} }, lastEventId);
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
    const id = hub.currentId();
    hub.publish('tani', batch('a'));
    expect(listen(hub, 'tani', id).names()).toEqual(['a']);
  });

  it.each(['e-1', 'other-3', 'e-99', 'nonsense', 'e-'])(
    'answers %s, which it cannot resume from, with a reset',
    id => {
      const hub = createLiveHub({ epoch: 'e', backlog: 2 });
      for (const name of ['a', 'b', 'c', 'd']) hub.publish('tani', batch(name));
      expect(listen(hub, 'tani', id).names()).toEqual(['reset']);
    },
  );

  it('resumes at the very edge of its backlog', () => {
    const hub = createLiveHub({ epoch: 'e', backlog: 2 });
    for (const name of ['a', 'b', 'c', 'd']) hub.publish('tani', batch(name));
    expect(listen(hub, 'tani', 'e-2').names()).toEqual(['c', 'd']);
    expect(listen(hub, 'tani', 'e-4').names()).toEqual([]);
  });
});
