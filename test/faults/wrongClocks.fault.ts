import { FaultNode } from './faultNode.ts';
import { openTarget } from './faultTarget.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';
import { estimateOf, watchedBatch } from './watchedBatch.ts';

const intervalMs = 600_000;
const dayMs = 86_400_000;

/** What a wrong clock says instead of the time. */
const clocks: Readonly<Record<string, (now: number, firstAt: number) => number>> = {
  right: now => now,
  'three-days-ahead': now => now + 3 * dayMs,
  'ten-years-behind': now => now - 3_652 * dayMs,
  'epoch-0': (now, firstAt) => now - firstAt,
  stuck: (_now, firstAt) => firstAt - intervalMs / 2,
  // No fault: how much one interval of that warmth costs, the most that a wrongly dated reading may change.
  'warm-one-interval-longer': (now, firstAt) => (now === firstAt ? now - intervalMs : now),
};

/**
 * F8: after two good days a node's clock goes wrong while the crate is warm. Readings are kept and flagged, and the
 * life of the batch differs from that of a node with a right clock by no more than one reporting interval of that warmth.
 */
export async function wrongClocks({ readings }: { readings: number }): Promise<FaultReport> {
  const figures = new Figures('F8 wrong node clocks');
  const target = await openTarget();
  const { api } = target;
  const names = Object.keys(clocks);
  const logins = await target.addNodes('clock', names.length);
  const nodes = logins.map(login => new FaultNode(target.mqttUrl, login));
  try {
    const now = Date.now();
    const producedAt = now - 2 * dayMs;
    const firstAt = now - readings * 1_000;
    const good = Array.from({ length: 2 * 144 }, (_, i) => ({
      measuredAt: producedAt + i * intervalMs,
      temperatureC: 4 + (i % 7) / 10,
    })).filter(reading => reading.measuredAt < firstAt - intervalMs / 2);
    for (const [n, node] of nodes.entries()) {
      await watchedBatch(api, node.nodeId, producedAt);
      await node.send(good);
      const clock = clocks[names[n]!]!;
      for (let i = 0; i < readings; i++)
        await node.send({
          measuredAt: clock(firstAt + i * 1_000, firstAt),
          temperatureC: 20 + i / 100,
          sequence: i,
        });
    }
    const asOf = Date.now();
    const estimates = await Promise.all(nodes.map(node => estimateOf(api, `of-${node.nodeId}`, asOf)));
    const lifeH = estimates.map(estimate => estimate.remainingH.median as number);
    const intervalCostH = lifeH[0]! - lifeH.at(-1)!;
    figures.note('one interval costs h', intervalCostH);
    for (const [n, name] of names.entries()) {
      if (n === 0 || n === names.length - 1) continue;
      const { nodeId } = nodes[n]!;
      const shown = await api.all<Shown>(`/nodes/${nodeId}/readings`, 'readings');
      const late = shown.filter(reading => reading.temperatureC >= 20);
      const refused = await api.all<Refused>('/quarantine', 'quarantine');
      const conflicts = refused.filter(
        one => one.nodeId === nodeId && one.code === 'reading.conflict',
      ).length;
      figures.equal(`${name}: readings kept`, late.length + conflicts, readings);
      // A clock that stands still is seen by its readings, which have one time and several values.
      const flagged = late.filter(reading => reading.timeSource === 'arrival').length + conflicts;
      figures.atLeast(`${name}: flagged`, flagged, name === 'stuck' ? readings - 1 : readings);
      const outside = late.filter(reading => Date.parse(reading.measuredAt) > asOf + 60_000).length;
      figures.equal(`${name}: dated ahead`, outside, 0);
      const { body } = await api.get(`/nodes/${nodeId}`);
      if (name !== 'stuck') figures.equal(`${name}: shown on the node`, body.clockWrongSince !== null, true);
      figures.below(`${name}: life moved by intervals`, Math.abs(lifeH[n]! - lifeH[0]!) / intervalCostH, 1);
    }
    return figures.report();
  } finally {
    for (const node of nodes) node.stop();
    await target.close();
  }
}

interface Shown {
  readonly measuredAt: string;
  readonly temperatureC: number;
  readonly timeSource: string;
}

interface Refused {
  readonly nodeId: string;
  readonly code: string;
}

if (import.meta.main) await runAlone(() => wrongClocks(sizes({ readings: 60 })));
