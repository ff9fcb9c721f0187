import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  copyOf,
  flipBytes,
  type Judged,
  judgeDamage,
  makeWorld,
  randomBelow,
  startOn,
  type World,
} from './damagedWorld.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';

/**
 * F16, store: bytes of the file with the readings are flipped, or its tail is cut off, when the journal has forgotten the
 * readings. Each reading is in a record of its own, so that no more of them may be lost than records were touched.
 */
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
    judgeDamage(figures, 'flipped', await storeRuns(world, base, seeds, flip));
    judgeDamage(figures, 'cut', await storeRuns(world, base, seeds, cutTail));
    return figures.report();
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

/** Damages a file; returns how many records it can have touched at most. */
type Damage = (file: string, seed: number) => number;

const flip: Damage = (file, seed) => {
  const bytes = readFileSync(file);
  const touched = new Set(flipBytes(bytes, seed)).size;
  writeFileSync(file, bytes);
  return touched;
};

/** No record of a reading takes fewer bytes. */
const leastRecordBytes = 64;

const cutTail: Damage = (file, seed) => {
  const cut = 1 + randomBelow(seed)(4_096);
  truncateSync(file, statSync(file).size - cut);
  return 1 + Math.ceil(cut / leastRecordBytes);
};

/** The store alone is left: what the journal still had is gone. */
async function storeRuns(world: World, base: string, seeds: number, damage: Damage): Promise<Judged[]> {
  const runs: Judged[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const dataDir = copyOf(world, base, ['journal', 'readings.sqlite-shm']);
    const file = join(dataDir, 'readings.sqlite');
    foldLog(file);
    const touched = damage(file, seed);
    const outcome = await startOn(world, dataDir);
    const lostIntact = Math.max(0, outcome.missing.length - touched);
    runs.push({ ...outcome, lostIntact, harmed: outcome.missing.length > 0 || outcome.wrong > 0 });
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
