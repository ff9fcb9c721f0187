import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../../models/contracts/reading.ts';
import { ArrivalQueue } from '../../../../server/store/influx/arrivalQueue.ts';
import { KnownReadings } from '../../../../server/store/influx/knownReadings.ts';
import {
  afterReading,
  joinKnowledge,
  type NodeKnowledge,
} from '../../../../server/store/influx/nodeKnowledge.ts';
import { ReadingColumns } from '../../../../server/store/influx/readingColumns.ts';
import { atMinute, minutes, t0 } from './influxStoreFixture.ts';

const number = fc.option(fc.constantFrom(0, -0, -18.1, 4.25, 100), { nil: null });
const anyReading = fc
  .record({
    minute: fc.nat({ max: 60 }),
    temperatureC: number,
    humidityPct: number,
    batteryPct: number,
    sequence: fc.option(fc.maxSafeNat(), { nil: null }),
    quality: fc.constantFrom('good' as const, 'suspect' as const),
    timeSource: fc.constantFrom('device' as const, 'arrival' as const),
  })
  .map(({ minute, ...fields }) => atMinute(minute, fields));

describe('ReadingColumns', () => {
  it('holds what an ordered array holds, bit for bit, whatever comes and goes', () => {
    const steps = fc.array(fc.oneof(anyReading, fc.nat({ max: 60 })), { maxLength: 150 });
    fc.assert(
      fc.property(steps, given => {
        const columns = new ReadingColumns('S-01', 'main');
        const plain = new Map<number, Reading>();
        for (const step of given) {
          const at = typeof step === 'number' ? t0 + step * 60_000 : step.measuredAt;
          const index = columns.indexOf(at);
          expect(index >= 0).toBe(plain.has(at));
          if (typeof step === 'number') {
            if (index >= 0) columns.remove(index);
            plain.delete(at);
          } else if (index < 0) {
            columns.insert(step, 0);
            plain.set(at, step);
          }
        }
        const expected = [...plain.values()].sort((a, b) => a.measuredAt - b.measuredAt);
        expect(Array.from({ length: columns.size }, (_, i) => columns.reading(i))).toStrictEqual(expected);
      }),
    );
  });
});

describe('ArrivalQueue', () => {
  it('gives back what went in, in order, over many chunks', () => {
    const queue = new ArrivalQueue();
    for (let i = 0; i < 30_000; i++) queue.push(i % 7, t0 + i);
    for (let i = 0; i < 20_000; i++) queue.dropFirst();
    expect(queue.at(20_000)).toEqual({ seriesNo: 20_000 % 7, measuredAt: t0 + 20_000 });
    expect(queue.at(29_999)).toEqual({ seriesNo: 29_999 % 7, measuredAt: t0 + 29_999 });
    expect(() => queue.at(19_999)).toThrow('entry must be from 20000 to 29999, got 19999');
  });
});

describe('KnownReadings', () => {
  it('drops written readings in the order they came, never pending ones, and says from when on it is complete', () => {
    const known = new KnownReadings(10);
    known.seed([{ nodeId: 'S-01', probe: 'main', newestAt: t0 - 1 }], new Map(), -Infinity);
    for (const reading of minutes(0, 30)) known.add(reading, false);
    expect(known.completeFrom('S-01', 'main')).toBe(t0);
    known.markWritten(25);
    expect(known.pending).toBe(5);
    expect(known.completeFrom('S-01', 'main')).toBe(t0 + 14 * 60_000 + 1);
    expect(known.usable('S-01', 'main', -Infinity, Infinity)).toHaveLength(15);
    known.markWritten(30);
    expect(known.usable('S-01', 'main', -Infinity, Infinity)).toHaveLength(10);
  });

  it('holds a reading in at most 120 bytes', () => {
    const known = new KnownReadings(0);
    const count = 100_000;
    for (let i = 0; i < count; i++) known.add(atMinute(i, { nodeId: `S-${i % 500}` }), false);
    expect(known.bytes() / count).toBeLessThan(120);
  });
});

describe('joinKnowledge', () => {
  it('knows of a node in two parts what it knows of it at once', () => {
    const arrivals = fc.array(anyReading, { minLength: 1, maxLength: 20 }).map(readings => {
      const first = new Map(readings.map(r => [r.measuredAt, r]));
      return [...first.values()].map((r, i) => ({ ...r, receivedAt: t0 + i * 1_000 }));
    });
    const known = (readings: readonly Reading[]) =>
      readings.reduce<NodeKnowledge | null>((before, reading) => afterReading(before, reading), null);
    fc.assert(
      fc.property(arrivals, fc.nat({ max: 20 }), (readings, cut) => {
        const before = known(readings.slice(0, cut));
        const after = known(readings.slice(cut));
        if (before === null) return;
        expect(joinKnowledge(before, after)).toEqual(known(readings));
      }),
    );
  });
});
