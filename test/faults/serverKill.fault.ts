import { setTimeout as sleep } from 'node:timers/promises';
import { commitsOf, dayMs, endAtOf, nodeIdOf, type Part, worldOf } from '../../bench/store/world.ts';
import { dataLayout } from '../../server/config.ts';
import { openEmbeddedReadingStore } from '../../server/store/embeddedReadingStore.ts';
import { type OwnTarget, startTarget } from './faultTarget.ts';
import { type FaultReport, Figures, percentile, runAlone, sizes } from './figures.ts';
import { judgeSettled, SteadyLoad } from './ledger.ts';
import { watchedBatch } from './watchedBatch.ts';

interface KillSizes extends Record<string, number> {
  readonly rounds: number;
  readonly nodes: number;
  /** Readings in the store for the last rounds, in millions; 0 leaves them out. */
  readonly storedMillions: number;
}

/**
 * F1: kill -9 at random moments under one reading a second from each node; nothing acknowledged may be lost or shown
 * twice. Then once more with a store that has been filling for weeks.
 */
export async function serverKill({ rounds, nodes, storedMillions }: KillSizes): Promise<FaultReport> {
  const figures = new Figures('F1 server killed');
  const target = await startTarget();
  try {
    const load = new SteadyLoad(target.mqttUrl, await target.addNodes('kill', nodes), 1_000);
    await load.up();
    const readyMs = await killAgainAndAgain(target, rounds);
    figures.note('rounds', rounds);
    figures.within('readyMsMedian', percentile(readyMs, 0.5), 2_000);
    figures.within('readyMsMax', Math.max(...readyMs), 5_000);
    if (storedMillions > 0) {
      figures.note('stored', await fill(target, storedMillions * 1e6));
      figures.within('readyMsMaxWithStored', Math.max(...(await killAgainAndAgain(target, 3))), 10_000);
    }
    await sleep(1_000);
    figures.equal('neverAcknowledged', await load.finish(), 0);
    judgeSettled(figures, await load.ledger.settle(target.api), rounds * nodes);
    return figures.report();
  } finally {
    await target.close();
  }
}

async function killAgainAndAgain(target: OwnTarget, rounds: number): Promise<number[]> {
  const readyMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await sleep(1_000 + Math.random() * 3_000);
    await target.end('SIGKILL');
    readyMs.push(await target.startAgain());
  }
  return readyMs;
}

/** Puts readings of a thousand nodes and of a year of one into the store, and batches that some of them watch. */
async function fill(target: OwnTarget, readings: number): Promise<number> {
  const world = worldOf(readings);
  const logins = await target.addNodes('full', world.nodes);
  const names = new Map(logins.map(({ username }, node) => [nodeIdOf(node), username]));
  const laterMs = Date.now() - 60_000 - endAtOf(world);
  for (const { username } of logins.slice(0, 50))
    await watchedBatch(target.api, username, Date.now() - dayMs);
  await target.end('SIGTERM');
  const store = openEmbeddedReadingStore(dataLayout(target.dataDir).readings);
  const parts: Part[] = [{ of: 'year' }, { of: 'minutes', from: 0, to: world.days * 1_440 }];
  for (const part of parts)
    for (const commit of commitsOf(world, part, 10_000))
      await store.append(
        commit.map(reading => ({
          ...reading,
          nodeId: names.get(reading.nodeId) ?? reading.nodeId,
          measuredAt: reading.measuredAt + laterMs,
          receivedAt: reading.receivedAt + laterMs,
        })),
      );
  const stored = await store.count();
  await store.close();
  await target.startAgain();
  return stored;
}

if (import.meta.main) await runAlone(() => serverKill(sizes({ rounds: 20, nodes: 50, storedMillions: 10 })));
