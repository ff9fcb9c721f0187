import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Goal, MeasuredRow } from './report/measuredRow.ts';
import type { Appended, Contender, Timed } from './store/contender.ts';
import { startEmbedded } from './store/embedded.ts';
import { startInflux } from './store/influx.ts';
import { type Spread, spreadOf } from './store/spread.ts';
import {
  countOf,
  dayMs,
  nodeIdOf,
  type Part,
  startAt,
  type World,
  worldOf,
  yearNodeId,
  yearSpanOf,
} from './store/world.ts';

const rounds = 7;
const usualRows = 10_000;

/** Both stores under the same readings, taking turns; `others` is Debian's InfluxDB. */
interface Pair {
  readonly ours: Contender;
  readonly influx: Contender;
}

/**
 * The embedded store beside InfluxDB with the same 20 million readings, or as many as TAHAN_BENCH_READINGS says.
 * Answers of both are compared before a time counts.
 */
export default async function benchStore(): Promise<MeasuredRow[]> {
  const readings = Number(process.env.TAHAN_BENCH_READINGS ?? 20_685_600);
  if (!Number.isSafeInteger(readings) || readings < 40_000)
    throw new Error(`TAHAN_BENCH_READINGS must be a whole number from 40000, got ${readings}`);
  const world = worldOf(readings);
  const dir = mkdtempSync(join(tmpdir(), 'tahan-bench-'));
  const folder = (name: string) => {
    mkdirSync(join(dir, name));
    return join(dir, name);
  };
  const ours = await startEmbedded(world, folder('embedded'));
  const writing = { batchRows: 1_000, gzip: false, withArrival: true };
  const influx = await startInflux(world, folder('influx'), writing);
  try {
    const rows = await measurePair(world, { ours, influx });
    await influx.close();
    return [...rows, ...(await measureUsual(world, folder('usual'), rows))];
  } finally {
    await ours.close();
    await influx.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measurePair(world: World, pair: Pair): Promise<MeasuredRow[]> {
  const loaded = await load(world, pair);
  say('loaded');
  const fresh = { disk: await bytesPerReading(pair), rss: each(pair, one => one.rssMiB()) };
  const opened = await killAndOpen(world, pair);
  say('killed and opened');
  const settled = await both(pair, one => one.settle());
  if (!settled.ours || !settled.influx) say(`not at rest in time: ${JSON.stringify(settled)}`);
  const rested = await bytesPerReading(pair);
  say('at rest');
  const asked = await askRounds(pair, questionsOf(world));
  const rss = each(pair, one => one.rssMiB());
  const wholeYear = await askRounds(pair, [wholeYearOf(world)]);
  const row = rowOf('Debian InfluxDB 1.6');
  return [
    row('append, 1,000 a commit, each synced: readings/s', '/s', loaded.rowsPerS, 'more'),
    { ...row('append: CPU of all processes per reading', 'µs', loaded.cpuUs), goals: atMost(1) },
    row('append: slowest of 1,000 commits (p99.9)', 'ms', loaded.slowestMs),
    row('disk per reading, as written', 'bytes', fresh.disk),
    { ...row('disk per reading, at rest', 'bytes', rested), goals: atMost(6) },
    row('memory after the load', 'MiB', fresh.rss),
    row('memory after the questions', 'MiB', rss),
    { ...row('kill -9 right after a commit, start, first answer', 'ms', opened), goals: atMost(500) },
    ...[...asked, ...wholeYear].flatMap(({ job, ms, cpuMs, mostMs }) => [
      { ...row(job, 'ms', ms), goals: atMost(mostMs) },
      row(`${job}: CPU`, 'ms', cpuMs),
    ]),
  ];
}

const atMost = (value: number | undefined): Goal[] => (value === undefined ? [] : [{ value }]);

const everyDay = ({ days }: World): Part => ({ of: 'minutes', from: 0, to: days * 1440 });

type Both<T> = { readonly ours: T; readonly influx: T };

async function both<T>({ ours, influx }: Pair, job: (contender: Contender) => Promise<T>): Promise<Both<T>> {
  return { ours: await job(ours), influx: await job(influx) };
}

const each = ({ ours, influx }: Pair, figure: (contender: Contender) => number): Both<Spread> => ({
  ours: spreadOf([figure(ours)]),
  influx: spreadOf([figure(influx)]),
});

async function bytesPerReading(pair: Pair): Promise<Both<Spread>> {
  const counts = await both(pair, one => one.count());
  return spreads([
    { ours: pair.ours.diskBytes() / counts.ours, influx: pair.influx.diskBytes() / counts.influx },
  ]);
}

const spreads = (all: readonly Both<number>[]): Both<Spread> => ({
  ours: spreadOf(all.map(one => one.ours)),
  influx: spreadOf(all.map(one => one.influx)),
});

/** The year of one node, then day by day of all nodes, in turns. */
async function load(world: World, pair: Pair) {
  const days = Array.from({ length: world.days }, (_, day) => ({ from: day * 1440, to: (day + 1) * 1440 }));
  const parts: Part[] = [{ of: 'year' }, ...days.map(day => ({ of: 'minutes' as const, ...day }))];
  const taken: Both<Appended>[] = [];
  for (const part of parts) {
    taken.push(await both(pair, one => one.append(part)));
    say(`appended ${taken.length} of ${parts.length} parts`);
  }
  const wanted = parts.reduce((sum, part) => sum + countOf(world, part), 0);
  const counts = await both(pair, one => one.count());
  if (counts.ours !== wanted || counts.influx !== wanted)
    throw new Error(`${wanted} readings were appended, counted are ${JSON.stringify(counts)}`);
  const of = (figure: (appended: Appended) => number) =>
    spreads(taken.map(({ ours, influx }) => ({ ours: figure(ours), influx: figure(influx) })));
  return {
    rowsPerS: of(({ rows, wallMs }) => (rows / wallMs) * 1_000),
    cpuUs: of(({ rows, cpuMs }) => (cpuMs / rows) * 1_000),
    slowestMs: of(({ commitMs }) => percentile(commitMs, 0.999)),
  };
}

/** The first time with what the load left, then with another half an hour of all nodes each time. */
async function killAndOpen(world: World, pair: Pair): Promise<Both<Spread>> {
  const taken: Both<number>[] = [];
  for (let round = 0, from = world.days * 1440; round < rounds; round++, from += 30) {
    if (round > 0) await both(pair, one => one.append({ of: 'minutes', from, to: from + 30 }));
    const before = await both(pair, one => one.count());
    taken.push(await both(pair, one => one.killAndOpen()));
    const after = await both(pair, one => one.count());
    if (after.ours !== before.ours || after.influx !== before.influx)
      throw new Error(`readings lost by kill -9: ${JSON.stringify({ before, after })}`);
  }
  return spreads(taken);
}

interface Question {
  readonly job: string;
  readonly ask: (contender: Contender, round: number) => Promise<Timed<unknown>>;
  /** How far numbers of two answers may be apart, as a share. */
  readonly apart: number;
  /** The goal, with a thousand nodes of two weeks. */
  readonly mostMs?: number;
}

/** What a dashboard asks. */
function questionsOf(world: World): Question[] {
  return [
    {
      job: 'one node, one day, all readings',
      ask: (one, round) => someDays(world, one, round),
      apart: 1e-9,
      mostMs: 0.5,
    },
    { job: 'one node, one year, 500 spans', ask: one => one.year(), apart: 1e-9, mostMs: 20 },
    { job: `last reading of ${world.nodes} nodes`, ask: one => one.latest(), apart: 1e-9, mostMs: 0.5 },
    // A reading above the level is a minute for one, for the other the line between readings is cut.
    { job: 'hours above 8 °C of each node and day', ask: one => one.hoursAbove(), apart: 0.02, mostMs: 300 },
  ];
}

const wholeYearOf = (world: World): Question => ({
  job: 'one node, one year, all readings',
  ask: one => one.range(yearNodeId, yearSpanOf(world).from, yearSpanOf(world).to),
  apart: 1e-9,
});

/** Times of every round; CPU as the mean of them, because the kernel counts that of InfluxDB in steps of 10 ms. */
async function askRounds(pair: Pair, questions: readonly Question[]) {
  const results = [];
  for (const { job, ask, apart, mostMs } of questions) {
    const taken: Both<Timed<unknown>>[] = [];
    for (let round = 0; round < rounds; round++) {
      const { ours, influx } = await both(pair, one => ask(one, round));
      if (!alike(ours.answer, influx.answer, apart))
        throw new Error(
          `${job}: the stores do not say the same: ${shortened(ours.answer)}, ${shortened(influx.answer)}`,
        );
      taken.push({ ours, influx });
    }
    const mean = (of: (both: Both<Timed<unknown>>) => number) =>
      spreadOf([taken.reduce((sum, one) => sum + of(one), 0) / rounds]);
    results.push({
      ...{ job, mostMs },
      ms: spreads(taken.map(({ ours, influx }) => ({ ours: ours.ms, influx: influx.ms }))),
      cpuMs: { ours: mean(({ ours }) => ours.cpuMs), influx: mean(({ influx }) => influx.cpuMs) },
    });
    say(job);
  }
  return results;
}

/** Twenty other nodes and days each round, so that nobody is asked for what was just answered; the mean of them. */
async function someDays(world: World, contender: Contender, round: number): Promise<Timed<number[]>> {
  const answer: number[] = [];
  let ms = 0;
  let cpuMs = 0;
  for (let i = 0; i < 20; i++) {
    const n = round * 20 + i;
    const from = startAt + ((n * 5) % world.days) * dayMs;
    const took = await contender.range(nodeIdOf((n * 37) % world.nodes), from, from + dayMs);
    ms += took.ms / 20;
    cpuMs += took.cpuMs / 20;
    answer.push(took.answer.count, took.answer.sumC, took.answer.lastAt);
  }
  return { ms, cpuMs, answer };
}

/** InfluxDB as it is driven where speed matters: the temperature alone, 10,000 readings at a time, compressed. */
async function measureUsual(world: World, dir: string, rows: readonly MeasuredRow[]): Promise<MeasuredRow[]> {
  const quarter = { ...world, nodes: Math.ceil(world.nodes / 4) };
  const part = everyDay(quarter);
  const influx = await startInflux(quarter, dir, { batchRows: usualRows, gzip: true, withArrival: false });
  try {
    const { rows: count, wallMs, cpuMs } = await influx.append(part);
    say('loaded as usual');
    await influx.settle();
    const theirs = (job: string, value: number): MeasuredRow => {
      const same = rows.find(row => row.job.startsWith(job))!;
      return {
        ...same,
        job: `${same.job}; InfluxDB by 10,000, gzip, no arrival`,
        others: { 'Debian InfluxDB 1.6': spreadOf([value]) },
        // Ours is the same figure as above: its goal stands there.
        goals: [],
      };
    };
    return [
      theirs('append, 1,000', (count / wallMs) * 1_000),
      theirs('append: CPU', (cpuMs / count) * 1_000),
      theirs('disk per reading, at rest', influx.diskBytes() / count),
    ];
  } finally {
    await influx.close();
  }
}

const rowOf =
  (name: string) =>
  (
    job: string,
    unit: string,
    { ours, influx }: Both<Spread>,
    better: 'less' | 'more' = 'less',
  ): MeasuredRow => ({
    ...{ job, unit, better, ours },
    others: { [name]: influx },
  });

/** Numbers within a share of each other, lists and objects of such numbers. */
function alike(a: unknown, b: unknown, apart: number): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return Math.abs(a - b) <= apart * Math.max(1, Math.abs(a), Math.abs(b));
  const [left, right] = [a, b].map(value => Object.entries(value as object));
  const others = new Map(right);
  return left!.length === others.size && left!.every(([key, value]) => alike(value, others.get(key), apart));
}

const shortened = (value: unknown): string => JSON.stringify(value).slice(0, 300);

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

/** What is going on, for whoever waits for the table. */
function say(what: string): void {
  console.error(`store: ${what} (${Math.round(performance.now() / 1_000)} s)`);
}
