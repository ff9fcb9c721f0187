import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openEmbeddedReadingStore } from '../../server/store/embeddedReadingStore.ts';
import type { ReadingStore } from '../../server/store/readingStore.ts';
import { type Appended, type Contender, levelC, type Sum, sumOf, timed, yearPoints } from './contender.ts';
import { diskBytesOf, rssMiBOf, untilIdle } from './processFigures.ts';
import {
  commitsOf,
  dayMs,
  endAtOf,
  nodeIdOf,
  type Part,
  startAt,
  type World,
  yearNodeId,
  yearSpanOf,
} from './world.ts';

const usualRows = 1_000;
/** Two readings further apart say nothing of the time between; five times the reporting interval. */
const longestGapMs = 300_000;

/** The store of this project in a process of its own, so that its memory and CPU can be told. */
export async function startEmbedded(world: World, dir: string): Promise<Contender> {
  let child = await startChild(world, dir);
  const startAgain = async (signal: NodeJS.Signals) => {
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    const began = performance.now();
    child = await startChild(world, dir);
    await call<Sum>(child, 'one');
    return performance.now() - began;
  };
  return {
    append: (part, commitRows = usualRows) => call(child, 'append', part, commitRows),
    range: (...asked) => call(child, 'range', ...asked),
    year: () => call(child, 'year'),
    latest: () => call(child, 'latest'),
    hoursAbove: () => call(child, 'hoursAbove'),
    count: () => call(child, 'count'),
    killAndOpen: () => startAgain('SIGKILL'),
    stopAndOpen: () => startAgain('SIGTERM'),
    settle: () => untilIdle(child.pid!, dir, 3, 120),
    diskBytes: () => diskBytesOf(dir),
    rssMiB: () => rssMiBOf(child.pid!),
    async close() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function startChild(world: World, dir: string): Promise<ChildProcess> {
  const child = fork(import.meta.filename, [JSON.stringify(world), join(dir, 'readings.db')]);
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  child.once('exit', () => process.off('exit', killAtExit));
  await call(child, 'opened');
  return child;
}

let calls = 0;

function call<T>(child: ChildProcess, method: string, ...asked: unknown[]): Promise<T> {
  const id = ++calls;
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`the embedded store ended while it was asked for ${method}`));
    const onMessage = (message: unknown) => {
      const answer = message as { id: number; value?: T; error?: string };
      if (answer.id !== id) return;
      child.off('message', onMessage).off('exit', onExit);
      if (answer.error === undefined) resolve(answer.value as T);
      else reject(new Error(answer.error));
    };
    child.on('message', onMessage).once('exit', onExit);
    child.send({ id, method, asked });
  });
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** What the process answers. */
function methodsOf(store: ReadingStore, world: World) {
  const nodeIds = Array.from({ length: world.nodes }, (_, node) => nodeIdOf(node));
  const latestOf = async (ids: readonly string[]) => {
    const summaries = await store.nodeSummaries(ids);
    return sumOf(
      [...summaries.values()].map(({ lastReading }) => [lastReading.measuredAt, lastReading.temperatureC!]),
    );
  };
  return {
    opened: async () => true,
    append: (part: Part, commitRows: number) => append(store, world, part, commitRows),
    range: async (nodeId: string, from: number, to: number) => {
      const { answer, ...took } = await timed(ownCpuMs, () =>
        store.range({ nodeId, from, to, limit: 1_000_000 }),
      );
      return { ...took, answer: sumOf(answer.map(reading => [reading.measuredAt, reading.temperatureC!])) };
    },
    year: async () => {
      const asked = { ...seriesOf(yearNodeId), ...yearSpanOf(world), points: yearPoints };
      const { answer, ...took } = await timed(ownCpuMs, () => store.buckets(asked));
      return {
        ...took,
        answer: answer.map(({ minC, meanC, maxC, count }) => ({ minC, meanC, maxC, count })),
      };
    },
    latest: () => timed(ownCpuMs, () => latestOf(nodeIds)),
    one: () => latestOf([nodeIdOf(0)]),
    hoursAbove: () => timed(ownCpuMs, () => hoursAbove(store, world, nodeIds)),
    count: () => store.count(),
  };
}

const seriesOf = (nodeId: string) => ({ nodeId, probe: 'main' });

async function append(store: ReadingStore, world: World, part: Part, commitRows: number): Promise<Appended> {
  const began = { at: performance.now(), cpu: process.cpuUsage() };
  const making = { ms: 0, cpuUs: 0 };
  const commitMs: number[] = [];
  const commits = commitsOf(world, part, commitRows);
  let rows = 0;
  for (;;) {
    const before = { at: performance.now(), cpu: process.cpuUsage() };
    const { value: commit } = commits.next();
    const used = process.cpuUsage(before.cpu);
    making.ms += performance.now() - before.at;
    making.cpuUs += used.user + used.system;
    if (!commit) break;
    const sentAt = performance.now();
    const { inserted } = await store.append(commit);
    await store.sync();
    commitMs.push(performance.now() - sentAt);
    rows += inserted.length;
  }
  const { user, system } = process.cpuUsage(began.cpu);
  return {
    rows,
    wallMs: performance.now() - began.at - making.ms,
    cpuMs: (user + system - making.cpuUs) / 1_000,
    commitMs,
  };
}

async function hoursAbove(store: ReadingStore, world: World, nodeIds: readonly string[]): Promise<number> {
  let aboveMs = 0;
  for (const nodeId of nodeIds)
    for (let from = startAt; from < endAtOf(world); from += dayMs) {
      const day = { ...seriesOf(nodeId), from, to: from + dayMs, levelC, longestGapMs };
      aboveMs += (await store.timeAbove(day)).aboveMs;
    }
  return aboveMs / 3_600_000;
}

if (import.meta.main) {
  const [, , world, path] = process.argv;
  const methods = methodsOf(openEmbeddedReadingStore(path!), JSON.parse(world!) as World);
  process.on('message', async (message: { id: number; method: keyof typeof methods; asked: unknown[] }) => {
    const { id, method, asked } = message;
    try {
      const value = await (methods[method] as (...asked: unknown[]) => Promise<unknown>)(...asked);
      process.send!({ id, value });
    } catch (error) {
      process.send!({ id, error: String(error) });
    }
  });
}
