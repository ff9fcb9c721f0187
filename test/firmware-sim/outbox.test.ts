import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openFileOutbox } from '../../firmware-sim/fileOutbox.ts';
import { createMemoryOutbox } from '../../firmware-sim/outbox.ts';
import { tempDir } from '../support/tempDir.ts';
import { describeOutbox } from './outbox.contract.ts';

const withBound = (bound: number | undefined) => (bound === undefined ? {} : { bound });
const sample = (n: number) => ({ sampledAt: 1000 + n, text: `{"sequence":${n}}` });
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => sample(from + i));

describeOutbox('in memory', bound => createMemoryOutbox(withBound(bound)));

let files = 0;
describeOutbox('in a file', bound =>
  openFileOutbox({ path: join(tempDir(), `${files++}.outbox`), compactAfterBytes: 500, ...withBound(bound) }),
);

describe('openFileOutbox', () => {
  it('finds after a restart what was not acknowledged, and goes on counting', () => {
    const path = join(tempDir(), 'node.outbox');
    const before = openFileOutbox({ path });
    before.append(range(0, 10));
    before.removeThrough(before.oldest(4).at(-1)!.position);
    const left = before.oldest(Infinity);
    before.close();
    const after = openFileOutbox({ path });
    expect(after.oldest(Infinity)).toEqual(left);
    after.append([sample(10)]);
    expect(after.oldest(Infinity).at(-1)?.position).toBe(left.at(-1)!.position + 1);
    expect(after.lastSampledAt).toBe(1010);
    after.close();
  });

  it('keeps its newest sampling time and its count through a rewrite and a restart', () => {
    const path = join(tempDir(), 'node.outbox');
    const before = openFileOutbox({ path, compactAfterBytes: 200 });
    for (let n = 0; n < 100; n++) {
      before.append([sample(n)]);
      before.removeThrough(before.oldest(1)[0]!.position);
    }
    expect(statSync(path).size).toBeLessThan(600);
    before.close();
    const after = openFileOutbox({ path });
    expect(after.depth).toBe(0);
    expect(after.lastSampledAt).toBe(1099);
    after.append([sample(100)]);
    expect(after.oldest(1)[0]?.position).toBe(101);
    after.close();
  });

  it('does not grow for ever while nobody acknowledges and the oldest are dropped', () => {
    const path = join(tempDir(), 'node.outbox');
    const outbox = openFileOutbox({ path, bound: 10, compactAfterBytes: 1000 });
    for (let n = 0; n < 2000; n++) outbox.append([sample(n)]);
    expect(statSync(path).size).toBeLessThan(4000);
    expect(outbox.dropped).toBe(1990);
    outbox.close();
  });

  it('opens whatever the tail looks like, with every entry before it', () => {
    const dir = tempDir();
    const whole = join(dir, 'whole.outbox');
    const outbox = openFileOutbox({ path: whole });
    outbox.append(range(0, 8));
    outbox.close();
    const bytes = readFileSync(whole);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length }), fc.string({ maxLength: 20 }), (cut, rubbish) => {
        const path = join(dir, 'torn.outbox');
        writeFileSync(path, bytes);
        truncateSync(path, cut);
        appendFileSync(path, rubbish);
        const complete = bytes.subarray(0, cut).toString().split('\n').length - 1;
        const torn = openFileOutbox({ path });
        const found = torn.oldest(Infinity).map(e => e.text);
        expect(found.slice(0, complete)).toEqual(range(0, complete).map(s => s.text));
        expect(found.length).toBeLessThanOrEqual(complete + 1);
        torn.append([sample(99)]);
        torn.close();
        const again = openFileOutbox({ path });
        expect(again.oldest(Infinity).map(e => e.text)).toEqual([...found, sample(99).text]);
        again.close();
      }),
    );
  });

  it('leaves out a damaged line, counts it and keeps its neighbours', () => {
    const path = join(tempDir(), 'node.outbox');
    const before = openFileOutbox({ path });
    before.append(range(0, 3));
    before.close();
    writeFileSync(path, readFileSync(path, 'utf8').replace('"sequence":1', '"sequence":7'));
    const after = openFileOutbox({ path });
    expect(after.oldest(Infinity).map(e => e.text)).toEqual([sample(0).text, sample(2).text]);
    expect(after.damagedLines).toBe(1);
    after.removeThrough(after.oldest(1)[0]!.position);
    expect(after.oldest(Infinity).map(e => e.text)).toEqual([sample(2).text]);
    after.close();
  });

  it('keeps everything it has taken through a kill -9', async () => {
    const path = join(tempDir(), 'node.outbox');
    const child = fork(new URL('./support/appendForEver.ts', import.meta.url), [path], {
      execPath: process.execPath,
    });
    let taken = 0;
    await new Promise<void>(resolve => {
      child.on('message', n => {
        taken = n as number;
        if (taken >= 500) resolve();
      });
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const outbox = openFileOutbox({ path });
    const found = outbox.oldest(Infinity).map(e => JSON.parse(e.text).sequence);
    expect(found.length).toBeGreaterThanOrEqual(taken);
    expect(found).toEqual(Array.from({ length: found.length }, (_, i) => i));
    outbox.close();
  });
});
