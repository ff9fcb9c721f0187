import { setTimeout as sleep } from 'node:timers/promises';
import { FaultNode } from './faultNode.ts';
import { type FaultTarget, openTarget } from './faultTarget.ts';
import { type FaultReport, Figures, percentile, runAlone, sizes } from './figures.ts';
import { alertOf, allAlerts, chilledBatchOf } from './watchedAlerts.ts';

interface BacklogSizes extends Record<string, number> {
  readonly nodes: number;
  readonly readings: number;
  readonly live: number;
}

const windowSize = 100;

/**
 * F10: ten nodes come back after a day, each with 8,640 readings, one by one; live nodes are not held up by them. In the
 * middle of that day their crates were too warm for two hours: each is told once, as past. Crates that are sold by now
 * are nobody's alarm.
 */
export async function backlog({ nodes, readings, live }: BacklogSizes): Promise<FaultReport> {
  const figures = new Figures('F10 backlogs of a day');
  const target = await openTarget();
  const connect = async (prefix: string, count: number) =>
    (await target.addNodes(prefix, count)).map(login => new FaultNode(target.mqttUrl, login));
  const back = await connect('back', nodes);
  const living = await connect('live', live);
  try {
    await Promise.all([...back, ...living].map(node => node.up()));
    const crates = await makeCrates(target, back, Date.now() - readings * 10_000 - 3_600_000);
    const watch = watchLive(target, living);
    await sleep(3_000);
    watch.delaysMs.splice(0);
    const began = performance.now();
    const endAt = Date.now();
    await Promise.all(back.map(node => sendAll(node, endAt, readings)));
    figures.note('acknowledgedAfterS', Math.round((performance.now() - began) / 100) / 10);
    await Promise.all(back.map(node => untilShown(target, node, endAt)));
    figures.within('allInApiAfterS', (performance.now() - began) / 1000, 60);
    const delays = watch.delaysMs.splice(0);
    await watch.stop();
    figures.atLeast('liveReadingsSeen', delays.length, live);
    figures.note('liveDelayMsP50', Math.round(percentile(delays, 0.5)));
    figures.within('liveDelayMsP99', percentile(delays, 0.99), 2_000);
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
    await judgeAlerts(figures, target, crates, endAt - readings * 10_000 * warmFrom);
    figures.note('sent', nodes * readings);
    figures.equal('lost', missing, 0);
    figures.equal('duplicates', duplicates, 0);
    return figures.report();
  } finally {
    for (const node of [...back, ...living]) node.stop();
    await target.close();
  }
}

/** Counted back from the end, as a share of all. */
const warmFrom = 0.75;
const warmTo = 0.65;

function temperatureOf(n: number, count: number): number {
  const before = 1 - n / count;
  return before <= warmFrom && before > warmTo ? 14 : 4 + (n % 25) / 10;
}

interface Crates {
  readonly kept: readonly string[];
  readonly sold: string;
}

/** A chilled crate with each node; one more with the first that has been sold. */
async function makeCrates(
  target: FaultTarget,
  back: readonly FaultNode[],
  producedAt: number,
): Promise<Crates> {
  const kept: string[] = [];
  for (const { nodeId } of back) kept.push(await chilledBatchOf(target, nodeId, producedAt));
  const sold = await chilledBatchOf(target, back[0]!.nodeId, producedAt, 'sold');
  const { status } = await target.api.post(`/batches/${sold}/sold-out`, {});
  if (status !== 200) throw new Error(`POST sold-out answered ${status}`);
  return { kept, sold };
}

async function judgeAlerts(
  figures: Figures,
  target: FaultTarget,
  { kept, sold }: Crates,
  warmAt: number,
): Promise<void> {
  const began = performance.now();
  await Promise.all(kept.map(batchId => alertOf(target, batchId, 120_000)));
  figures.note('toldAfterS', Math.round((performance.now() - began) / 1_000));
  const alerts = (await allAlerts(target)).filter(
    ({ batchId }) => batchId === sold || kept.includes(batchId!),
  );
  const warm = alerts.filter(({ kind, batchId }) => kind === 'too-warm' && batchId !== sold);
  figures.equal('excursionsTold', new Set(warm.map(({ batchId }) => batchId)).size, kept.length);
  figures.equal('toldTwice', warm.length - kept.length, 0);
  figures.equal(
    'notSaidToBePast',
    warm.filter(({ knownLate, state }) => !knownLate || state === 'open').length,
    0,
  );
  const far = warm.filter(({ beganAt }) => Math.abs(Date.parse(beganAt) - warmAt) > 60_000);
  figures.equal('beganWrong', far.length, 0);
  figures.equal(
    'messagesBesideTheOne',
    warm.filter(({ history }) => history.some(({ what }) => what !== 'opened' && what !== 'cleared')).length,
    0,
  );
  const other = alerts
    .filter(alert => !warm.includes(alert))
    .map(({ kind, batchId }) => `${kind} of ${batchId}`);
  figures.equal('falseAlerts', other.join('; '), '');
}

async function sendAll(node: FaultNode, endAt: number, count: number): Promise<void> {
  const underWay = new Set<Promise<unknown>>();
  for (let i = count - 1; i >= 0; i--) {
    const reading = {
      measuredAt: endAt - i * 10_000,
      temperatureC: temperatureOf(count - i, count),
      sequence: count - i,
    };
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
