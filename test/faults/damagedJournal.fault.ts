import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanAt, segmentHeaderBytes } from '../../gateway/journalSegment.ts';
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
 * F16, journal: bytes are flipped, or its end is cut off, and it is all there is left. The process starts, keeps every
 * record that is whole, names what is not and sets it aside, and never shows a value that was not sent.
 */
export async function damagedJournal({
  seeds,
  readings,
}: {
  seeds: number;
  readings: number;
}): Promise<FaultReport> {
  const figures = new Figures('F16 damaged journal');
  const base = mkdtempSync(join(tmpdir(), 'tahan-damage-'));
  try {
    const world = await makeWorld(join(base, 'good'), readings);
    figures.note('seeds', seeds);
    judgeDamage(figures, 'flipped', await journalRuns(world, base, seeds, 'flip'));
    judgeDamage(figures, 'cut', await journalRuns(world, base, seeds, 'cut'));
    return figures.report();
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

async function journalRuns(
  world: World,
  base: string,
  seeds: number,
  kind: 'flip' | 'cut',
): Promise<Judged[]> {
  const runs: Judged[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const dataDir = copyOf(world, base, ['readings.sqlite', 'readings.sqlite-wal', 'readings.sqlite-shm']);
    const file = onlyFile(join(dataDir, 'journal'));
    const bytes = readFileSync(file);
    const records = recordsOf(bytes);
    let touched: (record: { start: number; end: number }) => boolean;
    if (kind === 'flip') {
      const at = flipBytes(bytes, seed);
      writeFileSync(file, bytes);
      touched = record => at.some(offset => offset >= record.start && offset < record.end);
    } else {
      const size = bytes.length - 1 - randomBelow(seed)(4_096);
      truncateSync(file, size);
      touched = record => record.end > size;
    }
    const outcome = await startOn(world, dataDir);
    const hurt = new Set(records.filter(touched).map(record => record.measuredAt));
    runs.push({
      ...outcome,
      lostIntact: outcome.missing.filter(at => !hurt.has(at)).length,
      // A cut at the very end of a record leaves nothing to be named.
      harmed:
        kind === 'flip' ? hurt.size > 0 : records.every(record => record.end !== sizeAfter(bytes, seed)),
    });
    rmSync(dataDir, { recursive: true });
  }
  return runs;
}

const sizeAfter = (bytes: Buffer, seed: number) => bytes.length - 1 - randomBelow(seed)(4_096);

function onlyFile(dir: string): string {
  const [name, ...more] = readdirSync(dir).filter(one => one.endsWith('.log'));
  if (!name || more.length > 0)
    throw new Error(`expected one journal file, found ${more.length + (name ? 1 : 0)}`);
  return join(dir, name);
}

function recordsOf(bytes: Buffer) {
  const records: { start: number; end: number; measuredAt: number }[] = [];
  for (let start = segmentHeaderBytes; ; ) {
    const found = scanAt(bytes, start, { from: 1, to: Number.MAX_SAFE_INTEGER });
    if (found.kind !== 'record') break;
    const packed = JSON.parse(found.record.payload.toString('utf8')) as { r: [[string, string, number]] };
    records.push({ start, end: found.end, measuredAt: packed.r[0][2] });
    start = found.end;
  }
  return records;
}

if (import.meta.main) await runAlone(() => damagedJournal(sizes({ seeds: 100, readings: 300 })));
