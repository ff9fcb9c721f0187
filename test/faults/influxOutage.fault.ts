import { setTimeout as sleep } from 'node:timers/promises';
import { startInfluxd } from '../support/influxd.ts';
import { FaultNode } from './faultNode.ts';
import { type Login, type OwnTarget, startTarget, untilReadiness } from './faultTarget.ts';
import { type FaultReport, Figures, percentile, runAlone, sizes } from './figures.ts';
import { countInInflux, influxEnv, storeMetrics } from './influxTarget.ts';
import { judgeSettled, Ledger } from './ledger.ts';

const readingsPerPublish = 360;

/**
 * InfluxDB is away for as many readings as come in an hour at 200 a second (sent as fast as they are acknowledged).
 * They are acknowledged and can be asked for meanwhile, and all are in InfluxDB within a minute of its return.
 */
export async function influxOutage({
  readings,
  nodes,
  sampled,
}: {
  readings: number;
  nodes: number;
  /** Nodes whose readings are read back one by one; InfluxDB counts those of all. */
  sampled: number;
}): Promise<FaultReport> {
  const figures = new Figures('InfluxDB away for an hour at 200 readings a second');
  const influxd = await startInfluxd();
  try {
    const target = await startTarget({ env: influxEnv(influxd.url) });
    try {
      const logins = await target.addNodes('away', nodes);
      const startedAt = Date.now() - 2 * 3_600_000;
      await sendAll(target.mqttUrl, logins, { from: 0, to: 2, startedAt }, new Ledger());
      const rssBefore = target.rssMiB();
      await influxd.kill('SIGKILL');
      const ledger = new Ledger();
      const began = performance.now();
      const perNode = Math.ceil(readings / nodes);
      await sendAll(target.mqttUrl, logins, { from: 2, to: 2 + perNode, startedAt }, ledger);
      figures.note('readings', ledger.acknowledgedCount);
      figures.note(
        'acknowledgedPerS',
        Math.round(ledger.acknowledgedCount / ((performance.now() - began) / 1000)),
      );
      // Everything at once: what a PUBACK takes at 200 readings a second is measured in `influxKill`.
      figures.note('pubackMsP99AtFullSpeed', Math.round(percentile(ledger.latenciesMs, 0.99)));
      await untilWaiting(target, waiting => waiting >= ledger.acknowledgedCount, 120_000);
      figures.note('waiting', (await storeMetrics(target)).waiting);
      const { status, body } = await target.api.get(`/nodes/${logins[0]!.username}/readings?limit=1000`);
      figures.equal('answerWhileAway', `${status} ${body.stale ? 'stale' : 'not marked'}`, '200 stale');
      figures.atLeast('readingsInIt', body.readings.length, Math.min(perNode, 1_000));
      figures.below('memoryMiBMore', target.rssMiB() - rssBefore, 512);
      await influxd.start();
      const caughtUpMs = await untilWaiting(target, waiting => waiting === 0, 120_000);
      figures.within('caughtUpMs', caughtUpMs, 60_000);
      await untilReadiness(target.httpUrl, 200, 30_000);
      const total = ledger.acknowledgedCount + 2 * nodes;
      figures.equal('inInflux', await countInInflux(influxd.url), total);
      const settled = await ledger.settle(target.api, new Set(logins.slice(0, sampled).map(l => l.username)));
      judgeSettled(figures, { ...settled, invented: settled.invented - 2 * sampled }, sampled * perNode);
      return figures.report();
    } finally {
      await target.close();
    }
  } finally {
    await influxd.close();
  }
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly startedAt: number;
}

/** Readings 5 s apart, each node in arrays, all nodes at once. */
async function sendAll(
  mqttUrl: string,
  logins: readonly Login[],
  { from, to, startedAt }: Stretch,
  ledger: Ledger,
): Promise<void> {
  await Promise.all(
    logins.map(async login => {
      const node = new FaultNode(mqttUrl, login);
      for (let begin = from; begin < to; begin += readingsPerPublish) {
        const length = Math.min(readingsPerPublish, to - begin);
        const readings = Array.from({ length }, (_, i) => ({
          measuredAt: startedAt + (begin + i) * 5_000,
          temperatureC: 4 + ((begin + i) % 50) / 10,
          sequence: begin + i,
        }));
        for (const { measuredAt, temperatureC } of readings)
          ledger.sent(node.nodeId, measuredAt, temperatureC);
        const ms = await node.send(readings);
        for (const { measuredAt } of readings) ledger.acknowledged(node.nodeId, measuredAt, ms);
      }
      node.stop();
    }),
  );
}

/** Milliseconds until so many readings wait; Infinity when that is not in time. */
async function untilWaiting(
  target: OwnTarget,
  holds: (waiting: number) => boolean,
  patienceMs: number,
): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < patienceMs) {
    if (holds((await storeMetrics(target)).waiting)) return performance.now() - began;
    await sleep(50);
  }
  return Number.POSITIVE_INFINITY;
}

if (import.meta.main)
  await runAlone(() => influxOutage(sizes({ readings: 720_000, nodes: 500, sampled: 20 })));
