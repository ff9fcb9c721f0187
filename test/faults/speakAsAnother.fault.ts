import { setTimeout as sleep } from 'node:timers/promises';
import { readingTopic } from '../../models/contracts/topics.ts';
import { FaultNode } from './faultNode.ts';
import { type FaultTarget, type Login, openTarget } from './faultTarget.ts';
import { type FaultReport, Figures, runAlone } from './figures.ts';
import { type Attacker, impersonations } from './impersonations.ts';

/** A value that no honest node here measures. */
const forgedC = 66.625;

/**
 * F24: every way we know for one node to speak or to listen as another. A way counts as refused when, after it, nothing
 * of it stands under the victim's name, the victim is still connected and heard, and the attacker was handed nothing.
 */
export async function speakAsAnother(): Promise<FaultReport> {
  const figures = new Figures('F24 speaking as another');
  const target = await openTarget();
  const [victim, other] = (await target.addNodes('id', 2)) as [Login, Login];
  const honest = new FaultNode(target.mqttUrl, victim, { reconnectMs: 100 });
  try {
    await honest.up();
    let refused = 0;
    const got: string[] = [];
    for (const [name, attempt] of Object.entries(impersonations)) {
      const attacker = {
        target,
        victim,
        other,
        forged: { measuredAt: Date.now() - 60_000, temperatureC: forgedC },
      };
      const harm = await tried(attempt, attacker, honest);
      if (harm === undefined) refused++;
      else got.push(`${name}: ${harm}`);
    }
    figures.equal('refused', refused, Object.keys(impersonations).length);
    if (got.length > 0) figures.note('got through', got.join('; '));
    figures.equal('victimConnections', honest.connections, 1);
    return figures.report();
  } finally {
    honest.stop();
    await target.close();
  }
}

/** Undefined when the attempt came to nothing; otherwise what it achieved. */
async function tried(
  attempt: (attacker: Attacker) => Promise<Buffer[]>,
  attacker: Attacker,
  honest: FaultNode,
): Promise<string | undefined> {
  const { target, victim } = attacker;
  const before = honest.connections;
  const listening = attempt(attacker);
  // While the attacker listens the victim speaks: there is something to be overheard.
  await sleep(30);
  await honest.send({ measuredAt: Date.now(), temperatureC: 4 });
  const heard = await listening;
  await honest.send({ measuredAt: Date.now(), temperatureC: 4 });
  if (heard.length > 0) return `heard ${heard[0]!.toString('latin1').slice(0, 60)}`;
  if (honest.connections !== before || !honest.isUp) return 'cut off the victim';
  const shown = await target.api.all<{ temperatureC: number }>(
    `/nodes/${victim.username}/readings`,
    'readings',
  );
  if (shown.some(reading => reading.temperatureC === forgedC)) return 'stored under the victim';
  const { body } = await target.api.get(`/nodes/${victim.username}`);
  if (body.connected !== true || body.state !== 'online')
    return `made the victim ${body.state}, connected ${body.connected}`;
  return (await strayNodes(target)) ? 'made a node of its own' : undefined;
}

/** Whether anything was stored under a name that only looks like a node's. */
async function strayNodes(target: FaultTarget): Promise<boolean> {
  const nodes = await target.api.all<{ nodeId: string }>('/nodes', 'nodes');
  return nodes.some(({ nodeId }) => readingTopic(nodeId) !== readingTopic(nodeId).normalize('NFC'));
}

if (import.meta.main) await runAlone(speakAsAnother);
