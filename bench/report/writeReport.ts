import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chartOf } from './chart.ts';
import { withTables } from './readmeTables.ts';
import { machineOf, type Result, readResults } from './result.ts';

const benchDir = join(import.meta.dirname, '..');
export const readmePath = join(benchDir, 'README.md');
export const resultsDir = join(benchDir, 'results');

/** Draws the charts of a folder of results anew. */
export function writeCharts(dir: string): void {
  for (const result of readResults(dir)) {
    const chart = chartOfResult(result);
    if (chart !== null) writeFileSync(join(dir, `${result.bench}.svg`), chart);
  }
}

/** Null where no row is compared with another of the same run. */
export function chartOfResult(result: Result): string | null {
  const measured = result.rows.filter(row => 'unit' in row);
  if (measured.length === 0) return null;
  const below = `${result.measuredAt.slice(0, 10)}, ${machineOf(result)}. Bars: how many times better ours is than …`;
  return chartOf(`tahan bench: ${result.bench}`, below, measured);
}

/** Charts, and the tables of README, out of the results that are there. */
export function writeReport(): void {
  writeCharts(resultsDir);
  writeFileSync(readmePath, withTables(readFileSync(readmePath, 'utf8'), readResults(resultsDir)));
}

if (import.meta.main) writeReport();
