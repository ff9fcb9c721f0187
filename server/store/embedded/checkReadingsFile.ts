import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { dayMs } from '../summarise.ts';
import { decodeBody, decodeHead } from './blockFormat.ts';
import { DamagedBytes } from './integrity.ts';
import { decodeLog } from './logFormat.ts';
import { decodeNode, decodeState } from './nodeRecord.ts';
import { fileVersion, fromBlockId } from './readingsFile.ts';
import { damageOfWal } from './walCheck.ts';

export interface ReadingsFileCheck {
  readonly blocks: number;
  /** In blocks and log entries that check out. */
  readonly readings: number;
  /** What does not, each in words. */
  readonly damaged: string[];
}

const blocksATurn = 200;
const betweenLooksMs = 50;

/**
 * Reads every blob of a file with readings beside whoever has it open, and SQLite's own pages. Changes nothing. A file of
 * the first release has no checksums: of it, only SQLite's pages are looked at.
 */
export async function checkReadingsFile(path: string): Promise<ReadingsFileCheck> {
  const inLog = await lastingDamageOfWal(path);
  const damaged: string[] = inLog === undefined ? [] : [inLog];
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    const answer = String(Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0]);
    if (answer !== 'ok') damaged.push(answer);
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
    if (version < fileVersion) {
      const readings = Number(database.prepare('SELECT count(*) AS n FROM readings').get()?.n);
      return { blocks: 0, readings, damaged };
    }
    const believed = (name: string, check: () => number): number => {
      try {
        return check();
      } catch (error) {
        if (!(error instanceof DamagedBytes)) throw error;
        damaged.push(`${name}: ${error.message}`);
        return 0;
      }
    };
    for (const { record } of database.prepare('SELECT record FROM state').all())
      believed('the state of the file', () => decodeState(record as Uint8Array).version);
    for (const { no, record } of database.prepare('SELECT node_no AS no, record FROM nodes').all())
      believed(`node ${no}`, () => decodeNode(record as Uint8Array).nodeNo);
    const found = { blocks: 0, readings: unsealedIn(database, believed) };
    const all = database.prepare('SELECT id, head, body FROM blocks ORDER BY id').iterate();
    for (const { id, head, body } of all) {
      found.readings += believed(nameOf(Number(id), head as Uint8Array), () => {
        const told = decodeHead(head as Uint8Array);
        return decodeBody(head as Uint8Array, told, body as Uint8Array).count;
      });
      found.blocks += 1;
      if (found.blocks % blocksATurn === 0) await nextTurn();
    }
    return { ...found, damaged };
  } finally {
    database.close();
  }
}

/** A log that is being written to may be caught half-way: damage is what is still there after a while. */
async function lastingDamageOfWal(path: string): Promise<string | undefined> {
  for (let tries = 3; ; tries--) {
    const damage = damageOfWal(path);
    if (damage === undefined || tries === 1) return damage;
    await pause(betweenLooksMs);
  }
}

/** Readings of log entries that are not in blocks yet. */
function unsealedIn(database: DatabaseSync, believed: (name: string, check: () => number) => number): number {
  const sealedThrough = new Map<number, number>();
  for (const { record } of database.prepare('SELECT record FROM nodes').all()) {
    try {
      const { series, throughLog } = decodeNode(record as Uint8Array);
      for (const { seriesNo } of series) sealedThrough.set(seriesNo, throughLog);
    } catch {
      // Named already.
    }
  }
  let readings = 0;
  for (const { id, entry } of database.prepare('SELECT id, entry FROM log ORDER BY id').all())
    readings += believed(`log entry ${id}`, () => {
      const { series, seriesOf } = decodeLog(entry as Uint8Array);
      return seriesOf.filter(index => Number(id) > (sealedThrough.get(series[index]!.seriesNo) ?? 0)).length;
    });
  return readings;
}

function nameOf(id: number, head: Uint8Array): string {
  const { day } = fromBlockId(id);
  const date = new Date(day * dayMs).toISOString().slice(0, 10);
  try {
    const { nodeId, probe } = decodeHead(head);
    return `${nodeId} ${probe} ${date}`;
  } catch {
    return `a node on ${date}`;
  }
}
