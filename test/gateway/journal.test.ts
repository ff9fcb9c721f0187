import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Journal, type JournalOptions, openJournal } from '../../gateway/journal.ts';
import { type JournalFile, type JournalFiles, nodeFiles } from '../../gateway/journalFiles.ts';
import { encodeSegmentHeader } from '../../gateway/journalSegment.ts';
import { fakeClock } from '../support/fakeClock.ts';
import { tempDir } from '../support/tempDir.ts';
import { silentLog } from './startTestGateway.ts';

const clock = fakeClock(1_000_000);

async function open(dir: string, more: Partial<JournalOptions> = {}): Promise<Journal> {
  const journal = await openJournal({ dir, clock, log: silentLog, ...more });
  onTestFinished(() => journal.close());
  return journal;
}

const record = (n: number) => Buffer.from(`{"n":${n},"pad":"${'x'.repeat(n % 40)}"}`);
const appendAll = (journal: Journal, from: number, to: number) =>
  Promise.all(Array.from({ length: to - from + 1 }, (_, i) => journal.append(record(from + i))));

async function readAll(journal: Journal, from = 1, batch = 7): Promise<Map<number, string>> {
  const all = new Map<number, string>();
  for (let position = from; ; ) {
    const records = await journal.read(position, batch);
    const last = records.at(-1);
    if (!last) return all;
    for (const one of records) {
      expect(all.has(one.position)).toBe(false);
      all.set(one.position, one.payload.toString());
    }
    position = last.position + 1;
  }
}

const segmentsIn = (dir: string) =>
  readdirSync(dir)
    .filter(name => name.endsWith('.log'))
    .sort();
const onlySegment = (dir: string) => join(dir, segmentsIn(dir)[0]!);

/** Puts functions of a test in the way of every opened file. */
function withFiles(change: (file: JournalFile, path: string) => Partial<JournalFile>): JournalFiles {
  return {
    ...nodeFiles,
    async open(path, flags) {
      const file = await nodeFiles.open(path, flags);
      return {
        write: file.write.bind(file),
        read: file.read.bind(file),
        truncate: file.truncate.bind(file),
        datasync: file.datasync.bind(file),
        sync: file.sync.bind(file),
        close: file.close.bind(file),
        ...change(file, path),
      };
    },
  };
}

const noSpace = () => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

describe('journal', () => {
  it('gives records positions from 1 on, and reads them back in order and in batches', async () => {
    const journal = await open(tempDir());
    expect(await appendAll(journal, 1, 50)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    const all = await readAll(journal);
    expect([...all.keys()]).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    expect(all.get(33)).toBe(record(33).toString());
    expect((await journal.read(48, 100)).map(one => one.position)).toEqual([48, 49, 50]);
    expect(await journal.read(51, 10)).toEqual([]);
    expect(journal.lastPosition).toBe(50);
  });

  it('goes on counting after a restart, and reads over it', async () => {
    const dir = tempDir();
    for (let round = 0; round < 4; round++) {
      const journal = await open(dir);
      await appendAll(journal, round * 5 + 1, round * 5 + 5);
      await journal.close();
    }
    const journal = await open(dir);
    expect(journal.lastPosition).toBe(20);
    expect([...(await readAll(journal)).keys()]).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('never gives out a position a consumer is already past, even when the files are gone', async () => {
    const journal = await open(tempDir(), { startAfter: 1_000 });
    expect(await journal.append(record(1))).toBe(1_001);
    expect(await journal.read(1_001, 10)).toHaveLength(1);
  });

  it('shares one sync among the appends that gathered while another was running', async () => {
    let syncs = 0;
    let letGo: (() => void) | undefined;
    const files = withFiles(file => ({
      async datasync() {
        syncs++;
        await new Promise<void>(resolve => {
          letGo = resolve;
          started?.();
        });
        await file.datasync();
      },
    }));
    let started: (() => void) | undefined;
    const nextSync = () =>
      new Promise<void>(resolve => {
        started = resolve;
      });
    const journal = await open(tempDir(), { files });
    let committed = 0;
    const running = nextSync();
    const first = journal.append(record(1)).then(() => {
      committed++;
    });
    await running;
    const gathered = Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        journal.append(record(i)).then(() => {
          committed++;
        }),
      ),
    );
    expect(committed).toBe(0);
    const second = nextSync();
    letGo?.();
    await first;
    await second;
    expect(committed).toBe(1);
    letGo?.();
    await gathered;
    expect(committed).toBe(101);
    expect(syncs).toBe(2);
  });

  it('turns over by size and by age, and forgets whole files only', async () => {
    const dir = tempDir();
    const own = fakeClock(0);
    const journal = await open(dir, { segmentBytes: 200, segmentAgeMs: 60_000, clock: own });
    for (let n = 1; n <= 20; n++) await journal.append(record(n));
    const bySize = segmentsIn(dir).length;
    expect(bySize).toBeGreaterThan(3);
    await journal.append(record(1));
    own.advance(60_000);
    await journal.append(record(2));
    expect(segmentsIn(dir).length).toBeGreaterThan(bySize);
    await journal.forget(10);
    const left = [...(await readAll(journal)).keys()];
    expect(left[0]).toBeGreaterThan(1);
    expect(left[0]).toBeLessThanOrEqual(11);
    expect(left.at(-1)).toBe(22);
    await journal.forget(22);
    expect(segmentsIn(dir)).toHaveLength(1);
    expect(journal.stats()).toMatchObject({ records: 0, oldestAt: null });
  });

  it('refuses appends at its bound, drops nothing, and goes on when there is room again', async () => {
    const dir = tempDir();
    const journal = await open(dir, { maxBytes: 2_000, segmentBytes: 300 });
    let taken = 0;
    await expect(
      (async () => {
        for (;;) {
          await journal.append(record(taken + 1));
          taken++;
        }
      })(),
    ).rejects.toMatchObject({ name: 'JournalUnavailable', reason: 'full' });
    expect((await readAll(journal)).size).toBe(taken);
    expect(journal.stats().bytes).toBeLessThanOrEqual(2_000);
    await journal.forget(taken);
    expect(await journal.append(record(1))).toBe(taken + 1);
  });

  it('promises nothing while the disk is full, and recovers by itself without a trace of the half-written group', async () => {
    const dir = tempDir();
    let full = false;
    const files = withFiles(file => ({
      async write(bytes, offset, length, position) {
        if (!full) return file.write(bytes, offset, length, position);
        await file.write(bytes, offset, Math.floor(length / 2), position);
        throw noSpace();
      },
    }));
    const journal = await open(dir, { files });
    await appendAll(journal, 1, 3);
    full = true;
    const failed = await Promise.allSettled(
      Array.from({ length: 5 }, (_, i) => journal.append(record(100 + i))),
    );
    expect(failed.every(one => one.status === 'rejected')).toBe(true);
    await expect(journal.append(record(1))).rejects.toMatchObject({
      reason: 'io',
      message: expect.stringContaining('ENOSPC'),
    });
    full = false;
    await expect(journal.append(record(4))).resolves.toBe(4);
    await journal.close();
    const again = await open(dir);
    expect([...(await readAll(again)).values()]).toEqual([1, 2, 3, 4].map(n => record(n).toString()));
  });

  it('gives up a file whose sync failed and starts a new one, at the first record too', async () => {
    for (const before of [0, 3]) {
      const dir = tempDir();
      let broken = false;
      const files = withFiles(file => ({
        async datasync() {
          if (broken) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
          await file.datasync();
        },
      }));
      const journal = await open(dir, { files });
      if (before > 0) await appendAll(journal, 1, before);
      broken = true;
      await expect(journal.append(record(77))).rejects.toMatchObject({ reason: 'io' });
      await expect(journal.append(record(78))).rejects.toMatchObject({ reason: 'io' });
      broken = false;
      expect(await journal.append(record(before + 1))).toBe(before + 1);
      await journal.close();
      expect(segmentsIn(dir)).toHaveLength(before > 0 ? 2 : 1);
      const again = await open(dir);
      expect([...(await readAll(again)).values()]).toEqual(
        Array.from({ length: before + 1 }, (_, i) => record(i + 1).toString()),
      );
    }
  });

  it('takes short writes for what they are', async () => {
    const files = withFiles(file => ({
      write: (bytes, offset, length, position) => file.write(bytes, offset, Math.min(length, 5), position),
    }));
    const dir = tempDir();
    const journal = await open(dir, { files });
    await appendAll(journal, 1, 10);
    expect((await readAll(await open(dir))).size).toBe(10);
  });

  it('opens after any cut of its last file with every record before the cut, and appends behind them', async () => {
    const dir = tempDir();
    const journal = await open(dir);
    await appendAll(journal, 1, 30);
    await journal.close();
    const whole = readFileSync(onlySegment(dir));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async cut => {
        const copy = join(tempDir(), 'journal');
        mkdirSync(copy);
        writeFileSync(join(copy, segmentsIn(dir)[0]!), whole.subarray(0, cut));
        const cutJournal = await openJournal({ dir: copy, clock, log: silentLog });
        const kept = await readAll(cutJournal);
        for (const [position, payload] of kept) expect(payload).toBe(record(position).toString());
        const wholeRecords = wholeRecordsWithin(cut);
        expect(kept.size).toBe(wholeRecords);
        expect(await cutJournal.append(record(99))).toBe(wholeRecords + 1);
        expect((await readAll(cutJournal)).get(wholeRecords + 1)).toBe(record(99).toString());
        await cutJournal.close();
      }),
      { numRuns: 60 },
    );
    function wholeRecordsWithin(bytes: number): number {
      let end = 24;
      for (let n = 1; n <= 30; n++) {
        end += 16 + record(n).length;
        if (end > bytes) return n - 1;
      }
      return 30;
    }
  });

  it('serves every undamaged record and never a wrong one, whatever bits flip, and keeps a copy of the damage', async () => {
    const dir = tempDir();
    const journal = await open(dir, { segmentBytes: 600 });
    for (let n = 1; n <= 40; n++) await journal.append(record(n));
    await journal.close();
    const names = segmentsIn(dir);
    const bytes = names.map(name => readFileSync(join(dir, name)));
    const flips = fc.array(fc.tuple(fc.nat({ max: names.length - 1 }), fc.nat(), fc.nat({ max: 7 })), {
      minLength: 1,
      maxLength: 64,
    });
    await fc.assert(
      fc.asyncProperty(flips, async places => {
        const copy = join(tempDir(), 'journal');
        mkdirSync(copy);
        const damaged = bytes.map(one => Buffer.from(one));
        const hit = new Set<number>();
        for (const [file, at, bit] of places) {
          const target = damaged[file]!;
          const offset = at % target.length;
          target[offset] = target[offset]! ^ (1 << bit);
          const owner = recordAtOffset(file, offset);
          if (owner) hit.add(owner);
        }
        for (const [i, name] of names.entries()) writeFileSync(join(copy, name), damaged[i]!);
        const lines: string[] = [];
        const log = pino({ level: 'warn' }, { write: line => void lines.push(line) });
        const opened = await openJournal({ dir: copy, clock, log });
        const kept = await readAll(opened);
        for (const [position, payload] of kept) expect(payload).toBe(record(position).toString());
        for (let n = 1; n <= 40; n++) if (!hit.has(n)) expect(kept.has(n), `record ${n}`).toBe(true);
        const lost = [...hit].some(n => !kept.has(n));
        if (lost) {
          expect(readdirSync(join(copy, 'damaged')).length).toBeGreaterThan(0);
          expect(lines.join('')).toMatch(/damaged|half-written/);
        }
        const next = await opened.append(record(1));
        expect(kept.has(next)).toBe(false);
        expect(next).toBeGreaterThan(Math.max(0, ...kept.keys()));
        await opened.close();
      }),
      { numRuns: 60 },
    );
    function recordAtOffset(file: number, offset: number): number | undefined {
      const first = Number(names[file]!.slice(0, 16));
      let end = 24;
      if (offset < end) return undefined;
      for (let n = first; ; n++) {
        end += 16 + record(n).length;
        if (offset < end) return n;
      }
    }
  });

  it('does not touch files of a newer release', async () => {
    const dir = tempDir();
    const header = encodeSegmentHeader(1);
    const { crc32 } = await import('node:zlib');
    header.writeUInt16LE(2, 6);
    header.writeUInt32LE(crc32(header.subarray(0, 16)), 16);
    const path = join(dir, '0000000000000001.log');
    writeFileSync(path, Buffer.concat([header, Buffer.from('something newer')]));
    await expect(open(dir)).rejects.toThrow(/written by a newer release \(journal format 2\)/);
    expect(statSync(path).size).toBe(header.length + 15);
  });

  it('holds every record whose append resolved when its process is killed', async () => {
    const dir = join(tempDir(), 'journal');
    let acknowledged = 0;
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'appendForeverChild.ts'), dir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines = createInterface({ input: child.stdout });
      const enough = acknowledged + 400 + 137 * round;
      for await (const line of lines) {
        acknowledged = Number(line);
        if (acknowledged >= enough) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      expect(child.signalCode).toBe('SIGKILL');
    }
    const copy = tempDir();
    for (const name of segmentsIn(dir)) copyFileSync(join(dir, name), join(copy, name));
    const all = await readAll(await open(copy), 1, 1_000);
    for (let position = 1; position <= acknowledged; position++)
      expect(all.get(position), `position ${position}`).toBe(`record ${position}`);
  });
});
