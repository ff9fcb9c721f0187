import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { sizes } from '../../test/faults/figures.ts';
import { soak } from './soak.ts';

/** `npm run soak [-- minutes=480 …]`: prints what held, writes bench/results/soak.json; exits 1 when a limit is not held. */
const asked = sizes({ minutes: 60, nodes: 2_000, everyS: 10, batches: 200, dashboards: 20, rssLimit: 30 });
const startedAt = new Date().toISOString();
const { report, lives } = await soak(asked);
console.log(`\n${report.held ? 'held    ' : 'NOT HELD'}  ${report.fault}`);
for (const [name, { measured, goal, held }] of Object.entries(report.figures))
  console.log(`  ${held === false ? '!' : ' '} ${name.padEnd(24)} ${measured}${goal ? `  (${goal})` : ''}`);
for (const { startedS, readyMs, endedBy, samples } of lives) {
  const first = samples[0]?.rssMiB ?? Number.NaN;
  const last = samples.at(-1)?.rssMiB ?? Number.NaN;
  console.log(
    `  life from ${Math.round(startedS)} s: ready in ${Math.round(readyMs)} ms, RSS ${first.toFixed(0)} to ${last.toFixed(0)} MiB, ended by ${endedBy ?? 'the end'}`,
  );
}
const folder = join(import.meta.dirname, '..', 'results');
mkdirSync(folder, { recursive: true });
const cpu = cpus()[0]?.model;
const livesInShort = lives.map(({ samples, ...life }) => ({
  ...life,
  rssMiBFirst: samples[0]?.rssMiB ?? null,
  rssMiBLast: samples.at(-1)?.rssMiB ?? null,
}));
const result = {
  bench: 'soak',
  node: process.version,
  cpu,
  startedAt,
  sizes: asked,
  report,
  lives: livesInShort,
};
writeFileSync(join(folder, 'soak.json'), `${JSON.stringify(result, null, 2)}\n`);
process.exit(report.held ? 0 : 1);
