import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEmbeddedReadingStore } from '../server/store/embeddedReadingStore.ts';
import { startInfluxd } from '../test/support/influxd.ts';
import { startTahanProcess } from '../test/support/tahanProcess.ts';
import type { MeasuredRow } from './report/measuredRow.ts';
import type { Contender } from './store/contender.ts';
import { startInflux } from './store/influx.ts';
import { rssMiBOf } from './store/processFigures.ts';
import { type Spread, spreadOf } from './store/spread.ts';
import { commitsOf, type Part, type World, worldOf } from './store/world.ts';

const program = resolve(import.meta.dirname, '../cli/tahan.mjs');
const influxName = 'Debian InfluxDB 1.6';

interface Started {
  readonly readyMs: number;
  readonly rssMiB: number;
}

/**
 * How long `tahan serve` takes from its spawn to 200 of /readyz, on an empty folder and on 10 million readings (or
 * TAHAN_BENCH_READINGS), beside InfluxDB with the same readings, in turns.
 */
export default async function benchStart(): Promise<MeasuredRow[]> {
  const world = worldOf(numberOf('TAHAN_BENCH_READINGS', 10_000_000, 40_000));
  const rounds = numberOf('TAHAN_BENCH_ROUNDS', 7, 1);
  const dir = mkdtempSync(join(tmpdir(), 'tahan-bench-start-'));
  try {
    const empty = await onEmptyFolders(dir, rounds);
    say('empty folders');
    const full = await onReadings(world, dir, rounds);
    const readings = `${Math.round(world.yearReadings + world.nodes * world.days * 1440).toLocaleString('en')} readings`;
    return [
      rowOf('an empty folder: ready', 'ms', empty.ours, empty.influx, 1_000),
      ...partsOf(rounds),
      rowOf(`${readings}, stopped before: ready`, 'ms', full.stopped, full.influxStopped, 2_000),
      rowOf(`${readings}, kill -9 before: ready`, 'ms', full.killed, full.influxKilled, 2_000),
      rowOf(`${readings}: of that, the readings opened`, 'ms', full.openMs, undefined, 500),
      rowOf('an empty folder: memory of the process when ready', 'MiB', empty.rss, empty.influxRss),
      rowOf(`${readings}: memory of the process, 3 s after`, 'MiB', full.rss, full.influxRss),
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function onEmptyFolders(dir: string, rounds: number) {
  const ours: Started[] = [];
  const theirs: Started[] = [];
  // The first start of all keeps what it compiled for the next.
  await startOnce(join(dir, 'first'), 0);
  for (let round = 0; round < rounds; round++) {
    ours.push(await startOnce(join(dir, `empty-${round}`), 0));
    const began = performance.now();
    const influxd = await startInfluxd({ dir: join(dir, `influx-empty-${round}`) });
    theirs.push({ readyMs: performance.now() - began, rssMiB: rssMiBOf(influxd.pid) });
    await influxd.close();
  }
  return {
    ours: spreadOf(ours.map(({ readyMs }) => readyMs)),
    rss: spreadOf(ours.map(({ rssMiB }) => rssMiB)),
    influx: spreadOf(theirs.map(({ readyMs }) => readyMs)),
    influxRss: spreadOf(theirs.map(({ rssMiB }) => rssMiB)),
  };
}

async function onReadings(world: World, dir: string, rounds: number) {
  const [dataDir, influxDir] = [join(dir, 'full'), join(dir, 'influx-full')];
  for (const each of [dataDir, influxDir]) mkdirSync(each);
  await load(world, dataDir);
  const influx = await startInflux(world, influxDir, { batchRows: 10_000, gzip: false, withArrival: true });
  const taken = { stopped: [] as Started[], killed: [] as Started[], openMs: [] as number[] };
  const theirs = { stopped: [] as number[], killed: [] as number[], rssMiB: [] as number[] };
  try {
    await fill(influx, world);
    say('InfluxDB loaded');
    let last: NodeJS.Signals = 'SIGTERM';
    for (let round = 0; round < 2 * rounds; round++) {
      const before = last;
      const after: NodeJS.Signals = round % 2 === 0 ? 'SIGKILL' : 'SIGTERM';
      (before === 'SIGTERM' ? taken.stopped : taken.killed).push(await startOnce(dataDir, 3_000, after));
      (before === 'SIGTERM' ? theirs.stopped : theirs.killed).push(
        before === 'SIGTERM' ? await influx.stopAndOpen() : await influx.killAndOpen(),
      );
      theirs.rssMiB.push(influx.rssMiB());
      last = after;
      if (after === 'SIGTERM') taken.openMs.push(await openOnce(dataDir));
    }
  } finally {
    await influx.close();
  }
  const all = [...taken.stopped, ...taken.killed];
  return {
    stopped: spreadOf(taken.stopped.map(({ readyMs }) => readyMs)),
    killed: spreadOf(taken.killed.map(({ readyMs }) => readyMs)),
    openMs: spreadOf(taken.openMs),
    rss: spreadOf(all.map(({ rssMiB }) => rssMiB)),
    influxStopped: spreadOf(theirs.stopped),
    influxKilled: spreadOf(theirs.killed),
    influxRss: spreadOf(theirs.rssMiB),
  };
}

/** @param settleMs  until memory is looked at, after it is ready */
async function startOnce(
  dataDir: string,
  settleMs: number,
  endBy: NodeJS.Signals = 'SIGTERM',
): Promise<Started> {
  const tahan = await startTahanProcess({ dataDir });
  try {
    await sleep(settleMs);
    return { readyMs: tahan.readyMs, rssMiB: rssMiBOf(tahan.pid) };
  } finally {
    await tahan.kill(endBy);
  }
}

async function openOnce(dataDir: string): Promise<number> {
  const began = performance.now();
  const store = openEmbeddedReadingStore(join(dataDir, 'readings.sqlite'));
  const tookMs = performance.now() - began;
  await store.close();
  return tookMs;
}

const partsOfWorld = (world: World): Part[] => [
  { of: 'year' },
  { of: 'minutes', from: 0, to: world.days * 1440 },
];

async function load(world: World, dataDir: string): Promise<void> {
  const store = openEmbeddedReadingStore(join(dataDir, 'readings.sqlite'));
  for (const part of partsOfWorld(world))
    for (const commit of commitsOf(world, part, 1_000)) await store.append(commit);
  await store.close();
  say('embedded store loaded');
}

async function fill(contender: Contender, world: World): Promise<void> {
  for (const part of partsOfWorld(world)) await contender.append(part);
}

/** What every start has in it. */
function partsOf(rounds: number): MeasuredRow[] {
  const times = (...args: string[]) =>
    spreadOf(
      Array.from({ length: rounds }, () => {
        const began = performance.now();
        execFileSync(process.execPath, args, { stdio: 'ignore' });
        return performance.now() - began;
      }),
    );
  return [
    rowOf('an empty folder: of that, Node itself', 'ms', times('-e', '0')),
    rowOf('an empty folder: of that, Node and the program loaded', 'ms', times(program, '--version')),
  ];
}

const rowOf = (
  job: string,
  unit: string,
  ours: Spread,
  influx?: Spread | undefined,
  goal?: number,
): MeasuredRow => ({
  ...{ job, unit, better: 'less', ours, others: influx === undefined ? {} : { [influxName]: influx } },
  ...(goal !== undefined && { goals: [{ value: goal }] }),
});

function numberOf(variable: string, usual: number, least: number): number {
  const value = Number(process.env[variable] ?? usual);
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`${variable} must be a whole number from ${least}, got ${process.env[variable]}`);
  return value;
}

/** What is going on, for whoever waits for the table. */
function say(what: string): void {
  console.error(`start: ${what} (${Math.round(performance.now() / 1_000)} s)`);
}
