import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeScaling } from './capacity/writeScaling.ts';
import { type BenchRow, isHeld, type MeasuredRow, timesBetter } from './report/measuredRow.ts';
import type { Spread } from './store/spread.ts';

export type { BenchRow, MeasuredRow };

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
function measuredLineOf(row: MeasuredRow): string {
  const { job, unit, ours, others } = row;
  const theirs = Object.entries(others).map(([who, spread]) => {
    return `${who} ${spreadText(spread)} (${timesAsLong(timesBetter(row, who))})`;
  });
  return `  ${job.padEnd(58)} ${unit.padStart(5)} ${spreadText(ours)}  ${theirs.join(', ')}${goalsText(row)}`;
}

function goalsText(row: MeasuredRow): string {
  const texts = (row.goals ?? []).map(goal => {
    const of = goal.against === undefined ? ` ${row.unit}` : `x ${goal.against}`;
    return `${row.better === 'less' && goal.against === undefined ? '<=' : '>='} ${goal.value}${of}: ${isHeld(row, goal) ? 'held' : 'NOT HELD'}`;
  });
  return texts.length === 0 ? '' : `  [${texts.join('; ')}]`;
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
