import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openTarget } from './faultTarget.ts';
import { type FaultReport, Figures, percentile, runAlone, sizes } from './figures.ts';
import { judgeSettled, SteadyLoad } from './ledger.ts';

interface FloodSizes extends Record<string, number> {
  readonly seconds: number;
  readonly perSecond: number;
  readonly victims: number;
}

interface Flooded {
  readonly offered: number;
  readonly written: number;
  readonly acknowledged: number;
  readonly cut: boolean;
}

/** F13: one node sends 20,000 messages a second; the others are acknowledged as if it were not there. */
export async function flood({ seconds, perSecond, victims }: FloodSizes): Promise<FaultReport> {
  const figures = new Figures('F13 flood by one node');
  const target = await openTarget();
  try {
    const [flooder, ...logins] = await target.addNodes('flood', victims + 1);
    const load = new SteadyLoad(target.mqttUrl, logins, 200);
    await load.up();
    await sleep(5_000);
    figures.note('pubackMsP99Before', Math.round(percentile(load.ledger.latenciesMs.splice(0), 0.99)));
    const before = target.rssMiB();
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, target.rssMiB());
    }, 250);
    const child = new URL('./floodChild.ts', import.meta.url).pathname;
    const args = [child, target.mqttUrl, JSON.stringify(flooder), String(perSecond), String(seconds)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    clearInterval(watch);
    const during = load.ledger.latenciesMs.splice(0);
    const flooded = JSON.parse(stdout) as Flooded;
    figures.note('offered', flooded.offered);
    figures.note('taken', flooded.acknowledged);
    figures.equal('flooderCut', flooded.cut, false);
    figures.note('victimsPubackMsP50', Math.round(percentile(during, 0.5)));
    figures.within('victimsPubackMsP99', percentile(during, 0.99), 250);
    figures.note('victimsPubackMsMax', Math.round(Math.max(...during)));
    if (Number.isNaN(before)) figures.note('rssGrownMiB', null);
    else figures.below('rssGrownMiB', peak - before, 128);
    figures.equal('neverAcknowledged', await load.finish(), 0);
    judgeSettled(figures, await load.ledger.settle(target.api), victims * seconds);
    const kept = await target.api.all(`/nodes/${flooder!.username}/readings`, 'readings');
    figures.atLeast('flooderKept', kept.length, flooded.acknowledged);
    return figures.report();
  } finally {
    await target.close();
  }
}

if (import.meta.main) await runAlone(() => flood(sizes({ seconds: 60, perSecond: 20_000, victims: 10 })));
