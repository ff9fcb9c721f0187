import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../../models/contracts/reading.ts';
import {
  decodeBody,
  decodeHead,
  decodePoints,
  encodeBlock,
} from '../../../../server/store/embedded/blockFormat.ts';
import { ByteReader, ByteWriter } from '../../../../server/store/embedded/byteStream.ts';
import { readColumn, writeColumn } from '../../../../server/store/embedded/columnCodec.ts';
import { DamagedBytes } from '../../../../server/store/embedded/integrity.ts';
import { decodeLog, encodeLog } from '../../../../server/store/embedded/logFormat.ts';
import { Rows } from '../../../../server/store/embedded/rows.ts';
import { isUsable } from '../../../../server/store/readingStore.ts';

const dayMs = 86_400_000;
const day = 20_000;
const key = { nodeId: 'S-01', probe: 'main', day, part: 0 };

/** Numbers as probes say them, and every other kind of number there is. */
const value = fc.oneof(
  fc.integer({ min: -4000, max: 8500 }).map(n => n / 100),
  fc.integer({ min: -40, max: 85 }),
  fc.double(),
  fc.constantFrom(0, -0, 1e-300, -1e300, 5e-324, 0.1 + 0.2, 2 ** 53 - 1),
);
const column = fc.oneof(
  fc.array(value),
  fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }).map(n => n / 1000)),
  fc.array(fc.maxSafeInteger()),
  fc
    .tuple(fc.integer(), fc.nat(), fc.nat(300))
    .map(([start, step, n]) => Array.from({ length: n }, (_, i) => start + i * step)),
  fc.tuple(value, fc.nat(50)).map(([same, n]) => new Array<number>(n).fill(same)),
);

const reading = fc.record({
  nodeId: fc.constant('S-01'),
  probe: fc.constant('main'),
  measuredAt: fc.integer({ min: day * dayMs, max: (day + 1) * dayMs - 1 }),
  receivedAt: fc.integer({ min: 0, max: 8.64e15 }),
  timeSource: fc.constantFrom('device', 'arrival'),
  temperatureC: fc.option(value),
  humidityPct: fc.option(value),
  batteryPct: fc.option(value),
  sequence: fc.option(fc.maxSafeNat()),
  quality: fc.constantFrom('good', 'suspect'),
}) as fc.Arbitrary<Reading>;
const readings = fc
  .uniqueArray(reading, { selector: r => r.measuredAt, minLength: 1, maxLength: 200 })
  .map(list => list.sort((a, b) => a.measuredAt - b.measuredAt));

function rowsOf(list: readonly Reading[]): Rows {
  const rows = new Rows(0);
  for (const one of list) rows.insert(rows.count, one);
  return rows;
}
const listOf = (rows: Rows) =>
  Array.from({ length: rows.count }, (_, row) => rows.reading(row, 'S-01', 'main'));

describe('a column', () => {
  it('gives every number back bit for bit, and reads no byte more than it wrote', () => {
    fc.assert(
      fc.property(column, numbers => {
        const out = new ByteWriter(1);
        writeColumn(out, Float64Array.from(numbers), numbers.length);
        out.u8(99);
        const input = new ByteReader(out.done());
        const back = new Float64Array(numbers.length);
        readColumn(input, back, numbers.length);
        expect([...back]).toEqual(numbers);
        expect(input.u8()).toBe(99);
      }),
      { numRuns: 500 },
    );
  });

  it('takes under two bytes a number for a minute-by-minute temperature of two decimals', () => {
    const numbers = Float64Array.from(
      { length: 1440 },
      (_, i) => Math.round(400 + 200 * Math.sin(i / 90)) / 100,
    );
    const out = new ByteWriter();
    writeColumn(out, numbers, numbers.length);
    expect(out.length).toBeLessThan(1440 * 2);
  });
});

describe('a block', () => {
  it('gives every reading back bit for bit', () => {
    fc.assert(
      fc.property(readings, list => {
        const { head, body } = encodeBlock(key, rowsOf(list));
        expect(listOf(decodeBody(head, decodeHead(head), body))).toEqual(list);
      }),
      { numRuns: 200 },
    );
  });

  it('tells in its head what its readings say, hour by hour', () => {
    fc.assert(
      fc.property(readings, list => {
        const { head, body } = encodeBlock(key, rowsOf(list));
        const told = decodeHead(head);
        const usable = list.filter(isUsable).filter(r => Number.isFinite(r.temperatureC));
        fc.pre(usable.length === list.filter(isUsable).length);
        const points = usable.map(r => ({ at: r.measuredAt, temperatureC: r.temperatureC }));
        expect(told).toMatchObject({ ...key, count: list.length, usable: usable.length });
        expect([told.first, told.last]).toEqual([points[0] ?? null, points.at(-1) ?? null]);
        const gaps = points.slice(1).map((p, i) => p.at - points[i]!.at);
        expect(told.longestGapMs).toBe(Math.max(0, ...gaps));
        for (const hour of told.hours) {
          const inside = points.filter(p => p.at >= hour.at && p.at < hour.at + 3_600_000);
          expect(hour.count).toBe(inside.length);
          // Of zeros, the sign is the reading's alone.
          const temperatures = inside.map(p => p.temperatureC + 0);
          if (inside.length > 0)
            expect([hour.minC + 0, hour.maxC + 0]).toEqual([
              Math.min(...temperatures),
              Math.max(...temperatures),
            ]);
        }
        expect(told.hours.reduce((sum, hour) => sum + hour.count, 0)).toBe(usable.length);
        const decoded = decodePoints(head, told, body);
        expect([...decoded.times.subarray(0, decoded.count)]).toEqual(points.map(p => p.at));
        expect([...decoded.temperatures.subarray(0, decoded.count)]).toEqual(points.map(p => p.temperatureC));
      }),
      { numRuns: 200 },
    );
  });

  it('is refused when any of its bytes is another, or it has another head', () => {
    const list = Array.from({ length: 20 }, (_, i) => ({
      ...fc.sample(reading, { seed: i, numRuns: 1 })[0]!,
      measuredAt: day * dayMs + i,
    }));
    const { head, body } = encodeBlock(key, rowsOf(list));
    const read = (h: Uint8Array, b: Uint8Array) => decodeBody(h, decodeHead(h), b);
    for (let at = 0; at < head.length; at++) {
      const other = head.slice();
      other[at]! ^= 1;
      expect(() => read(other, body)).toThrow(DamagedBytes);
    }
    for (let at = 0; at < body.length; at++) {
      const other = body.slice();
      other[at]! ^= 128;
      expect(() => read(head, other)).toThrow(DamagedBytes);
    }
    const next = encodeBlock(
      { ...key, day: day + 1 },
      rowsOf(list.map(r => ({ ...r, measuredAt: r.measuredAt + dayMs }))),
    );
    expect(() => read(next.head, body)).toThrow(DamagedBytes);
  });
});

describe('a log entry', () => {
  it('gives back what was appended in the order it came, and is refused with any other byte', () => {
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 40 }), list => {
        const rows = rowsOf([]);
        for (const one of list) rows.insert(rows.count, one);
        const entry = {
          id: 12,
          position: 2 ** 40,
          series: [
            { seriesNo: 3, name: { nodeId: 'S-01', probe: 'main' } },
            { seriesNo: 4, name: undefined },
          ],
          seriesOf: Float64Array.from(list, (_, i) => i % 2),
          rows,
        };
        const bytes = encodeLog(entry);
        const back = decodeLog(bytes);
        expect({ ...back, rows: listOf(back.rows) }).toEqual({ ...entry, rows: list });
        const other = bytes.slice();
        other[bytes.length >> 1]! ^= 4;
        expect(() => decodeLog(other)).toThrow(DamagedBytes);
      }),
      { numRuns: 100 },
    );
  });
});
