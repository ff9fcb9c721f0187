import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InfluxError } from '../../../../server/store/influx/influxErrors.ts';
import type { InfluxServer } from '../../../../server/store/influx/influxServer.ts';
import { type Line, writeBatch } from '../../../../server/store/influx/writeBatch.ts';
import { atMinute } from './influxStoreFixture.ts';

const linesOf = (count: number): Line[] =>
  Array.from({ length: count }, (_, i) => ({ text: `line ${i}`, reading: atMinute(i) }));

function serverThat(write: (lines: string[]) => void): InfluxServer {
  return {
    kind: '2.x',
    version: 'v2.7.0',
    write: async lines => write(lines.split('\n')),
    query: async () => [],
    prepare: async () => undefined,
  };
}

describe('writeBatch', () => {
  it('stores every line but the refused ones, whichever they are', async () => {
    const poisons = fc.uniqueArray(fc.nat({ max: 199 }), { maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 20, max: 200 }), poisons, async (count, poisoned) => {
        const bad = new Set(poisoned.map(i => `line ${i}`));
        const stored = new Set<string>();
        const server = serverThat(lines => {
          if (lines.some(line => bad.has(line)))
            throw new InfluxError('refused', 'bad line', { status: 400 });
          for (const line of lines) stored.add(line);
        });
        const lines = linesOf(count);
        const refused = await writeBatch(server, lines);
        const texts = lines.map(line => line.text);
        expect(refused.map(line => line.text)).toEqual(texts.filter(line => bad.has(line)));
        expect([...stored].sort()).toEqual(texts.filter(line => !bad.has(line)).sort());
      }),
      { numRuns: 50 },
    );
  });

  it('believes a server that names the lines it refused, in one request', async () => {
    let requests = 0;
    const server = serverThat(() => {
      requests += 1;
      if (requests > 1) throw new Error('one request is enough');
      throw new InfluxError('refused', 'partial write', {
        status: 400,
        badLines: [{ lineNumber: 3, reason: 'invalid column type' }],
      });
    });
    expect(await writeBatch(server, linesOf(10))).toMatchObject([
      { text: 'line 2', reason: 'invalid column type' },
    ]);
  });

  it('gives the batch back when the server fails on the way', async () => {
    const server = serverThat(lines => {
      if (lines.length > 5) throw new InfluxError('too-large', 'too large', { status: 413 });
      if (lines.includes('line 8')) throw new InfluxError('busy', 'timeout', { status: 503 });
    });
    await expect(writeBatch(server, linesOf(10))).rejects.toThrow('timeout');
  });
});
