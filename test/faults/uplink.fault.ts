import { setTimeout as sleep } from 'node:timers/promises';
import { startFaultyLine } from '../support/faultyLine.ts';
import { startEdgeTarget } from './edgeTarget.ts';
import { FaultNode } from './faultNode.ts';
import { type Login, openTarget, untilReadiness } from './faultTarget.ts';
import { type FaultReport, Figures, percentile, runAlone, sizes } from './figures.ts';
import { judgeSettled, Ledger, SteadyLoad } from './ledger.ts';

/** Of `tahan gateway`. */
const keepaliveMs = 30_000;
const longestRetryMs = 60_000;

/**
 * F11: the line between an edge gateway and its server is cut, reset, swallows answers, swallows everything; then the
 * server is away while each node fills up a backlog.
 */
export async function uplink({
  rounds,
  nodes,
  backlog,
}: {
  rounds: number;
  nodes: number;
  backlog: number;
}): Promise<FaultReport> {
  const figures = new Figures('F11 uplink over a line that misbehaves');
  const target = await openTarget();
  const line = await startFaultyLine(Number(new URL(target.mqttUrl).port));
  const edge = await startEdgeTarget(target, `mqtt://127.0.0.1:${line.port}`).catch(async error => {
    line.close();
    await target.close();
    throw error;
  });
  const connected = () => edge.untilUplink(state => state.connected, 2 * longestRetryMs);
  try {
    const logins = await target.addNodes('line', 2 * nodes);
    const load = new SteadyLoad(edge.mqttUrl, logins.slice(0, nodes), 5 * nodes);
    // Nodes that were added a moment ago are known at the edge with the next status, within half a minute.
    await load.up();
    const noticedMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const fault of ['reset', 'hang-up', 'refuse', 'lose-answers', 'black-hole'] as const) {
        await sleep(500);
        if (fault === 'reset') line.reset();
        else if (fault === 'hang-up') line.hangUp();
        else {
          line.mode = fault;
          if (fault === 'refuse') line.reset();
          const ms = await edge.untilUplink(state => !state.connected, 3 * keepaliveMs);
          if (fault !== 'refuse') noticedMs.push(ms);
          line.mode = 'pass';
        }
        await connected();
      }
    }
    figures.note('faults', rounds * 5);
    figures.within('deadLineNoticedMs', Math.max(...noticedMs), 2 * keepaliveMs);
    figures.equal('neverAcknowledged', await load.finish(), 0);
    figures.within('pubackMsP99', percentile(load.ledger.latenciesMs, 0.99), 1_000);
    figures.within('handedOnMs', await edge.untilUplink(({ waiting }) => waiting === 0, 60_000), 60_000);
    // What the server has acknowledged is shown once it has been taken from its journal, which readiness waits for.
    await untilReadiness(target.httpUrl, 200, 30_000);
    judgeSettled(figures, await load.ledger.settle(target.api), rounds * 200);

    line.mode = 'refuse';
    line.reset();
    const ledger = await fillBacklog(edge.mqttUrl, logins.slice(nodes), backlog);
    figures.note('backlogReadings', ledger.acknowledgedCount);
    line.mode = 'pass';
    const retryMs = await connected();
    figures.within('connectedAgainMs', retryMs, longestRetryMs + 1_000);
    const handedOnMs = await edge.untilUplink(({ waiting }) => waiting === 0, 120_000);
    figures.within('backlogHandedOnMs', handedOnMs, 60_000);
    await untilReadiness(target.httpUrl, 200, 30_000);
    const settled = await ledger.settle(target.api);
    figures.equal('backlogLost', settled.lost, 0);
    figures.equal('backlogDuplicates', settled.duplicates + settled.wrong + settled.invented, 0);
    return figures.report();
  } finally {
    await edge.close();
    line.close();
    await target.close();
  }
}

/** Each node sends so many readings in arrays, as one does that was out of reach for a day. */
async function fillBacklog(mqttUrl: string, logins: readonly Login[], count: number): Promise<Ledger> {
  const ledger = new Ledger();
  const startedAt = Date.now() - count * 10_000;
  await Promise.all(
    logins.map(async login => {
      const node = new FaultNode(mqttUrl, login);
      for (let from = 0; from < count; from += 400) {
        const readings = Array.from({ length: Math.min(400, count - from) }, (_, i) => ({
          measuredAt: startedAt + (from + i) * 10_000,
          temperatureC: 4 + ((from + i) % 50) / 10,
          sequence: from + i,
        }));
        for (const { measuredAt, temperatureC } of readings)
          ledger.sent(node.nodeId, measuredAt, temperatureC);
        const ms = await node.send(readings);
        for (const { measuredAt } of readings) ledger.acknowledged(node.nodeId, measuredAt, ms);
      }
      node.stop();
    }),
  );
  return ledger;
}

if (import.meta.main) await runAlone(() => uplink(sizes({ rounds: 2, nodes: 10, backlog: 8_640 })));
