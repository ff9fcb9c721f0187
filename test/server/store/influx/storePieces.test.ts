import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endPieces } from '../../../../server/store/influx/askInPieces.ts';
import { pieces } from '../../../../server/store/influx/influxQueries.ts';
import type { InfluxServer } from '../../../../server/store/influx/influxServer.ts';
import { t0 } from './influxStoreFixture.ts';

const hour = 3_600_000;
const of = (kind: InfluxServer['kind']): InfluxServer => ({
  ...{ kind, version: '', write: async () => undefined, query: async () => [] },
  prepare: async () => undefined,
});

describe('pieces', () => {
  it('are the span itself for a server that answers for any', () => {
    const span = { from: Number.NEGATIVE_INFINITY, to: t0 };
    expect(pieces(of('1.x'), span, t0)).toEqual([span]);
    expect(pieces(of('2.x'), { from: t0, to: t0 }, t0)).toEqual([]);
  });

  it('cover a span without a gap, three days at most each, for 3 Core', () => {
    const lengthH = fc.double({ min: 0.01, max: 390 * 24, noNaN: true });
    fc.assert(
      fc.property(lengthH, hours => {
        const span = { from: t0 - hours * hour, to: t0 };
        const cut = pieces(of('3-core'), span, t0);
        expect(cut[0]!.from).toBe(span.from);
        expect(cut.at(-1)!.to).toBe(span.to);
        cut.forEach((piece, i) => {
          expect(piece.to - piece.from).toBeLessThanOrEqual(72 * hour);
          if (i > 0) expect(piece.from).toBe(cut[i - 1]!.to);
        });
      }),
    );
  });
});

describe('endPieces', () => {
  it('cover the span, nearest to its end first', () => {
    const bound = fc.integer({ min: -100, max: 100 }).map(h => t0 + h * hour);
    const from = fc.oneof(bound, fc.constant(Number.NEGATIVE_INFINITY));
    const to = fc.oneof(bound, fc.constant(Number.POSITIVE_INFINITY));
    fc.assert(
      fc.property(from, to, fc.constantFrom('first' as const, 'last' as const), (from, to, end) => {
        fc.pre(from < to);
        const cut = endPieces(of('1.x'), { from, to }, end, t0);
        if (end === 'last') cut.reverse();
        expect(cut[0]!.from).toBe(from);
        expect(cut.at(-1)!.to).toBe(to);
        cut.slice(1).forEach((piece, i) => {
          expect(piece.from).toBe(cut[i]!.to);
        });
      }),
    );
  });
});
