import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchRow, type Goal, isHeld, type MeasuredRow } from './measuredRow.ts';

/** What a run of a bench gave, as it lies in results/. */
export interface Result {
  readonly bench: string;
  readonly node: string;
  readonly cpu: string | undefined;
  readonly cores?: number;
  readonly memoryGiB?: number;
  readonly measuredAt: string;
  readonly rows: readonly (BenchRow | MeasuredRow)[];
}

/** The parts in the order in which one would read them; others follow by their names. */
const order = ['end-to-end', 'gateway', 'store', 'start', 'growth', 'models', 'estimates', 'screens'];

/** With each goal says whether it is held, so that whoever reads the file need not know how that is told. */
export function withVerdicts(rows: readonly (BenchRow | MeasuredRow)[]) {
  return rows.map(row =>
    'goals' in row && row.goals
      ? { ...row, goals: row.goals.map((goal: Goal) => ({ ...goal, held: isHeld(row, goal) })) }
      : row,
  );
}

export function readResults(dir: string): Result[] {
  const place = ({ bench }: Result) => (order.includes(bench) ? order.indexOf(bench) : order.length);
  return (
    readdirSync(dir)
      .filter(name => name.endsWith('.json'))
      .map(name => JSON.parse(readFileSync(join(dir, name), 'utf8')) as Result)
      // A soak compares nothing.
      .filter(({ rows }) => rows !== undefined)
      .sort((a, b) => place(a) - place(b) || a.bench.localeCompare(b.bench))
  );
}

export function machineOf({ cpu, cores, memoryGiB, node }: Result): string {
  const parts = [cpu?.trim(), cores && `${cores} cores`, memoryGiB && `${memoryGiB} GiB`, `node ${node}`];
  return parts.filter(Boolean).join(', ');
}
