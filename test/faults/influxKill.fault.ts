import { setTimeout as sleep } from 'node:timers/promises';
import { startInfluxd } from '../support/influxd.ts';
import { type OwnTarget, startTarget, untilReadiness } from './faultTarget.ts';
import { type FaultReport, Figures, percentile, runAlone, sizes } from './figures.ts';
import { countInInflux, influxEnv, storeMetrics } from './influxTarget.ts';
import { judgeSettled, SteadyLoad } from './ledger.ts';
import { watchedBatch } from './watchedBatch.ts';

/**
 * F3: kill -9 of InfluxDB under 200 readings a second, away for a while each time; in some rounds the server is killed
 * too, and starts while InfluxDB is away. Nodes are acknowledged all the while, answers say that they are stale, and
 * what was acknowledged is in InfluxDB soon after its return, once.
 *
 * The measured times of a node run 1 s a reading, from an hour ago: with fewer nodes a long run would reach the future.
 */
export async function influxKill({
  rounds,
  serverKills,
  downS,
  nodes,
}: {
  rounds: number;
  serverKills: number;
  downS: number;
  nodes: number;
}): Promise<FaultReport> {
  const figures = new Figures('F3 InfluxDB killed under load');
  const influxd = await startInfluxd();
  try {
    const target = await startTarget({ env: influxEnv(influxd.url) });
    try {
      const logins = await target.addNodes('influx', nodes);
      const asked = logins[0]!.username;
      await watchedBatch(target.api, asked, Date.now() - 3_600_000);
      const load = new SteadyLoad(target.mqttUrl, logins, 5 * nodes);
      await load.up();
      const answers = new Set<string>();
      const caughtUpMs: number[] = [];
      let fewestAcknowledged = Number.POSITIVE_INFINITY;
      for (let round = 0; round < rounds; round++) {
        await sleep(1_000 + Math.random() * 2_000);
        const before = load.ledger.acknowledgedCount;
        await influxd.kill('SIGKILL');
        if (round < serverKills) {
          await target.end('SIGKILL');
          await target.startAgain();
        }
        await watchOutage(target, asked, answers, downS * 1_000);
        fewestAcknowledged = Math.min(fewestAcknowledged, load.ledger.acknowledgedCount - before);
        await influxd.start();
        const began = performance.now();
        await caughtUp(target, mostLingering);
        caughtUpMs.push(performance.now() - began);
      }
      await sleep(500);
      figures.equal('neverAcknowledged', await load.finish(), 0);
      figures.note('rounds', rounds);
      figures.note('serverKills', serverKills);
      figures.equal('answersWhileAway', [...answers].sort().join(), '200 stale');
      figures.atLeast('acknowledgedInEachOutage', fewestAcknowledged, downS * 100);
      figures.within('pubackMsP99', percentile(load.ledger.latenciesMs, 0.99), serverKills > 0 ? 5_000 : 250);
      figures.within('caughtUpMsMax', Math.max(...caughtUpMs), 30_000);
      figures.equal('ended', target.exited(), false);
      await untilReadiness(target.httpUrl, 200, 30_000);
      await caughtUp(target, 0);
      const settled = await load.ledger.settle(target.api);
      judgeSettled(figures, settled, rounds * downS * 100);
      figures.equal('inInflux', await countInInflux(influxd.url), settled.acknowledged);
      return figures.report();
    } finally {
      await target.close();
    }
  } finally {
    await influxd.close();
  }
}

/** Asks for readings until the time is over; what counts is how they are answered once the outage is noticed. */
async function watchOutage(
  target: OwnTarget,
  nodeId: string,
  answers: Set<string>,
  ms: number,
): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    await sleep(200);
    const { isStale } = await storeMetrics(target);
    const { status, body } = await target.api.get(`/nodes/${nodeId}/readings?limit=1`);
    const isMarked = status === 200 && (body as { stale?: boolean }).stale === true;
    if (isStale) answers.add(isMarked ? '200 stale' : String(status));
  }
}

/** Under load a few always wait for company; more than some seconds of them is a backlog. */
const mostLingering = 500;

/** Resolves when no more than so many readings wait for InfluxDB; or after a minute, which is too late. */
async function caughtUp(target: OwnTarget, mostWaiting: number): Promise<void> {
  const until = performance.now() + 60_000;
  while (performance.now() < until) {
    const { isStale, waiting } = await storeMetrics(target);
    if (!isStale && waiting <= mostWaiting) return;
    await sleep(20);
  }
}

if (import.meta.main)
  await runAlone(() => influxKill(sizes({ rounds: 10, serverKills: 3, downS: 60, nodes: 50 })));
