import { setTimeout as sleep } from 'node:timers/promises';
import { startTarget } from './faultTarget.ts';
import { type FaultReport, Figures, percentile, runAlone, sizes } from './figures.ts';
import { judgeSettled, SteadyLoad } from './ledger.ts';

/** F2: kill -9 at random moments under 200 readings a second; nothing acknowledged may be lost or shown twice. */
export async function gatewayKill({
  rounds,
  nodes,
}: {
  rounds: number;
  nodes: number;
}): Promise<FaultReport> {
  const figures = new Figures('F2 gateway killed');
  const target = await startTarget();
  try {
    const load = new SteadyLoad(target.mqttUrl, await target.addNodes('kill', nodes), 5 * nodes);
    await load.up();
    const readyMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await sleep(1_000 + Math.random() * 3_000);
      await target.end('SIGKILL');
      readyMs.push(await target.startAgain());
    }
    await sleep(1_000);
    figures.equal('neverAcknowledged', await load.finish(), 0);
    figures.note('rounds', rounds);
    judgeSettled(figures, await load.ledger.settle(target.api), rounds * 100);
    figures.within('readyMsMedian', percentile(readyMs, 0.5), 2_000);
    figures.within('readyMsMax', Math.max(...readyMs), 5_000);
    return figures.report();
  } finally {
    await target.close();
  }
}

if (import.meta.main) await runAlone(() => gatewayKill(sizes({ rounds: 20, nodes: 10 })));
