import { setTimeout as sleep } from 'node:timers/promises';
import { startTarget } from './faultTarget.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';
import { judgeSettled, SteadyLoad } from './ledger.ts';

/** F22: SIGTERM under load drains and ends with code 0 within 10 s. */
export async function sigterm({ rounds, nodes }: { rounds: number; nodes: number }): Promise<FaultReport> {
  const figures = new Figures('F22 SIGTERM under load');
  const target = await startTarget();
  try {
    const load = new SteadyLoad(target.mqttUrl, await target.addNodes('term', nodes), 5 * nodes);
    await load.up();
    const drainMs: number[] = [];
    const codes: (number | null)[] = [];
    for (let round = 0; round < rounds; round++) {
      await sleep(1_000 + Math.random() * 1_000);
      const began = performance.now();
      codes.push(await target.end('SIGTERM'));
      drainMs.push(performance.now() - began);
      await target.startAgain();
    }
    await sleep(500);
    figures.equal('neverAcknowledged', await load.finish(), 0);
    figures.note('rounds', rounds);
    figures.equal('exitCodes', [...new Set(codes)].join(), '0');
    figures.within('drainMsMax', Math.max(...drainMs), 10_000);
    judgeSettled(figures, await load.ledger.settle(target.api), rounds * 100);
    return figures.report();
  } finally {
    await target.close();
  }
}

if (import.meta.main) await runAlone(() => sigterm(sizes({ rounds: 10, nodes: 10 })));
