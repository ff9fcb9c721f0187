import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Reading } from '../../models/contracts/reading.ts';
import { bucketGrid } from '../../server/store/bucketGrid.ts';
import { startInfluxd } from '../../test/support/influxd.ts';
import {
  type Appended,
  type Contender,
  levelC,
  sumOf,
  timed,
  type YearSpan,
  yearPoints,
} from './contender.ts';
import { cpuMsOf, diskBytesOf, rssMiBOf, untilIdle } from './processFigures.ts';
import { commitsOf, endAtOf, nodeIdOf, startAt, type World, yearNodeId, yearSpanOf } from './world.ts';

export interface InfluxWriting {
  readonly batchRows: number;
  readonly gzip: boolean;
  /** Whether the moment of arrival is kept beside the temperature, as the store of this project does. */
  readonly withArrival: boolean;
}

/** One that comes to rest within seconds, where the usual one waits for hours without writes. */
const settleSoon = [
  'cache-snapshot-write-cold-duration = "2s"',
  'compact-full-write-cold-duration = "2s"',
  'wal-fsync-delay = "0s"',
];

/** Debian's InfluxDB in a folder of its own, every write synced, asked by InfluxQL over HTTP as its users do. */
export async function startInflux(world: World, dir: string, writing: InfluxWriting): Promise<Contender> {
  let influxd = await startInfluxd({ dir, settings: { data: ['wal-fsync-delay = "0s"'] } });
  const ask = (q: string) => query(influxd.url, q);
  const inTime = <T>(job: () => Promise<T>) => timed(() => cpuMsOf(influxd.pid), job);
  await ask('CREATE DATABASE bench');
  const series = async (q: string) => (await ask(q)).results[0]!.series ?? [];
  const latest = async (where: string) =>
    sumOf(
      (await series(`SELECT last(temperature) FROM reading ${where} GROUP BY node`))
        .filter(({ tags }) => tags.node !== yearNodeId)
        .map(({ values }) => values[0] as unknown as [number, number]),
    );
  const startAgain = async (end: () => Promise<void>) => {
    await end();
    const began = performance.now();
    await influxd.start();
    await latest(`WHERE node = '${nodeIdOf(0)}'`);
    return performance.now() - began;
  };
  return {
    append: part => append(influxd, commitsOf(world, part, writing.batchRows), writing),
    range: async (nodeId, from, to) => {
      const fields = writing.withArrival ? 'temperature, arrival' : 'temperature';
      const q = `SELECT ${fields} FROM reading WHERE node = '${nodeId}' AND ${within(from, to)}`;
      const { answer, ...took } = await inTime(() => series(q));
      return { ...took, answer: sumOf((answer[0]?.values ?? []) as [number, number][]) };
    },
    year: () => inTime(async () => yearSpans(await series(yearQuery(world)))),
    latest: () => inTime(() => latest('')),
    hoursAbove: () =>
      inTime(async () => {
        const days = await series(
          `SELECT count(temperature) FROM reading WHERE temperature > ${levelC} AND node != '${yearNodeId}'` +
            ` AND ${within(startAt, endAtOf(world))} GROUP BY node, time(1d) fill(none)`,
        );
        // A reading a minute: each above the level stands for a minute.
        return (
          days.reduce((sum, { values }) => sum + values.reduce((of, [, count]) => of + count!, 0), 0) / 60
        );
      }),
    count: async () => (await series('SELECT count(temperature) FROM reading'))[0]?.values[0]?.[1] ?? 0,
    killAndOpen: () => startAgain(() => influxd.kill('SIGKILL')),
    stopAndOpen: () => startAgain(() => influxd.stop()),
    async settle() {
      await influxd.stop();
      influxd = await startInfluxd({ dir, settings: { data: settleSoon } });
      return untilIdle(influxd.pid, dir, 8, 300);
    },
    diskBytes: () => diskBytesOf(dir),
    rssMiB: () => rssMiBOf(influxd.pid),
    close: () => influxd.close(),
  };
}

interface Series {
  readonly tags: Readonly<Record<string, string>>;
  readonly values: readonly (readonly number[])[];
}

interface Answer {
  readonly results: readonly { readonly series?: readonly Series[]; readonly error?: string }[];
}

async function query(url: string, q: string): Promise<Answer> {
  const response = await fetch(`${url}/query?db=bench&epoch=ms`, {
    method: 'POST',
    body: new URLSearchParams({ q }),
  });
  const answer = (await response.json()) as Answer & { error?: string };
  const error = answer.error ?? answer.results[0]?.error;
  if (error !== undefined) throw new Error(`${q}: ${error}`);
  return answer;
}

const within = (from: number, to: number) => `time >= ${from}ms AND time < ${to}ms`;

function yearQuery(world: World): string {
  const { from, to } = yearSpanOf(world);
  const { origin, spanMs } = bucketGrid(from, to, yearPoints);
  return (
    'SELECT min(temperature), mean(temperature), max(temperature), count(temperature) FROM reading' +
    ` WHERE node = '${yearNodeId}' AND ${within(from, to)}` +
    ` GROUP BY time(${spanMs}ms, ${origin % spanMs}ms) fill(none)`
  );
}

const yearSpans = (series: readonly Series[]): YearSpan[] =>
  (series[0]?.values ?? []).map(([, minC, meanC, maxC, count]) => ({
    ...{ minC: minC!, meanC: meanC!, maxC: maxC!, count: count! },
  }));

const compress = promisify(gzip);

async function append(
  { url, pid }: { url: string; pid: number },
  commits: Generator<Reading[]>,
  writing: InfluxWriting,
): Promise<Appended> {
  const server = cpuMsOf(pid);
  const client = { ms: 0, cpuUs: 0 };
  const commitMs: number[] = [];
  let rows = 0;
  for (const commit of commits) {
    const before = { at: performance.now(), cpu: process.cpuUsage() };
    const text = linesOf(commit, writing.withArrival);
    const response = await fetch(`${url}/write?db=bench&precision=ms`, {
      method: 'POST',
      body: writing.gzip ? await compress(text) : text,
      headers: writing.gzip ? { 'content-encoding': 'gzip' } : {},
    });
    const answer = await response.text();
    if (response.status !== 204) throw new Error(`influxd answered ${response.status}: ${answer}`);
    const used = process.cpuUsage(before.cpu);
    const tookMs = performance.now() - before.at;
    client.ms += tookMs;
    client.cpuUs += used.user + used.system;
    commitMs.push(tookMs);
    rows += commit.length;
  }
  return { rows, wallMs: client.ms, cpuMs: client.cpuUs / 1_000 + cpuMsOf(pid) - server, commitMs };
}

function linesOf(readings: readonly Reading[], withArrival: boolean): string {
  let text = '';
  for (const { nodeId, probe, measuredAt, receivedAt, temperatureC } of readings) {
    const arrival = withArrival ? `,arrival=${receivedAt}i` : '';
    text += `reading,node=${nodeId},probe=${probe} temperature=${temperatureC}${arrival} ${measuredAt}\n`;
  }
  return text;
}
