import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../support/postgres.ts';
import { type OwnTarget, startTarget, untilReadiness } from './faultTarget.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';
import { judgeSettled, SteadyLoad } from './ledger.ts';
import { watchedBatch } from './watchedBatch.ts';

const downMs = 2_000;
/** A frozen server is given up after 12 s; a connection that was asked for meanwhile after 5 s more. */
const frozenMs = 20_000;

/**
 * F6 for metadata: kill -9 of PostgreSQL under 200 readings a second, and a PostgreSQL that stops answering without
 * ending. What nodes publish is acknowledged all the while, the API says that the store is away, and once it is back
 * everything that was acknowledged is there.
 */
export async function postgresKill({
  rounds,
  freezes,
  nodes,
}: {
  rounds: number;
  freezes: number;
  nodes: number;
}): Promise<FaultReport> {
  const figures = new Figures('F6 PostgreSQL killed and frozen under load');
  const postgres = await startPostgres();
  try {
    const target = await startTarget({ env: { TAHAN_DATABASE_URL: postgres.url } });
    try {
      const logins = await target.addNodes('pg', nodes);
      await watchedBatch(target.api, logins[0]!.username, Date.now() - 3_600_000);
      const load = new SteadyLoad(target.mqttUrl, logins, 5 * nodes);
      await load.up();
      const seen: Seen = { statuses: new Set(), slowestMs: 0, fewestAcknowledged: Number.POSITIVE_INFINITY };
      const backMs: number[] = [];
      for (let round = 0; round < rounds + freezes; round++) {
        await sleep(500 + Math.random() * 1_000);
        const isKill = round < rounds;
        if (isKill) await postgres.kill('SIGKILL');
        else freeze(postgres.pid(), 'STOP');
        await watchOutage(target, load, seen, isKill ? downMs : frozenMs);
        if (isKill) await postgres.startAgain();
        else freeze(postgres.pid(), 'CONT');
        const began = performance.now();
        await untilReadiness(target.httpUrl, 200, 30_000);
        await target.api.get('/batches');
        backMs.push(performance.now() - began);
      }
      await sleep(500);
      figures.equal('neverAcknowledged', await load.finish(), 0);
      figures.equal('answersWhileDown', [...seen.statuses].join(), '503');
      figures.within('slowestAnswerMs', seen.slowestMs, freezes > 0 ? 18_000 : 1_000);
      figures.atLeast('acknowledgedInEachOutage', seen.fewestAcknowledged, 100);
      figures.within('backAfterMs', Math.max(...backMs), 5_000);
      figures.equal('ended', target.exited(), false);
      await untilReadiness(target.httpUrl, 200, 30_000);
      judgeSettled(figures, await load.ledger.settle(target.api), (rounds + freezes) * 200);
      const { status, body } = await target.api.get('/batches');
      figures.equal('batches', `${status} ${body.batches?.length}`, '200 1');
      return figures.report();
    } finally {
      await target.close();
    }
  } finally {
    await postgres.close();
  }
}

interface Seen {
  readonly statuses: Set<number>;
  slowestMs: number;
  fewestAcknowledged: number;
}

async function watchOutage(target: OwnTarget, load: SteadyLoad, seen: Seen, forMs: number): Promise<void> {
  const before = load.ledger.acknowledgedCount;
  const until = performance.now() + forMs;
  while (performance.now() < until) {
    const began = performance.now();
    seen.statuses.add((await target.api.get('/batches')).status);
    seen.slowestMs = Math.max(seen.slowestMs, performance.now() - began);
    await sleep(200);
  }
  seen.fewestAcknowledged = Math.min(seen.fewestAcknowledged, load.ledger.acknowledgedCount - before);
}

/** Every process of the server: one that is stopped alone leaves the others to answer. */
function freeze(pid: number, signal: 'STOP' | 'CONT'): void {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  for (const each of [pid, ...children.trim().split(/\s+/).map(Number)]) process.kill(each, `SIG${signal}`);
}

if (import.meta.main) await runAlone(() => postgresKill(sizes({ rounds: 5, freezes: 1, nodes: 10 })));
