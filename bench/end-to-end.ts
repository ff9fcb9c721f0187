import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchRounds } from './ingest/benchRounds.ts';
import { type Contender, oneRound, type Round, type Shape, startLoadOf } from './ingest/contender.ts';
import { ingestRows } from './ingest/contenderRows.ts';
import { startNodeRedPipeline } from './ingest/nodeRedPipeline.ts';
import { startPlainMosquitto } from './ingest/plainMosquitto.ts';
import { startTahanServe } from './ingest/tahanServe.ts';
import { type LiveWatchers, startLiveWatchers } from './load/liveWatchers.ts';
import type { Load, LoadRun } from './load/load.ts';
import type { PublisherLogin } from './load/publisher.ts';
import type { MeasuredRow } from './report/measuredRow.ts';
import { spreadOf } from './store/spread.ts';

const ours = 'tahan serve';
const mosquitto = 'Mosquitto 2.0 alone, nothing kept';
const usual = 'Mosquitto, Node-RED, InfluxDB 1.6, point by point';
const tuned = 'Mosquitto, Node-RED, InfluxDB 1.6, batches of 1,000';
const publishers = 100;
const watchers = 20;
/** Within what a node may save up: see the gateway's pace. */
const roundS = 2.5;
/** Programs are compiled while they run: the first seconds are of none of them the usual ones. */
const warmUpS = 4;
const warmUpEach = 30;
const usualEach = 60;
const tunedEach = 300;
const killAfterMs = 1_500;

/** From the publish of a node to a reading that can be asked for and is on every page that is open. */
export default async function benchEndToEnd(): Promise<MeasuredRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'tahan-bench-'));
  const folder = (name: string) => {
    mkdirSync(join(dir, name));
    return join(dir, name);
  };
  try {
    const throughput = await measureThroughput(folder);
    const live = await measureLive(folder('live'));
    return [...throughput, ...live, await measureLoss(folder)];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

type Folder = (name: string) => string;

const shapeNow = (): Shape => ({ window: 10, firstAt: Date.now() - 6 * 3_600_000, stepMs: 1_000 });

async function measureThroughput(folder: Folder): Promise<MeasuredRow[]> {
  const shape = shapeNow();
  const open: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(one: T): T => {
    open.unshift(one);
    return one;
  };
  try {
    const tahan = keep(await startTahanServe(ours, folder('tahan'), publishers, shape));
    const { logins } = tahan;
    const pages = keep(await startLiveWatchers(tahan.httpUrl, tahan.token, watchers));
    const alone = keep(await startPlainMosquitto(folder('mosquitto')));
    const contenders: readonly (readonly [Contender, LoadRun])[] = [
      [tahan, { seconds: roundS }],
      [plain(mosquitto, alone, logins), { seconds: roundS }],
      [
        keep(await startNodeRedPipeline(usual, folder('usual'), 'point by point', logins)),
        { publishesEach: usualEach },
      ],
      [
        keep(await startNodeRedPipeline(tuned, folder('tuned'), 'batches of 1,000', logins)),
        { publishesEach: tunedEach },
      ],
    ];
    const loads: Load[] = [];
    for (const [contender, run] of contenders) {
      const load = keep(await startLoadOf(contender, shape));
      loads.push(load);
      await oneRound(contender, load, 'seconds' in run ? { seconds: warmUpS } : run);
    }
    say('warm');
    const taken = new Map(contenders.map(([{ name }]) => [name, [] as Round[]]));
    for (let round = 0; round < benchRounds(); round++) {
      for (const [n, [contender, run]] of contenders.entries()) {
        await pages.look();
        taken.get(contender.name)!.push(await oneRound(contender, loads[n]!, run));
        if (contender === tahan) await requireLive(pages);
      }
      say(`round ${round + 1}`);
    }
    const { acknowledgedOf } = taken.get(ours)!.at(-1)!.result;
    const wanted = acknowledgedOf.reduce((sum, n) => sum + n, 0);
    const stored = await tahan.stored(acknowledgedOf);
    if (stored !== wanted)
      throw new Error(`${wanted} readings were acknowledged, ${stored} can be asked for`);
    const perS = [
      { value: 60_000 },
      { value: 1.5, against: mosquitto },
      { value: 30, against: usual },
      { value: 4, against: tuned },
    ];
    const cpu = [
      { value: 30, against: usual },
      { value: 4, against: tuned },
    ];
    return ingestRows(taken, `${publishers} publishers, window ${shape.window}`, { perS, cpu });
  } finally {
    for (const one of open) await one.close();
  }
}

/** A figure counts only while every page hears of it. */
async function requireLive(pages: LiveWatchers): Promise<void> {
  const { open, bytes } = await pages.look();
  if (open < watchers || bytes === 0)
    throw new Error(`${open} of ${watchers} live streams are open, and they got ${bytes} bytes`);
}

const readingsPerS = 200;
const paceS = 5;

async function measureLive(dir: string): Promise<MeasuredRow[]> {
  const shape = { ...shapeNow(), window: 100 };
  const tahan = await startTahanServe(ours, dir, publishers, shape);
  const pages = await startLiveWatchers(tahan.httpUrl, tahan.token, watchers);
  const load = await startLoadOf(tahan, shape);
  try {
    await load.pace(readingsPerS, 2);
    const p50: number[] = [];
    const p99: number[] = [];
    for (let round = 0; round < benchRounds(); round++) {
      await pages.look();
      await load.pace(readingsPerS, paceS);
      const { open, latencyMs } = await pages.look();
      if (open < watchers) throw new Error(`only ${open} of ${watchers} live streams are open`);
      p50.push(latencyMs.p50);
      p99.push(latencyMs.p99);
    }
    say('live');
    const row = (percentile: string, values: readonly number[], value: number): MeasuredRow => ({
      job: `publish to a page (SSE), ${readingsPerS} readings/s, ${watchers} pages: ${percentile}`,
      ...{ unit: 'ms', better: 'less', ours: spreadOf(values), others: {}, goals: [{ value }] },
    });
    return [row('p50', p50, 300), row('p99', p99, 1_000)];
  } finally {
    await load.close();
    await pages.close();
    await tahan.close();
  }
}

interface Killable extends Contender {
  stored(acknowledgedOf: readonly number[]): Promise<number>;
  killAndStart(): Promise<void>;
}

/** kill -9 to every process of a contender while publishes come as fast as they are acknowledged. */
async function measureLoss(folder: Folder): Promise<MeasuredRow> {
  const shape = shapeNow();
  const start = {
    [ours]: () => startTahanServe(ours, folder('kill-tahan'), publishers, shape),
    [usual]: async (logins: readonly PublisherLogin[]) =>
      startNodeRedPipeline(usual, folder('kill-usual'), 'point by point', logins),
    [tuned]: async (logins: readonly PublisherLogin[]) =>
      startNodeRedPipeline(tuned, folder('kill-tuned'), 'batches of 1,000', logins),
  };
  const lost = new Map<string, number>();
  let logins: readonly PublisherLogin[] = [];
  for (const [name, begin] of Object.entries(start)) {
    const contender: Killable = await begin(logins);
    logins = contender.logins;
    try {
      lost.set(name, await lostOfThousand(contender, shape));
    } finally {
      await contender.close();
    }
    say(`killed ${name}: ${lost.get(name)?.toPrecision(3)} of 1,000 lost`);
  }
  const spread = (name: string) => spreadOf([lost.get(name)!]);
  return {
    job: 'kill -9 of all processes under load: acknowledged readings lost, of 1,000',
    ...{ unit: '', better: 'less', ours: spread(ours), goals: [{ value: 0 }] },
    others: { [usual]: spread(usual), [tuned]: spread(tuned) },
  };
}

async function lostOfThousand(contender: Killable, shape: Shape): Promise<number> {
  const load = await startLoadOf(contender, shape);
  try {
    const warm = await load.run({ publishesEach: warmUpEach });
    await contender.queryable?.(warm.acknowledgedOf);
    const running = load.run({ seconds: 60 });
    await sleep(killAfterMs);
    await contender.killAndStart();
    const { acknowledgedOf, acknowledged } = await running;
    const inAll = acknowledged + warm.acknowledged;
    return (1_000 * Math.max(0, inAll - (await contender.stored(acknowledgedOf)))) / acknowledged;
  } finally {
    await load.close();
  }
}

const plain = (
  name: string,
  { port, pid, close }: { port: number; pid: number; close(): Promise<void> },
  logins: readonly PublisherLogin[],
): Contender => ({ ...{ name, port, logins, close }, pids: () => [pid] });

/** What is going on, for whoever waits for the table. */
function say(what: string): void {
  console.error(`end-to-end: ${what} (${Math.round(performance.now() / 1_000)} s)`);
}
