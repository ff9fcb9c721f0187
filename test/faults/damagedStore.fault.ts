import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  copyOf,
  flipBytes,
  type Judged,
  judgeDamage,
  makeWorld,
  startOn,
  type World,
} from './damagedWorld.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';

/** F16, store: bytes of the file with the readings are flipped, when the journal has forgotten them. */
export async function damagedStore({
  seeds,
  readings,
}: {
  seeds: number;
  readings: number;
}): Promise<FaultReport> {
  const figures = new Figures('F16 damaged store');
  const base = mkdtempSync(join(tmpdir(), 'tahan-damage-'));
  try {
    const world = await makeWorld(join(base, 'good'), readings);
    figures.note('seeds', seeds);
    judgeDamage(figures, 'flipped', await storeRuns(world, base, seeds));
    return figures.report();
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

/** The store alone is left: what the journal still had is gone. */
async function storeRuns(world: World, base: string, seeds: number): Promise<Judged[]> {
  const runs: Judged[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const dataDir = copyOf(world, base, ['journal', 'readings.sqlite-shm']);
    const file = join(dataDir, 'readings.sqlite');
    foldLog(file);
    const bytes = readFileSync(file);
    flipBytes(bytes, seed);
    writeFileSync(file, bytes);
    const outcome = await startOn(world, dataDir);
    runs.push({ ...outcome, lostIntact: null, harmed: outcome.missing.length > 0 || outcome.wrong > 0 });
    rmSync(dataDir, { recursive: true });
  }
  return runs;
}

/** Brings everything into the main file, where nothing of SQLite's own checks it. */
function foldLog(file: string): void {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

if (import.meta.main) await runAlone(() => damagedStore(sizes({ seeds: 100, readings: 300 })));
