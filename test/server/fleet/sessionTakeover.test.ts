import { describe, expect, it, onTestFinished } from 'vitest';
import { SessionTakeover, type SessionUse } from '../../../server/fleet/sessionTakeover.ts';
import { listSessions, useSession } from '../../../server/store/metadata/brokerSessions.ts';
import type { MetadataDb } from '../../../server/store/metadata/database.ts';
import { until } from '../../gateway/startTestEdge.ts';
import { silentLog, systemClock } from '../../gateway/startTestGateway.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';

/** Servers of this process on one database; `alive` is what all of them see. */
async function fleetOf(...serverIds: string[]) {
  const db = await openMetadataOf();
  const alive = new Set(serverIds);
  for (const serverId of serverIds) await useSession(db, `session-${serverId}`, serverId);
  return { db, alive, servers: serverIds.map(serverId => serverOf(db, serverId, alive)) };
}

function serverOf(db: MetadataDb, serverId: string, alive: ReadonlySet<string>) {
  const seen = {
    serverId,
    isConnected: true,
    /** Under way, mapped by session: how it may be used, and how to say that nothing is left. */
    taken: new Map<string, { use: SessionUse; empty: () => void }>(),
    stopped: [] as string[],
  };
  const takeover = new SessionTakeover({
    ...{
      db,
      clock: systemClock,
      log: silentLog,
      sessionId: `session-${serverId}`,
      lookEveryMs: 5,
      awayAfterMs: 10,
    },
    fleet: { serverId, isShared: true, members: () => [...alive].map(id => ({ serverId: id, run: '1' })) },
    isConnected: () => seen.isConnected,
    takeOver(sessionId, use) {
      let empty = () => {};
      const drained = new Promise<void>(resolve => {
        empty = resolve;
      });
      seen.taken.set(sessionId, { use, empty });
      return {
        drained: () => drained,
        async stop() {
          seen.taken.delete(sessionId);
          seen.stopped.push(sessionId);
        },
      };
    },
  });
  takeover.start();
  onTestFinished(() => takeover.stop());
  return Object.assign(seen, { takeover });
}

const takers = (servers: readonly { taken: ReadonlyMap<string, unknown> }[], sessionId: string) =>
  servers.filter(({ taken }) => taken.has(sessionId)).length;

describe('SessionTakeover', () => {
  it('gives the session of a dead server to one of the others', async () => {
    const { db, alive, servers } = await fleetOf('a', 'b', 'c');
    alive.delete('a');
    await servers[0]!.takeover.stop();
    await until(() => takers(servers, 'session-a') > 0);
    const [first] = await listSessions(db);
    expect(['b', 'c']).toContain(first?.takenBy);
    expect(takers(servers, 'session-a')).toBe(1);
  });

  it('gives it on when that one dies too', async () => {
    const { alive, servers } = await fleetOf('a', 'b', 'c');
    alive.delete('a');
    await servers[0]!.takeover.stop();
    await until(() => takers(servers, 'session-a') > 0);
    const taker = servers.find(({ taken }) => taken.has('session-a'))!;
    const last = servers.find(one => one !== taker && one.serverId !== 'a')!;
    alive.delete(taker.serverId);
    await taker.takeover.stop();
    await until(() => last.taken.has('session-a') && last.taken.has(`session-${taker.serverId}`));
  });

  it('lets go of it when its server is back, which asks before it takes it back', async () => {
    const { alive, servers } = await fleetOf('a', 'b');
    const [a, b] = servers as [ReturnType<typeof serverOf>, ReturnType<typeof serverOf>];
    alive.delete('a');
    await until(() => b.taken.has('session-a'));
    const { use } = b.taken.get('session-a')!;
    expect(await use.mayConnect(true)).toBe(true);
    alive.add('a');
    expect(await a.takeover.own.mayConnect(true)).toBe(true);
    expect(await use.mayConnect(true)).toBe(false);
    await until(() => b.stopped.includes('session-a'));
  });

  it('does not take twice what it has emptied', async () => {
    const { alive, servers } = await fleetOf('a', 'b');
    const b = servers[1]!;
    alive.delete('a');
    await until(() => b.taken.has('session-a'));
    b.taken.get('session-a')!.empty();
    await until(() => b.stopped.includes('session-a'));
    expect(b.takeover.takeovers).toBe(1);
    // Dead once more after it was back.
    b.takeover.own.onUp();
    alive.add('a');
    await useSessionOf(servers[0]!);
    alive.delete('a');
    await until(() => b.takeover.takeovers === 2);
  });

  it('takes the session of a server that lives and has lost the broker', async () => {
    const { db, servers } = await fleetOf('a', 'b');
    const [a, b] = servers as [ReturnType<typeof serverOf>, ReturnType<typeof serverOf>];
    b.isConnected = false;
    await until(() => a.taken.has('session-b'));
    expect((await listSessions(db))[1]).toMatchObject({ awaySince: expect.any(Number), takenBy: 'a' });
    b.takeover.own.onUp();
    b.isConnected = true;
    await until(() => a.stopped.includes('session-b'));
  });
});

async function useSessionOf({ takeover }: ReturnType<typeof serverOf>): Promise<void> {
  await takeover.own.mayConnect(true);
}
