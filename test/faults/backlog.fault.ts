import { setTimeout as sleep } from 'node:timers/promises';
import { FaultNode } from './faultNode.ts';
import { type FaultTarget, openTarget } from './faultTarget.ts';
import { type FaultReport, Figures, percentile, runAlone, sizes } from './figures.ts';

interface BacklogSizes extends Record<string, number> {
  readonly nodes: number;
  readonly readings: number;
  readonly live: number;
}

const windowSize = 100;

/** F10: ten nodes come back after a day, each with 8,640 readings, one by one; live nodes are not held up by them. */
export async function backlog({ nodes, readings, live }: BacklogSizes): Promise<FaultReport> {
  const figures = new Figures('F10 backlogs of a day');
  const target = await openTarget();
  const connect = async (prefix: string, count: number) =>
    (await target.addNodes(prefix, count)).map(login => new FaultNode(target.mqttUrl, login));
  const back = await connect('back', nodes);
  const living = await connect('live', live);
  try {
    await Promise.all([...back, ...living].map(node => node.up()));
    const watch = watchLive(target, living);
    await sleep(3_000);
    watch.delaysMs.splice(0);
    const began = performance.now();
    const endAt = Date.now();
    await Promise.all(back.map(node => sendAll(node, endAt, readings)));
    figures.note('acknowledgedAfterS', Math.round((performance.now() - began) / 100) / 10);
    await Promise.all(back.map(node => untilShown(target, node, endAt)));
    figures.below('allInApiAfterS', (performance.now() - began) / 1000, 60);
    const delays = watch.delaysMs.splice(0);
    await watch.stop();
    figures.atLeast('liveReadingsSeen', delays.length, live);
    figures.note('liveDelayMsP50', Math.round(percentile(delays, 0.5)));
    figures.below('liveDelayMsP99', percentile(delays, 0.99), 2_000);
    let missing = 0;
    let duplicates = 0;
    for (const node of back) {
      const shown = await target.api.all<{ measuredAt: string }>(
        `/nodes/${node.nodeId}/readings`,
        'readings',
      );
      const distinct = new Set(shown.map(reading => reading.measuredAt)).size;
      missing += readings - distinct;
      duplicates += shown.length - distinct;
    }
    figures.note('sent', nodes * readings);
    figures.equal('lost', missing, 0);
    figures.equal('duplicates', duplicates, 0);
    return figures.report();
  } finally {
    for (const node of [...back, ...living]) node.stop();
    await target.close();
  }
}

async function sendAll(node: FaultNode, endAt: number, count: number): Promise<void> {
  const underWay = new Set<Promise<unknown>>();
  for (let i = count - 1; i >= 0; i--) {
    const reading = { measuredAt: endAt - i * 10_000, temperatureC: 4 + (i % 40) / 10, sequence: count - i };
    const sent: Promise<unknown> = node.send(reading).then(() => underWay.delete(sent));
    underWay.add(sent);
    if (underWay.size >= windowSize) await Promise.race(underWay);
  }
  await Promise.all(underWay);
}

async function untilShown({ api }: FaultTarget, node: FaultNode, at: number): Promise<void> {
  for (;;) {
    const { body } = await api.get(`/nodes/${node.nodeId}`);
    if (body.lastReading && Date.parse(body.lastReading.measuredAt) >= at) return;
    await sleep(50);
  }
}

/** Sends a reading a second from each live node and notes how long each takes to be seen through the API. */
function watchLive(target: FaultTarget, living: readonly FaultNode[]) {
  const delaysMs: number[] = [];
  const sentAt = new Map<string, number[]>(living.map(node => [node.nodeId, []]));
  const timers = living.map((node, n) =>
    setInterval(() => {
      const measuredAt = Date.now();
      sentAt.get(node.nodeId)!.push(measuredAt);
      void node.send({ measuredAt, temperatureC: 5 });
    }, 1_000 + n),
  );
  let running = true;
  const looking = (async () => {
    while (running) {
      const { body } = await target.api.get('/nodes?limit=1000');
      const now = Date.now();
      for (const { nodeId, lastReading } of body.nodes) {
        const waiting = sentAt.get(nodeId);
        if (!waiting || !lastReading) continue;
        const seenAt = Date.parse(lastReading.measuredAt);
        while (waiting.length > 0 && waiting[0]! <= seenAt) delaysMs.push(now - waiting.shift()!);
      }
      await sleep(50);
    }
  })();
  return {
    delaysMs,
    async stop() {
      for (const timer of timers) clearInterval(timer);
      running = false;
      await looking;
    },
  };
}

if (import.meta.main) await runAlone(() => backlog(sizes({ nodes: 10, readings: 8_640, live: 20 })));
