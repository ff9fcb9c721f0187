import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultReport } from './figures.ts';

/**
 * Runs faults in full, one after the other, and prints a table of their figures: `node test/faults/runFaults.ts [name…]`.
 * Exits 1 when a figure is not held.
 */
const dir = import.meta.dirname;
const all = readdirSync(dir)
  .filter(name => name.endsWith('.fault.ts'))
  .map(name => name.slice(0, -'.fault.ts'.length));
const asked = process.argv.slice(2);
const unknown = asked.filter(name => !all.includes(name));
if (unknown.length > 0) throw new Error(`no fault named ${unknown.join(', ')}; there are ${all.join(', ')}`);

let held = true;
for (const name of asked.length > 0 ? asked : all) {
  const { stdout, stderr } = await run(name);
  const line = stdout.trim().split('\n').at(-1);
  if (!line?.startsWith('{')) {
    held = false;
    console.log(`\n${name}: ended without figures\n${stderr.slice(-2_000)}`);
    continue;
  }
  const report = JSON.parse(line) as FaultReport;
  held &&= report.held;
  console.log(`\n${report.held ? 'held    ' : 'NOT HELD'}  ${report.fault} (${name}, ${report.seconds} s)`);
  for (const [figure, { measured, goal, held: kept }] of Object.entries(report.figures))
    console.log(`  ${kept === false ? '!' : ' '} ${figure}: ${measured}${goal ? `  (${goal})` : ''}`);
}
process.exit(held ? 0 : 1);

function run(name: string): Promise<{ stdout: string; stderr: string }> {
  return new Promise(resolve =>
    execFile(process.execPath, [join(dir, `${name}.fault.ts`)], (_error, stdout, stderr) =>
      resolve({ stdout, stderr }),
    ),
  );
}
