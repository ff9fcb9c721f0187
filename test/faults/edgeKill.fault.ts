import { setTimeout as sleep } from 'node:timers/promises';
import { startEdgeTarget } from './edgeTarget.ts';
import { startTarget, untilReadiness } from './faultTarget.ts';
import { type FaultReport, Figures, percentile, runAlone, sizes } from './figures.ts';
import { judgeSettled, SteadyLoad } from './ledger.ts';

/**
 * F2 at an edge gateway: kill -9 of the gateway, then of gateway and server at once, at random moments under 200 readings
 * a second. What the edge gateway has acknowledged to its nodes must be in the API in the end, once.
 */
export async function edgeKill({
  rounds,
  both,
  nodes,
}: {
  rounds: number;
  both: number;
  nodes: number;
}): Promise<FaultReport> {
  const figures = new Figures('F2 edge gateway killed, then edge gateway and server at once');
  const target = await startTarget();
  try {
    const logins = await target.addNodes('edge', nodes);
    const edge = await startEdgeTarget(target, target.mqttUrl);
    try {
      const load = new SteadyLoad(edge.mqttUrl, logins, 5 * nodes);
      await load.up();
      const readyMs: number[] = [];
      for (let round = 0; round < rounds + both; round++) {
        await sleep(1_000 + Math.random() * 3_000);
        const ends = [edge.end('SIGKILL'), ...(round < rounds ? [] : [target.end('SIGKILL')])];
        await Promise.all(ends);
        const starts = [edge.startAgain(), ...(round < rounds ? [] : [target.startAgain()])];
        readyMs.push((await Promise.all(starts))[0]!);
      }
      await sleep(1_000);
      figures.equal('neverAcknowledged', await load.finish(), 0);
      figures.within('handedOnMs', await edge.untilUplink(({ waiting }) => waiting === 0, 120_000), 120_000);
      figures.note('rounds', rounds);
      figures.note('roundsBoth', both);
      // What the server has acknowledged is shown once it has been taken from its journal, which readiness waits for.
      await untilReadiness(target.httpUrl, 200, 30_000);
      judgeSettled(figures, await load.ledger.settle(target.api), (rounds + both) * 100);
      figures.within('readyMsMedian', percentile(readyMs, 0.5), 2_000);
      return figures.report();
    } finally {
      await edge.close();
    }
  } finally {
    await target.close();
  }
}

if (import.meta.main) await runAlone(() => edgeKill(sizes({ rounds: 20, both: 10, nodes: 10 })));
