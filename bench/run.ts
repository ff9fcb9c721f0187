import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeScaling } from './capacity/writeScaling.ts';
import { goalText, ratioText, spreadText } from './report/figureText.ts';
import type { BenchRow, MeasuredRow } from './report/measuredRow.ts';
import { machineOf, type Result, withVerdicts } from './report/result.ts';
import { resultsDir as ownResultsDir, writeCharts, writeReport } from './report/writeReport.ts';

export type { BenchRow, MeasuredRow };

type Bench = () => readonly (BenchRow | MeasuredRow)[] | Promise<readonly (BenchRow | MeasuredRow)[]>;

const folder = import.meta.dirname;
/** A try with fewer rounds or readings is no result: it must not stand in the table for one. */
const isTry = Boolean(process.env.TAHAN_BENCH_ROUNDS || process.env.TAHAN_BENCH_READINGS);
const resultsDir = isTry ? join(tmpdir(), 'tahan-bench-tries') : ownResultsDir;

/** `npm run bench [-- name ...]`: runs bench/<name>.ts, prints a table, writes results, charts and the table of README. */
async function main(names: readonly string[]): Promise<number> {
  const known = readdirSync(folder)
    .filter(name => name.endsWith('.ts') && name !== 'run.ts')
    .map(name => name.slice(0, -3));
  const unknown = names.find(name => !known.includes(name));
  if (unknown !== undefined) {
    console.error(`bench must be one of ${known.join(', ')}, got "${unknown}"`);
    return 2;
  }
  mkdirSync(resultsDir, { recursive: true });
  for (const name of names.length ? names : known) {
    const module = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as { default: Bench };
    const rows = await module.default();
    keep({
      bench: name,
      node: process.version,
      cpu: cpus()[0]?.model.trim(),
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      measuredAt: new Date().toISOString(),
      rows: withVerdicts(rows),
    });
  }
  if (isTry) {
    writeCharts(resultsDir);
    console.log(`a try: its results are in ${resultsDir}`);
  } else {
    writeReport();
    writeScaling();
  }
  return 0;
}

function keep(result: Result): void {
  console.log(`\n${result.bench} (${machineOf(result)})`);
  for (const row of result.rows) console.log('unit' in row ? measuredLineOf(row) : lineOf(row));
  writeFileSync(join(resultsDir, `${result.bench}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** Medians with the least and the most; behind each of the others how many times better ours is; goals below. */
function measuredLineOf(row: MeasuredRow): string {
  const theirs = Object.entries(row.others).map(
    ([who, spread]) => `${who} ${spreadText(spread)} ${ratioText(row, who)}`,
  );
  const goals = (row.goals ?? []).map(goal => `\n      goal ${goalText(row, goal)}`);
  return `  ${row.job.padEnd(58)} ${row.unit.padStart(5)} ${spreadText(row.ours)}  ${theirs.join(', ')}${goals.join('')}`;
}

/** How long a job takes in CPU seconds, and the others: how many times as long. */
function lineOf({ job, seconds, comparisons }: BenchRow): string {
  const others = Object.entries(comparisons).map(([who, theirs]) =>
    theirs === null
      ? `${who} not measured`
      : `${who} ${theirs.toPrecision(2)} ${(theirs / seconds).toPrecision(2)}×`,
  );
  return `  ${job.padEnd(58)} ${seconds.toPrecision(3).padStart(9)} s of CPU  ${others.join(', ')}`;
}

process.exitCode = await main(process.argv.slice(2));
