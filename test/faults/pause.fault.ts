import { setTimeout as sleep } from 'node:timers/promises';
import { startTarget } from './faultTarget.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';
import { judgeSettled, SteadyLoad } from './ledger.ts';
import { liveEvents } from './liveEvents.ts';
import { allAlerts, chilledBatchOf, impatience } from './watchedAlerts.ts';

/**
 * F21: the process is stopped for half a minute (a suspended machine), then for longer than the firm lets its nodes be
 * silent; nobody is told that all nodes went silent.
 *
 * @param longPauseS  0: left out
 */
export async function pause(run: {
  pauseS: number;
  longPauseS: number;
  nodes: number;
}): Promise<FaultReport> {
  const { pauseS, longPauseS, nodes } = run;
  const figures = new Figures('F21 SIGSTOP');
  const target = await startTarget();
  const live = await liveEvents(target);
  try {
    await impatience(target);
    const load = new SteadyLoad(target.mqttUrl, await target.addNodes('pause', nodes), 1_000, {
      keepaliveS: 15,
    });
    await load.up();
    await sleep(3_000);
    for (const { nodeId } of await target.api.all<NodeSeen>('/nodes', 'nodes'))
      await chilledBatchOf(target, nodeId, Date.now() - 3_600_000);
    live.events.splice(0);
    for (const stopS of longPauseS === 0 ? [pauseS] : [pauseS, longPauseS]) {
      process.kill(target.pid(), 'SIGSTOP');
      await sleep(stopS * 1_000);
      process.kill(target.pid(), 'SIGCONT');
      // Longer than the pause of the server's own look for silent nodes.
      await sleep(35_000);
    }
    const alerts = await allAlerts(target);
    figures.equal('alerts', alerts.map(({ kind, nodeId }) => `${kind} of ${nodeId}`).join('; '), '');
    const seen = live.events.filter(event => event.type === 'node').map(event => event.data as NodeSeen);
    figures.below('nodesToldSilent', seen.filter(node => node.state !== 'online').length, 2);
    figures.note('sessionsToldGone', seen.filter(node => !node.connected).length);
    figures.equal('neverAcknowledged', await load.finish(), 0);
    const { body } = await target.api.get('/nodes?limit=1000');
    figures.equal(
      'onlineAfter',
      body.nodes.filter((node: NodeSeen) => node.state === 'online').length,
      nodes,
    );
    judgeSettled(figures, await load.ledger.settle(target.api), nodes * (pauseS + longPauseS));
    return figures.report();
  } finally {
    live.stop();
    await target.close();
  }
}

interface NodeSeen {
  readonly nodeId: string;
  readonly state: string;
  readonly connected: boolean;
}

if (import.meta.main) await runAlone(() => pause(sizes({ pauseS: 30, longPauseS: 330, nodes: 20 })));
