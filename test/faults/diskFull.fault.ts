import { setTimeout as sleep } from 'node:timers/promises';
import { readiness, startTarget, untilReadiness } from './faultTarget.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';
import { judgeSettled, SteadyLoad } from './ledger.ts';
import { mountFolder } from './mountedFolder.ts';

/** F5: no room for a minute; nothing unsaved is acknowledged, the reason is told, and it mends by itself. */
export async function diskFull({ fullS, nodes }: { fullS: number; nodes: number }): Promise<FaultReport> {
  const figures = new Figures('F5 disk full');
  const disk = mountFolder(320);
  const target = await startTarget({ dataDir: disk.path });
  try {
    const load = new SteadyLoad(target.mqttUrl, await target.addNodes('full', nodes), 1_000, {
      reconnectMs: 1_000,
    });
    await load.up();
    await sleep(3_000);
    figures.note('filledMiB', Math.round(disk.fill() / 1024 / 1024));
    figures.within('notReadyAfterMs', await untilReadiness(target.httpUrl, 503, 10_000), 5_000);
    const { checks } = await readiness(target.httpUrl);
    figures.note(
      'reason',
      Object.values(checks)
        .filter(check => check !== 'ok')
        .join('; '),
    );
    const beforeFull = load.ledger.acknowledgedCount;
    await sleep(fullS * 1_000);
    figures.note('acknowledgedWhileFull', load.ledger.acknowledgedCount - beforeFull);
    figures.equal('crashed', target.exited(), false);
    disk.free();
    const freed = performance.now();
    figures.within('readyAgainAfterMs', await untilReadiness(target.httpUrl, 200, 30_000), 10_000);
    const waiting = load.nodes.reduce((sum, node) => sum + node.waiting, 0);
    figures.note('waitingWhenReady', waiting);
    figures.equal('neverAcknowledged', await load.finish(), 0);
    figures.within('allAcknowledgedAfterMs', performance.now() - freed, 10_000);
    // What counts is on disk: nothing may depend on the memory of the process that went through it.
    await target.end('SIGKILL');
    await target.startAgain();
    judgeSettled(figures, await load.ledger.settle(target.api), nodes * fullS);
    return figures.report();
  } finally {
    await target.close();
    disk.remove();
  }
}

if (import.meta.main) await runAlone(() => diskFull(sizes({ fullS: 60, nodes: 50 })));
