import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeScaling } from './capacity/writeScaling.ts';
import type { Spread } from './store/spread.ts';

/** One job with its CPU seconds, and those of others for the same job (null: not measured here). */
export interface BenchRow {
  readonly job: string;
  readonly seconds: number;
  readonly comparisons: Readonly<Record<string, number | null>>;
}

/** One job measured on both sides in this run, in turns. */
export interface MeasuredRow {
  readonly job: string;
  readonly unit: string;
  readonly better: 'less' | 'more';
  readonly ours: Spread;
  readonly others: Readonly<Record<string, Spread>>;
}

type Bench = () => readonly (BenchRow | MeasuredRow)[] | Promise<readonly (BenchRow | MeasuredRow)[]>;

const folder = import.meta.dirname;

/** `npm run bench [-- name ...]`: runs bench/<name>.ts, prints a table and writes bench/results/<name>.json. */
async function main(names: readonly string[]): Promise<number> {
  const known = readdirSync(folder)
    .filter(name => name.endsWith('.ts') && name !== 'run.ts')
    .map(name => name.slice(0, -3));
  const unknown = names.find(name => !known.includes(name));
  if (unknown !== undefined) {
    console.error(`bench must be one of ${known.join(', ')}, got "${unknown}"`);
    return 2;
  }
  mkdirSync(join(folder, 'results'), { recursive: true });
  for (const name of names.length ? names : known) {
    const module = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as { default: Bench };
    const rows = await module.default();
    console.log(`\n${name} (node ${process.version}, ${cpus()[0]?.model.trim()})`);
    for (const row of rows) console.log('unit' in row ? measuredLineOf(row) : lineOf(row));
    const result = {
      bench: name,
      node: process.version,
      cpu: cpus()[0]?.model,
      measuredAt: new Date().toISOString(),
      rows,
    };
    writeFileSync(join(folder, 'results', `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  }
  writeScaling();
  return 0;
}

/** How many times as long the others take; below 1 they are faster. */
const timesAsLong = (ratio: number): string => `${ratio < 10 ? ratio.toPrecision(2) : Math.round(ratio)}x`;

/** Medians with the least and the most; behind each of the others how many times better ours is. */
function measuredLineOf({ job, unit, better, ours, others }: MeasuredRow): string {
  const theirs = Object.entries(others).map(([who, spread]) => {
    const ratio = better === 'less' ? spread.median / ours.median : ours.median / spread.median;
    return `${who} ${spreadText(spread)} (${timesAsLong(ratio)})`;
  });
  return `  ${job.padEnd(58)} ${unit.padStart(5)} ${spreadText(ours)}  ${theirs.join(', ')}`;
}

function spreadText({ median, min, max, rounds }: Spread): string {
  const text = (value: number) => (value >= 1_000 ? String(Math.round(value)) : value.toPrecision(3));
  return rounds === 1 ? text(median) : `${text(median)} [${text(min)}..${text(max)}]`;
}

/** How long a job takes in CPU seconds, and the others. */
function lineOf({ job, seconds, comparisons }: BenchRow): string {
  const others = Object.entries(comparisons).map(([who, theirs]) =>
    theirs === null
      ? `${who} not measured`
      : `${who} ${theirs.toPrecision(2)} (${timesAsLong(theirs / seconds)})`,
  );
  return `  ${job.padEnd(58)} ${seconds.toPrecision(3).padStart(9)} s of CPU  ${others.join(', ')}`;
}

process.exitCode = await main(process.argv.slice(2));
