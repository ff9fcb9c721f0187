import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { MeasuredRow } from '../report/measuredRow.ts';
import type { Contender } from '../store/contender.ts';
import { startEmbedded } from '../store/embedded.ts';
import { dayMs, nodeIdOf, startAt, type World } from '../store/world.ts';
import { count, flatness, growthRow } from './growthRow.ts';

const nodes = 1_000;
const sizes = [10_000, 1_000_000, 10_000_000, 100_000_000];
/** Of every node, appended and measured at each size: sealing has its part in it. */
const measuredMinutes = 500;
const parts = 5;
const opens = 3;
const days = 300;

interface Sized {
  readonly size: number;
  /** Of readings in commits of 1,000, each synced; of each part. */
  readonly appendUs: readonly number[];
  readonly openMs: readonly number[];
  /** Null where nobody has a whole day yet. */
  readonly dayUs: number | null;
  readonly rssMiB: number;
  readonly bytesPerReading: number;
}

/**
 * Ever more stored readings of a thousand nodes: what one more costs, a day, an open after kill -9, memory and disk. Each
 * size begins with a process of its own. TAHAN_BENCH_READINGS leaves out the sizes above it: a hundred million take some
 * five minutes and half a gigabyte of TMPDIR.
 */
export async function growthOfStoredReadings(dir: string): Promise<MeasuredRow[]> {
  const most = Number(process.env.TAHAN_BENCH_READINGS ?? sizes.at(-1));
  const folder = join(dir, 'stored');
  mkdirSync(folder);
  const world: World = { nodes, days: 71, yearReadings: 0 };
  const store = await startEmbedded(world, folder);
  const taken: Sized[] = [];
  try {
    let minute = 0;
    for (const size of sizes.filter(one => one <= most)) {
      const until = size / nodes;
      if (minute < until) await store.append({ of: 'minutes', from: minute, to: until }, 10_000);
      minute = Math.max(minute, until);
      taken.push(await measureAt(store, size, minute));
      minute += measuredMinutes;
      console.error(`  … ${count(size)} stored readings`);
    }
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return rowsOf(taken);
}

async function measureAt(store: Contender, size: number, minute: number): Promise<Sized> {
  const openMs: number[] = [];
  for (let i = 0; i < opens; i++) openMs.push(await store.killAndOpen());
  const appendUs: number[] = [];
  const partMinutes = measuredMinutes / parts;
  for (let part = 0; part < parts; part++) {
    const from = minute + part * partMinutes;
    const { cpuMs, rows } = await store.append({ of: 'minutes', from, to: from + partMinutes });
    appendUs.push((cpuMs / rows) * 1_000);
  }
  const wholeDays = Math.floor((minute + measuredMinutes) / 1440);
  return {
    ...{ size, appendUs, openMs },
    dayUs: wholeDays === 0 ? null : await dayUs(store, wholeDays),
    rssMiB: store.rssMiB(),
    bytesPerReading: store.diskBytes() / (await store.count()),
  };
}

/** CPU of a day of one node, all readings; every one another node and day. */
async function dayUs(store: Contender, wholeDays: number): Promise<number> {
  let cpuMs = 0;
  for (let i = -days; i < days; i++) {
    const n = i + days;
    const from = startAt + ((n * 7) % wholeDays) * dayMs;
    const took = await store.range(nodeIdOf((n * 37) % nodes), from, from + dayMs);
    if (took.answer.count !== 1440) throw new Error(`a day has ${took.answer.count} readings, not 1440`);
    // The first half compiles.
    if (i >= 0) cpuMs += took.cpuMs;
  }
  return (cpuMs / days) * 1_000;
}

function rowsOf(taken: readonly Sized[]): MeasuredRow[] {
  const withDays = taken.filter(({ dayUs }) => dayUs !== null);
  const rows = taken.flatMap(({ size, appendUs, openMs, rssMiB, bytesPerReading, dayUs: us }) => [
    growthRow(`one more reading, ${count(size)} stored: CPU`, 'us', appendUs),
    ...(us === null ? [] : [growthRow(`a day of one node, ${count(size)} stored: CPU`, 'us', [us], {}, 500)]),
    growthRow(`kill -9, start, first answer, ${count(size)} stored`, 'ms', openMs),
    growthRow(`memory of the process, ${count(size)} stored`, 'MiB', [rssMiB]),
    growthRow(
      `disk per reading, ${count(size)} stored`,
      'B',
      [bytesPerReading],
      {},
      size < 1e7 ? undefined : 6,
    ),
  ]);
  rows.sort((a, b) => kindOf(a.job) - kindOf(b.job));
  rows.push(
    flatness(
      'one more reading: the dearest of these over the cheapest',
      taken.map(({ appendUs }) => appendUs),
    ),
  );
  if (withDays.length > 1)
    rows.push(
      flatness(
        'a day: the dearest of these over the cheapest',
        withDays.map(({ dayUs }) => [dayUs!]),
      ),
    );
  return rows;
}

const kinds = ['one more', 'a day', 'kill', 'memory', 'disk'];
const kindOf = (job: string): number => kinds.findIndex(kind => job.startsWith(kind));
