import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../firmware-sim/seededRandom.ts';
import type { Reading } from '../../../../models/contracts/reading.ts';
import { checkReadingsFile } from '../../../../server/store/embedded/checkReadingsFile.ts';
import { openEmbeddedReadingStore } from '../../../../server/store/embeddedReadingStore.ts';
import type { ReadingStore } from '../../../../server/store/readingStore.ts';
import { aReading } from '../../../support/aReading.ts';
import { tempDir } from '../../../support/tempDir.ts';
import { sealedWorld } from './sealedWorld.ts';

const everything = { from: -Infinity, to: Infinity, limit: Infinity };
const t0 = Date.parse('2026-11-20T00:00:00Z');
const dayMs = 86_400_000;

async function all(store: ReadingStore): Promise<Reading[]> {
  const found: Reading[] = [];
  for (const nodeId of await store.nodeIds()) found.push(...(await store.range({ nodeId, ...everything })));
  return found;
}

const byNodeAndTime = (a: Reading, b: Reading) =>
  a.nodeId === b.nodeId ? a.measuredAt - b.measuredAt : a.nodeId < b.nodeId ? -1 : 1;

/** What a store says when it is opened, and what it says of damage. */
function openListening(path: string) {
  const said: string[] = [];
  const note = (_fields: object, message: string) => said.push(message);
  return { store: openEmbeddedReadingStore(path, { log: { info: note, warn: note, error: note } }), said };
}

/** Three nodes with two sealed days each. */
async function sealedFile(): Promise<{ path: string; readings: Reading[] }> {
  const path = join(tempDir(), 'readings.sqlite');
  const readings = Array.from({ length: 600 }, (_, i) =>
    aReading({ nodeId: `S-0${i % 3}`, measuredAt: t0 + i * 288_000, temperatureC: i / 10, sequence: i }),
  );
  const store = openEmbeddedReadingStore(path, { sealRows: 1 });
  await store.append(readings, 9);
  await store.forget({ readingsBefore: 0, hoursBefore: 0 });
  await store.close();
  return { path, readings: readings.sort(byNodeAndTime) };
}

/** Changes the content of a block without SQLite noticing. */
function spoil(path: string, sql: string): void {
  const file = new DatabaseSync(path);
  file.exec(sql);
  file.close();
}

describe('the embedded store with a damaged block', () => {
  it('names it, sets it aside, serves the rest and takes the lost readings again', async () => {
    const { path, readings } = await sealedFile();
    spoil(
      path,
      "UPDATE blocks SET body = CAST(x'00' || substr(body, 2) AS BLOB) WHERE id = (SELECT max(id) FROM blocks)",
    );
    const { store, said } = openListening(path);
    const lost = readings.filter(r => r.nodeId === 'S-02' && r.measuredAt >= t0 + dayMs);
    expect(lost.length).toBeGreaterThan(50);
    expect(await all(store)).toEqual(readings.filter(r => !lost.includes(r)));
    expect(said).toContainEqual(expect.stringMatching(/S-02 main 2026-11-21 are damaged and were set aside/));
    expect(readdirSync(join(dirname(path), 'damaged')).length).toBe(1);
    expect(await store.count()).toBe(readings.length - lost.length);
    expect((await store.append(readings)).inserted.length).toBe(lost.length);
    expect((await all(store)).sort(byNodeAndTime)).toEqual(readings);
    await store.close();
  });

  it('puts a whole block that stands where another belongs back into its place', async () => {
    const { path, readings } = await sealedFile();
    spoil(path, 'UPDATE blocks SET id = id + 64 WHERE id = (SELECT max(id) FROM blocks)');
    const { store, said } = openListening(path);
    expect(await all(store)).toEqual(readings);
    expect(said).toContainEqual(expect.stringMatching(/damaged/));
    await store.close();
  });

  it('is told of by the check, which changes nothing', async () => {
    const { path, readings } = await sealedFile();
    expect(await checkReadingsFile(path)).toEqual({ blocks: 6, readings: readings.length, damaged: [] });
    spoil(
      path,
      "UPDATE blocks SET body = CAST(x'00' || substr(body, 2) AS BLOB) WHERE id = (SELECT max(id) FROM blocks)",
    );
    const before = readFileSync(path);
    const found = await checkReadingsFile(path);
    expect(found.damaged).toEqual([expect.stringMatching(/^S-02 main 2026-11-21/)]);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe('the embedded store on a damaged file', () => {
  it('keeps everything whole when the trees of SQLite are gone', async () => {
    const { path, readings } = await sealedFile();
    const bytes = readFileSync(path);
    // The page with the schema: nothing can be found by name any more.
    bytes.fill(0, 100, 1024);
    writeFileSync(path, bytes);
    const { store, said } = openListening(path);
    expect(await all(store)).toEqual(readings);
    expect(store.durablePosition()).toBe(0);
    expect(said.at(-1)).toMatch(/was damaged: 600 readings were kept/);
    expect(readdirSync(join(dirname(path), 'damaged'))).toEqual(['readings.sqlite.1']);
    await store.close();
  });

  it('begins empty when nothing in it is ours, and keeps the file', async () => {
    const path = join(tempDir(), 'readings.sqlite');
    writeFileSync(path, 'this was never a database, however long it is. '.repeat(100));
    const { store } = openListening(path);
    expect(await store.count()).toBe(0);
    await store.append([aReading()]);
    await store.close();
    expect(existsSync(join(dirname(path), 'damaged', 'readings.sqlite.1'))).toBe(true);
  });

  it('takes frames that SQLite would drop from a log with a hole, and an unfinished last one for the end', async () => {
    const dir = tempDir();
    const path = join(dir, 'readings.sqlite');
    const open = openEmbeddedReadingStore(path);
    const readings = Array.from({ length: 100 }, (_, i) => aReading({ measuredAt: t0 + i, sequence: i }));
    for (const reading of readings) await open.append([reading]);
    await open.sync();
    for (const i of [100, 101]) await open.append([aReading({ measuredAt: t0 + i, sequence: i })]);
    const files = ['', '-wal'].map(part => [part, readFileSync(path + part)] as const);
    await open.close();

    const restore = (change: (log: Buffer) => Buffer) => {
      const at = join(tempDir(), 'readings.sqlite');
      for (const [part, bytes] of files)
        writeFileSync(at + part, part === '' ? bytes : change(Buffer.from(bytes)));
      return openListening(at);
    };
    const holed = restore(log => {
      log[Math.floor(log.length / 2)]! ^= 1;
      return log;
    });
    expect(await holed.store.count()).toBeGreaterThanOrEqual(101);
    expect(holed.said).toContainEqual(expect.stringMatching(/damaged/));
    await holed.store.close();

    const torn = restore(log => log.subarray(0, log.length - 300));
    expect(await torn.store.count()).toBe(101);
    expect(torn.said).toEqual([]);
    await torn.store.close();

    // After a power cut, a later frame may have reached the disk before an earlier one that no sync had waited for.
    const outOfOrder = restore(log => {
      log[log.length - 1_500]! ^= 1;
      return log;
    });
    expect(await outOfOrder.store.count()).toBe(100);
    expect(outOfOrder.said).toEqual([]);
    await outOfOrder.store.close();
  });

  it('opens with everything whole whichever byte of its first page is another', async () => {
    const { path, readings } = await sealedFile();
    const bytes = readFileSync(path);
    for (let at = 0; at < 1024; at += at < 100 ? 1 : 9) {
      const copy = Buffer.from(bytes);
      copy[at]! ^= 1 + (at % 255);
      const changed = join(tempDir(), 'readings.sqlite');
      writeFileSync(changed, copy);
      const { store } = openListening(changed);
      expect([at, await store.count()]).toEqual([at, readings.length]);
      await store.close();
    }
  });

  it('never serves a value that was not appended, whichever bytes are others', async () => {
    const { path, readings } = await sealedFile();
    const bytes = readFileSync(path);
    for (let seed = 1; seed <= 25; seed++) {
      const random = createRandom(seed);
      const copy = Buffer.from(bytes);
      for (let n = 1 + Math.floor(random.next() * 64); n > 0; n--)
        copy[Math.floor(random.next() * copy.length)]! ^= 1 + Math.floor(random.next() * 255);
      const at = join(tempDir(), 'readings.sqlite');
      writeFileSync(at, copy);
      const { store } = openListening(at);
      const known = new Set(readings.map(r => JSON.stringify(r)));
      for (const reading of await all(store)) expect(known.has(JSON.stringify(reading))).toBe(true);
      await store.close();
    }
  });
});

describe('the embedded store killed with -9 while it seals', () => {
  it('holds every append that was answered, each reading once', async () => {
    const world = sealedWorld(400);
    for (let round = 0; round < 4; round++) {
      const path = join(tempDir(), 'readings.sqlite');
      const child = spawn(process.execPath, [join(import.meta.dirname, 'sealChild.ts'), path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(child, 'exit');
      let answered = 0;
      for await (const line of createInterface(child.stdout)) {
        answered = Number(line);
        if (answered >= 60 + round * 97) child.kill('SIGKILL');
      }
      await exited;
      const store = openEmbeddedReadingStore(path, { sealRows: 300 });
      const unique = (appends: number) =>
        new Set(
          world
            .slice(0, appends)
            .flat()
            .map(r => `${r.nodeId} ${r.measuredAt}`),
        ).size;
      const count = await store.count();
      expect([unique(answered), unique(answered + 1)]).toContain(count);
      expect((await all(store)).length).toBe(count);
      const again = await store.append(world.flat());
      expect(again.conflicts).toEqual([]);
      expect(again.inserted.length).toBe(unique(400) - count);
      expect((await all(store)).length).toBe(unique(400));
      await store.close();
    }
  });
});

describe('the embedded store under late readings', () => {
  it('keeps few of them in memory, and each in its day', async () => {
    const path = join(tempDir(), 'readings.sqlite');
    const store = openEmbeddedReadingStore(path, { sealRows: 500 });
    const random = createRandom(3);
    const sent = new Map<number, Reading>();
    for (let n = 0; n < 60; n++) {
      const batch = Array.from({ length: 100 }, () => {
        const measuredAt = t0 - Math.floor(random.next() * 90 * 1440) * 60_000;
        return aReading({ measuredAt, temperatureC: Math.round(random.next() * 100) / 10, sequence: n });
      });
      for (const reading of batch) if (!sent.has(reading.measuredAt)) sent.set(reading.measuredAt, reading);
      await store.append(batch);
    }
    await store.close();
    const file = new DatabaseSync(path);
    const waiting = file.prepare('SELECT count(*) AS n FROM log').get()?.n;
    file.close();
    expect(Number(waiting)).toBeLessThan(20);
    const next = openEmbeddedReadingStore(path);
    expect(await all(next)).toEqual([...sent.values()].sort(byNodeAndTime));
    await next.close();
  });
});
