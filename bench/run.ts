import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One job with its CPU seconds, and those of others for the same job (null: not measured here). */
export interface BenchRow {
  readonly job: string;
  readonly seconds: number;
  readonly comparisons: Readonly<Record<string, number | null>>;
}

type Bench = () => BenchRow[] | Promise<BenchRow[]>;

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
    console.log(`\n${name} (CPU seconds, node ${process.version}, ${cpus()[0]?.model.trim()})`);
    for (const row of rows) console.log(lineOf(row));
    const result = {
      bench: name,
      node: process.version,
      cpu: cpus()[0]?.model,
      measuredAt: new Date().toISOString(),
      rows,
    };
    writeFileSync(join(folder, 'results', `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  }
  return 0;
}

/** How many times as long the others take; below 1 they are faster. */
const timesAsLong = (ratio: number): string => `${ratio < 10 ? ratio.toPrecision(2) : Math.round(ratio)}x`;

function lineOf({ job, seconds, comparisons }: BenchRow): string {
  const others = Object.entries(comparisons).map(([who, theirs]) =>
    theirs === null
      ? `${who} not measured`
      : `${who} ${theirs.toPrecision(2)} (${timesAsLong(theirs / seconds)})`,
  );
  return `  ${job.padEnd(58)} ${seconds.toPrecision(3).padStart(9)}  ${others.join(', ')}`;
}

process.exitCode = await main(process.argv.slice(2));
