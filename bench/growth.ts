import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { growthOfDashboards } from './growth/dashboards.ts';
import { growthOfLiveBatches } from './growth/liveBatches.ts';
import { growthOfNodes } from './growth/nodes.ts';
import { growthOfStoredReadings } from './growth/storedReadings.ts';
import type { MeasuredRow } from './report/measuredRow.ts';

/** What grows with nodes, live batches, dashboards and readings, and what does not. TAHAN_BENCH_PARTS=nodes,batches names some. */
export default async function benchGrowth(): Promise<MeasuredRow[]> {
  const parts = {
    nodes: growthOfNodes,
    batches: growthOfLiveBatches,
    dashboards: growthOfDashboards,
    readings: growthOfStoredReadings,
  };
  const asked = process.env.TAHAN_BENCH_PARTS?.split(',') ?? Object.keys(parts);
  const dir = mkdtempSync(join(tmpdir(), 'tahan-bench-'));
  try {
    const rows: MeasuredRow[] = [];
    for (const [name, part] of Object.entries(parts))
      if (asked.includes(name)) rows.push(...(await part(dir)));
    return rows;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
