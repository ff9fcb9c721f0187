import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outbox } from '../../firmware-sim/outbox.ts';

const sample = (n: number) => ({ sampledAt: 1000 + n, text: `{"sequence":${n}}` });
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => sample(from + i));
const texts = (outbox: Outbox) => outbox.oldest(Infinity).map(e => e.text);

/** What every outbox must do, whatever it is made of. */
export function describeOutbox(kind: string, open: (bound?: number) => Outbox): void {
  describe(`an outbox ${kind}`, () => {
    it('gives the oldest first and keeps them until they are removed', () => {
      const outbox = open();
      outbox.append(range(0, 3));
      outbox.append(range(3, 5));
      expect(outbox.oldest(2).map(e => e.text)).toEqual(['{"sequence":0}', '{"sequence":1}']);
      expect(outbox.oldest(2)).toEqual(outbox.oldest(2));
      outbox.removeThrough(outbox.oldest(2).at(-1)!.position);
      expect(texts(outbox)).toEqual(range(2, 5).map(s => s.text));
      expect(outbox.depth).toBe(3);
    });

    it('removes nothing twice and nothing that was never given', () => {
      const outbox = open();
      outbox.append(range(0, 4));
      const [first] = outbox.oldest(1);
      outbox.removeThrough(first!.position);
      outbox.removeThrough(first!.position);
      outbox.removeThrough(0);
      expect(outbox.depth).toBe(3);
      outbox.removeThrough(1_000_000);
      expect(outbox.depth).toBe(0);
      outbox.append([sample(9)]);
      expect(texts(outbox)).toEqual(['{"sequence":9}']);
    });

    it('drops the oldest at its bound and counts them', () => {
      const outbox = open(3);
      outbox.append(range(0, 5));
      expect(texts(outbox)).toEqual(range(2, 5).map(s => s.text));
      expect(outbox.dropped).toBe(2);
    });

    it('remembers the newest sampling time after everything is acknowledged', () => {
      const outbox = open();
      expect(outbox.lastSampledAt).toBeNull();
      outbox.append(range(0, 3));
      outbox.removeThrough(Infinity);
      expect(outbox.lastSampledAt).toBe(1002);
    });

    it('holds exactly what was appended and not removed, in order, for any course of events', () => {
      const step = fc.oneof(
        fc.record({ append: fc.integer({ min: 0, max: 20 }) }),
        fc.record({ remove: fc.integer({ min: 1, max: 30 }) }),
      );
      fc.assert(
        fc.property(fc.array(step, { maxLength: 40 }), steps => {
          const outbox = open(50);
          let n = 0;
          let expected: string[] = [];
          for (const s of steps) {
            if ('append' in s) {
              outbox.append(range(n, n + s.append));
              expected = [...expected, ...range(n, n + s.append).map(e => e.text)].slice(-50);
              n += s.append;
            } else {
              const taken = outbox.oldest(s.remove);
              if (taken.length > 0) outbox.removeThrough(taken.at(-1)!.position);
              expected = expected.slice(s.remove);
            }
            expect(texts(outbox)).toEqual(expected);
          }
          outbox.close();
        }),
        { numRuns: 50 },
      );
    });
  });
}
