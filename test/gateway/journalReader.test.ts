import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openJournal } from '../../gateway/journal.ts';
import { tempDir } from '../support/tempDir.ts';
import { silentLog, systemClock } from './startTestGateway.ts';

const positions = (records: readonly { position: number }[]) => records.map(record => record.position);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

async function open() {
  const journal = await openJournal({
    dir: join(tempDir(), 'journal'),
    clock: systemClock,
    log: silentLog,
    segmentBytes: 2_000,
  });
  onTestFinished(() => journal.close());
  const append = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, i) => journal.append(Buffer.from(`record ${i}`))));
  return { journal, append };
}

describe('reading a journal', () => {
  it('goes on behind what it had loaded when more has been committed since', async () => {
    const { journal, append } = await open();
    await append(20);
    expect(positions(await journal.read(1, 10))).toEqual(range(1, 10));
    await append(10);
    expect(positions(await journal.read(11, 100))).toEqual(range(11, 30));
    await append(5);
    expect(positions(await journal.read(1, 3))).toEqual(range(1, 3));
    await append(5);
    expect(positions(await journal.read(36, 100))).toEqual(range(36, 40));
  });

  it('gives each of several readers at once what it asked for', async () => {
    const { journal, append } = await open();
    await append(200);
    const reads = await Promise.all([1, 150, 199, 30, 1, 120].map(from => journal.read(from, 40)));
    expect(reads.map(positions)).toEqual([
      range(1, 40),
      range(150, 189),
      range(199, 200),
      range(30, 69),
      range(1, 40),
      range(120, 159),
    ]);
  });

  it('gives all there is up to the number asked for, whatever was read and committed before or meanwhile', async () => {
    const step = fc.oneof(
      fc.record({ append: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ from: fc.integer({ min: 1, max: 150 }), max: fc.integer({ min: 1, max: 60 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async steps => {
        const { journal, append } = await open();
        const doing: Promise<unknown>[] = [];
        for (const one of steps) {
          if ('append' in one) {
            const appended = append(one.append);
            if (one.append % 2 === 0) await appended;
            doing.push(appended);
          } else {
            const committed = journal.lastPosition;
            const check = journal.read(one.from, one.max).then(found => {
              const last = Math.min(one.from + one.max - 1, committed);
              expect(positions(found)).toEqual(one.from > last ? [] : range(one.from, last));
            });
            if (one.max % 2 === 0) await check;
            doing.push(check);
          }
        }
        await Promise.all(doing);
        await journal.close();
      }),
      { numRuns: 40 },
    );
  });
});
