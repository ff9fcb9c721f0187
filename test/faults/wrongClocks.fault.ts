import type { AlertView } from '../../models/contracts/alert.ts';
import { FaultNode } from './faultNode.ts';
import { type FaultTarget, openTarget } from './faultTarget.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';
import { alertOf, allAlerts, tellAtOnce } from './watchedAlerts.ts';
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
 * The warmth is told with the time at which its readings came, never as from the future or from years ago.
 */
export async function wrongClocks({ readings }: { readings: number }): Promise<FaultReport> {
  const figures = new Figures('F8 wrong node clocks');
  const target = await openTarget();
  const { api } = target;
  const names = Object.keys(clocks);
  const logins = await target.addNodes('clock', names.length);
  const nodes = logins.map(login => new FaultNode(target.mqttUrl, login));
  try {
    await tellAtOnce(target);
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
    await judgeAlerts(figures, target, { nodes, names, firstAt });
    return figures.report();
  } finally {
    for (const node of nodes) node.stop();
    await target.close();
  }
}

/** Each crate that became warm is told once, from no other time than that of its readings' coming. */
async function judgeAlerts(
  figures: Figures,
  target: FaultTarget,
  run: { nodes: readonly FaultNode[]; names: readonly string[]; firstAt: number },
): Promise<void> {
  const { nodes, names, firstAt } = run;
  for (const [n, name] of names.entries())
    if (name !== 'stuck') await alertOf(target, `of-${nodes[n]!.nodeId}`, 120_000);
  const now = Date.now();
  const alerts = await allAlerts(target);
  const ids = new Map(nodes.map(({ nodeId }, n) => [`of-${nodeId}`, names[n]!]));
  const warm = alerts.filter(({ kind, batchId }) => kind === 'too-warm' && ids.has(batchId ?? ''));
  const told = names.map(name => warm.filter(({ batchId }) => ids.get(batchId!) === name).length);
  // Of a clock that stands still one reading counts, or none.
  const wrong = names.filter((name, n) => (name === 'stuck' ? told[n]! > 1 : told[n] !== 1));
  figures.equal('toldNotOnce', wrong.join(', '), '');
  const times = ({ beganAt, openedAt, clearedAt, facts, history }: AlertView) =>
    [beganAt, openedAt, clearedAt, facts.since, ...history.map(({ at }) => at)].flatMap(time =>
      time == null ? [] : [Date.parse(time)],
    );
  const mine = alerts.filter(({ nodeId }) => nodes.some(node => node.nodeId === nodeId)).concat(warm);
  figures.equal('toldFromTheFuture', mine.filter(alert => times(alert).some(at => at > now)).length, 0);
  // From the last good reading on: the line from it to the first warm one crosses the level.
  const early = warm.filter(({ beganAt }) => Date.parse(beganAt) < firstAt - 2 * intervalMs);
  figures.equal('toldFromBefore', early.length, 0);
  figures.equal('saidToBePast', warm.filter(({ knownLate }) => knownLate).length, 0);
  const wrongClock = mine.filter(({ kind }) => kind === 'clock-wrong').map(({ nodeId }) => nodeId);
  figures.equal('clocksToldTwice', wrongClock.length - new Set(wrongClock).size, 0);
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
