import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../firmware-sim/seededRandom.ts';
import type { Reading } from '../../models/contracts/reading.ts';
import { openEmbeddedReadingStore } from '../../server/store/embeddedReadingStore.ts';
import { openSqlite } from '../../server/store/openSqlite.ts';
import { writeOldReadingsFile } from '../server/store/embedded/oldReadingsFile.ts';
import { aReading } from '../support/aReading.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';

/** F17: the store comes from the first release's format to the present one, and is killed with -9 on the way. */
export async function migrationKill({
  rounds,
  nodes,
  readings,
}: {
  rounds: number;
  nodes: number;
  readings: number;
}): Promise<FaultReport> {
  const figures = new Figures('F17 migration killed midway');
  const base = mkdtempSync(join(tmpdir(), 'tahan-migration-'));
  try {
    const sent = oldReadings(nodes, readings);
    const old = join(base, 'old.sqlite');
    writeOldReadingsFile(old, sent, 7);
    const whole = fresh(base, old);
    const began = performance.now();
    await untilExit(start(whole));
    const wholeMs = performance.now() - began;
    figures.note('readings', readings);
    figures.note('rounds', rounds);
    figures.note('migrationMs', Math.round(wholeMs));
    const expected = digestOf(Map.groupBy(sent, r => r.nodeId));
    figures.equal('undisturbed: checksum', await digestOfStore(whole), expected);
    const random = createRandom(17);
    let killed = 0;
    const runs: { digest: string; left: string }[] = [];
    for (let round = 0; round < rounds; round++) {
      const path = fresh(base, old);
      // Once or twice: what a first kill left is killed again while it goes on.
      for (let kill = 0; kill <= round % 2; kill++)
        killed += Number(await killAfter(path, random.next() * wholeMs));
      runs.push({ digest: await digestOfStore(path), left: readdirSync(join(base, 'run')).join(' ') });
    }
    figures.atLeast('kills that met the migration', killed, rounds / 2);
    figures.equal('checksums equal', runs.filter(run => run.digest === expected).length, rounds);
    figures.equal(
      'nothing left beside the file',
      runs.filter(run => run.left === 'readings.sqlite').length,
      rounds,
    );
    figures.equal('refused by the release before', refusalOf(whole), 'in one line');
    return figures.report();
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

function oldReadings(nodes: number, count: number): Reading[] {
  const random = createRandom(1);
  const startedAt = Date.parse('2026-10-01T00:00:00Z');
  return Array.from({ length: count }, (_, i) => {
    const measuredAt = startedAt + Math.floor(i / nodes) * 60_000 + Math.floor(random.next() * 1_000);
    return aReading({
      nodeId: `kitchen-${i % nodes}`,
      measuredAt,
      receivedAt: measuredAt + 40,
      temperatureC: i % 50 === 0 ? null : Math.round(random.next() * 1_000) / 100,
      humidityPct: i % 50 === 0 ? 55.5 : null,
      sequence: i,
    });
  });
}

function fresh(base: string, old: string): string {
  const folder = join(base, 'run');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const path = join(folder, 'readings.sqlite');
  copyFileSync(old, path);
  return path;
}

const start = (path: string) =>
  spawn(process.execPath, [join(import.meta.dirname, 'openStoreChild.ts'), path], { stdio: 'inherit' });

async function untilExit(child: ReturnType<typeof spawn>): Promise<void> {
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the store was not opened: exit code ${code}`);
}

/** Whether the kill came before the child had ended. */
async function killAfter(path: string, ms: number): Promise<boolean> {
  const child = start(path);
  const exited = once(child, 'exit');
  await Promise.race([sleep(ms), exited]);
  child.kill('SIGKILL');
  const [, signal] = await exited;
  return signal === 'SIGKILL';
}

async function digestOfStore(path: string): Promise<string> {
  const store = openEmbeddedReadingStore(path);
  try {
    const byNode = new Map<string, Reading[]>();
    for (const nodeId of await store.nodeIds())
      byNode.set(nodeId, await store.range({ nodeId, from: -Infinity, to: Infinity, limit: Infinity }));
    return digestOf(byNode);
  } finally {
    await store.close();
  }
}

function digestOf(byNode: ReadonlyMap<string, readonly Reading[]>): string {
  const hash = createHash('sha256');
  for (const nodeId of [...byNode.keys()].sort())
    for (const r of byNode.get(nodeId)!)
      hash.update(
        `${nodeId} ${r.probe} ${r.measuredAt} ${r.receivedAt} ${r.temperatureC} ${r.humidityPct} ${r.batteryPct} ${r.sequence} ${r.timeSource} ${r.quality}\n`,
      );
  return hash.digest('hex').slice(0, 16);
}

/** What the way of opening a file that the first release had says to the present one. */
function refusalOf(path: string): string {
  try {
    openSqlite(path, { synchronous: 'NORMAL', migrations: [''] }).close();
    return 'not refused';
  } catch (error) {
    const { message } = error as Error;
    return /newer release/.test(message) && !message.includes('\n') ? 'in one line' : message;
  }
}

if (import.meta.main)
  await runAlone(() => migrationKill(sizes({ rounds: 10, nodes: 40, readings: 400_000 })));
