import { setTimeout as sleep } from 'node:timers/promises';
import { readiness, startTarget, untilReadiness } from './faultTarget.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';
import { judgeSettled, SteadyLoad } from './ledger.ts';
import { mountFolder } from './mountedFolder.ts';

/**
 * F6: the file system turns read-only while in use, as ext4 does after an I/O error. The process may stay or end with
 * one line; it may not acknowledge. After the repair everything acknowledged is there.
 */
export async function readOnlyDisk({
  brokenS,
  nodes,
}: {
  brokenS: number;
  nodes: number;
}): Promise<FaultReport> {
  const figures = new Figures('F6 read-only disk');
  const disk = mountFolder(320);
  const target = await startTarget({ dataDir: disk.path });
  try {
    const load = new SteadyLoad(target.mqttUrl, await target.addNodes('ro', nodes), 1_000, {
      reconnectMs: 1_000,
    });
    await load.up();
    await sleep(3_000);
    disk.breakWrites();
    figures.within('notReadyAfterMs', await untilReadiness(target.httpUrl, 503, 10_000), 5_000);
    const { checks } = await readiness(target.httpUrl);
    figures.note(
      'reason',
      Object.values(checks)
        .filter(check => check !== 'ok')
        .join('; '),
    );
    const before = load.ledger.acknowledgedCount;
    await sleep(brokenS * 1_000);
    figures.equal('acknowledgedWhileBroken', load.ledger.acknowledgedCount - before, 0);
    figures.equal('crashed', target.exited(), false);
    await target.end('SIGKILL');
    disk.repair();
    figures.within('readyMsAfterRepair', await target.startAgain(), 10_000);
    figures.equal('neverAcknowledged', await load.finish(), 0);
    judgeSettled(figures, await load.ledger.settle(target.api), nodes * brokenS);
    return figures.report();
  } finally {
    await target.close();
    disk.remove();
  }
}

if (import.meta.main) await runAlone(() => readOnlyDisk(sizes({ brokenS: 20, nodes: 50 })));
