import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeNative, lastArrivalStamp } from '../../../gateway/formats/native.ts';
import type { Rejection } from '../../../models/contracts/rejection.ts';
import { cpuMs } from '../../support/cpuMs.ts';

const receivedAt = Date.UTC(2026, 10, 24, 3);

function decode(value: unknown, more: { lastArrivalStampAt?: number } = {}) {
  const payload = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return decodeNative({ nodeId: 'n1', payload, receivedAt, ...more });
}

const bytes = (payload: Uint8Array) => decodeNative({ nodeId: 'n1', payload, receivedAt });
const codes = (refused: readonly Rejection[]) => refused.map(one => one.code);

describe('decodeNative', () => {
  it('takes the reading of the contract as it stands there', () => {
    const { readings, refused } = decode({
      measuredAt: '2026-11-24T02:59:00.000Z',
      temperatureC: 4.25,
      humidityPct: 88.1,
      batteryPct: 93,
      sequence: 1207,
    });
    expect(refused).toEqual([]);
    expect(readings).toEqual([
      {
        nodeId: 'n1',
        probe: 'main',
        measuredAt: Date.UTC(2026, 10, 24, 2, 59),
        receivedAt,
        timeSource: 'device',
        temperatureC: 4.25,
        humidityPct: 88.1,
        batteryPct: 93,
        sequence: 1207,
        quality: 'good',
      },
    ]);
  });

  it('keeps 0 degrees as 0 and a missing value as null', () => {
    expect(decode({ temperatureC: 0 }).readings).toMatchObject([{ temperatureC: 0, humidityPct: null }]);
    expect(decode({ temperatureC: null, humidityPct: 0 }).readings).toMatchObject([
      { temperatureC: null, humidityPct: 0 },
    ]);
    expect(Object.is(decode('{"temperatureC":-0}').readings[0]?.temperatureC, 0)).toBe(true);
  });

  it('reads epoch milliseconds and offsets as the same instant', () => {
    const asMs = decode({ temperatureC: 4, measuredAt: receivedAt - 1000 }).readings[0];
    const asText = decode({ temperatureC: 4, measuredAt: '2026-11-24T09:59:59+07:00' }).readings[0];
    expect(asText).toEqual(asMs);
  });

  it.each([
    ['a string', '"4.2"', '"4.2"'],
    ['an empty string', '""', '""'],
    ['a boolean', 'true', 'true'],
    ['an array', '[5]', '[5]'],
    ['an object', '{"value":5}', '{"value":5}'],
    ['a number too large for JSON', '1e999', 'Infinity'],
    ['the same below zero', '-1e999', '-Infinity'],
    ['86 degrees', '86', '86'],
    ['41 degrees below zero', '-41', '-41'],
    ['hundredths of a degree', '425', '425'],
  ])('refuses %s as a temperature and names field, value and what is allowed', (_what, json, value) => {
    const { readings, refused } = decode(`{"temperatureC":${json}}`);
    expect(readings).toEqual([]);
    expect(refused).toMatchObject([{ code: 'reading.field_invalid', field: 'temperatureC', value }]);
    expect(refused[0]?.allowed).toMatch(/from -40 to 85/);
    expect(refused[0]).not.toHaveProperty('index');
  });

  it('keeps a good temperature when humidity, battery or sequence are wrong, and reports each', () => {
    const { readings, refused } = decode({
      temperatureC: 4,
      humidityPct: 104.7,
      batteryPct: 'low',
      sequence: 1.5,
    });
    expect(readings).toMatchObject([
      { temperatureC: 4, humidityPct: null, batteryPct: null, sequence: null },
    ]);
    expect(refused.map(one => one.field).sort()).toEqual(['batteryPct', 'humidityPct', 'sequence']);
  });

  it('keeps a good humidity when the temperature is wrong', () => {
    const { readings, refused } = decode({ temperatureC: [5], humidityPct: 80 });
    expect(readings).toMatchObject([{ temperatureC: null, humidityPct: 80 }]);
    expect(refused).toMatchObject([{ code: 'reading.field_invalid', field: 'temperatureC' }]);
  });

  it.each([-127, -100, 327.67])(
    'takes %d degrees for a sensor fault, not for a temperature',
    temperatureC => {
      expect(decode({ temperatureC })).toMatchObject({
        readings: [],
        refused: [{ code: 'reading.sensor_fault' }],
      });
      expect(decode({ temperatureC, humidityPct: 50 }).readings).toMatchObject([
        { temperatureC: null, humidityPct: 50 },
      ]);
    },
  );

  it('keeps 85 degrees, the power-on value of a common sensor, as suspect', () => {
    expect(decode({ temperatureC: 85 }).readings).toMatchObject([{ temperatureC: 85, quality: 'suspect' }]);
    expect(decode({ temperatureC: 84.9 }).readings).toMatchObject([{ quality: 'good' }]);
  });

  it('refuses a reading with neither temperature nor humidity', () => {
    expect(codes(decode({ batteryPct: 50 }).refused)).toEqual(['reading.value_missing']);
    expect(codes(decode({}).refused)).toEqual(['reading.value_missing']);
  });

  it.each(['yesterday', '2026-11-24T10:00:00', '', true, 1.5, [1]])('refuses %j as a time', measuredAt => {
    const { readings, refused } = decode({ temperatureC: 4, measuredAt });
    expect(readings).toEqual([]);
    expect(refused).toMatchObject([{ code: 'reading.field_invalid', field: 'measuredAt' }]);
  });

  it.each([
    [receivedAt + 300_000, 'device'],
    [receivedAt + 300_001, 'arrival'],
    [Date.UTC(2020, 0, 1), 'device'],
    [Date.UTC(2020, 0, 1) - 1, 'arrival'],
    [0, 'arrival'],
    [1_772_421_298, 'arrival'],
    [8e15, 'arrival'],
    [null, 'arrival'],
  ])('gives a reading of %d the time of the %s', (measuredAt, timeSource) => {
    const expected = timeSource === 'device' ? measuredAt : receivedAt;
    expect(decode({ temperatureC: 4, measuredAt }).readings).toMatchObject([
      { measuredAt: expected, timeSource },
    ]);
  });

  it('sets readings of one array without a time 1 ms apart, in order, the last at the arrival', () => {
    const { readings } = decode([{ temperatureC: 1 }, { temperatureC: 2 }, { temperatureC: 3 }]);
    expect(readings.map(one => one.measuredAt - receivedAt)).toEqual([-2, -1, 0]);
  });

  it('sets readings without a time beside those of the same array that have one', () => {
    const { readings } = decode([
      { temperatureC: 1 },
      { temperatureC: 2, measuredAt: receivedAt },
      { temperatureC: 3 },
    ]);
    expect(new Set(readings.map(one => one.measuredAt)).size).toBe(3);
  });

  it('sets readings without a time after those of the publish before, within the same millisecond too', () => {
    const first = decode([{ temperatureC: 1 }, { temperatureC: 2 }]).readings;
    const lastArrivalStampAt = lastArrivalStamp(first)!;
    const second = decode([{ temperatureC: 3 }, { temperatureC: 4 }], { lastArrivalStampAt }).readings;
    expect(second.map(one => one.measuredAt - receivedAt)).toEqual([1, 2]);
  });

  it('names the place of a wrong element and keeps its neighbours', () => {
    const { readings, refused } = decode([
      { temperatureC: 1 },
      7,
      { temperatureC: 'x' },
      null,
      { temperatureC: 2 },
    ]);
    expect(readings.map(one => one.temperatureC)).toEqual([1, 2]);
    expect(refused.map(one => [one.index, one.code])).toEqual([
      [1, 'publish.not_a_reading'],
      [2, 'reading.field_invalid'],
      [3, 'publish.not_a_reading'],
    ]);
  });

  it('takes 500 readings in one publish and refuses 501', () => {
    const readings = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ temperatureC: 4, measuredAt: receivedAt - i * 60_000 }));
    expect(decode(readings(500)).readings).toHaveLength(500);
    expect(decode(readings(501))).toMatchObject({
      readings: [],
      refused: [{ code: 'publish.too_many_readings' }],
    });
    expect(codes(decode([]).refused)).toEqual(['publish.empty']);
  });

  it('bounds the refusals of one publish and says how many there were', () => {
    const { refused } = decode(Array.from({ length: 500 }, () => 1));
    expect(refused).toHaveLength(100);
    expect(refused.at(-1)?.message).toContain('400 more');
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'publish.empty'],
    ['words', Buffer.from('suhu 4 derajat'), 'publish.not_json'],
    ['the NaN of other languages', Buffer.from('{"temperatureC":NaN}'), 'publish.not_json'],
    ['half a reading', Buffer.from('{"temperatureC":4'), 'publish.not_json'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'publish.not_utf8'],
    ['a bare number', Buffer.from('4.2'), 'publish.not_a_reading'],
    ['null', Buffer.from('null'), 'publish.not_a_reading'],
    ['64 KiB and a byte', Buffer.alloc(65_537, 0x20), 'publish.too_large'],
    ['33 levels', Buffer.from(`${'['.repeat(33)}${']'.repeat(33)}`), 'publish.too_deep'],
  ])('refuses %s as a publish', (_what, payload, code) => {
    expect(bytes(payload)).toMatchObject({ readings: [], refused: [{ code }] });
  });

  it('counts levels only outside strings', () => {
    expect(decode({ temperatureC: 4, note: '[[[['.repeat(100), quote: '\\"[' }).readings).toHaveLength(1);
  });

  it('refuses a payload that names another node than its topic', () => {
    expect(decode({ nodeId: 'n2', temperatureC: 4 })).toMatchObject({
      readings: [],
      refused: [{ code: 'publish.as_another_node', value: '"n2"', allowed: 'n1' }],
    });
    expect(decode({ nodeId: 'n1', temperatureC: 4 }).readings).toHaveLength(1);
  });

  it('drops fields it does not know and leaves no trace of dangerous ones', () => {
    const { readings } = decode(
      '{"__proto__":{"isAdmin":true,"temperatureC":99},"constructor":{"prototype":{"polluted":1}},"temperatureC":4.2,"quality":"great"}',
    );
    expect(readings).toMatchObject([{ temperatureC: 4.2, quality: 'good' }]);
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('answers any bytes and any JSON within 100 ms, without throwing and without touching Object.prototype', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    const readingLike = fc.record(
      {
        measuredAt: fc.oneof(fc.jsonValue(), fc.double(), fc.date().map(String)),
        temperatureC: fc.oneof(fc.double(), fc.jsonValue()),
        humidityPct: fc.jsonValue(),
        probe: fc.jsonValue(),
        sequence: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 4_096 }),
      fc.json().map(json => Buffer.from(json)),
      fc.oneof(readingLike, fc.array(readingLike)).map(value => Buffer.from(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(payload, sent => {
        expect(cpuMs(() => bytes(sent), 100)).toBeLessThan(100);
        const { readings, refused } = bytes(sent);
        expect(readings.length + refused.length).toBeGreaterThan(0);
        for (const reading of readings) {
          expect(Number.isSafeInteger(reading.measuredAt)).toBe(true);
          expect(reading.temperatureC ?? reading.humidityPct).not.toBeNull();
          expect(Number.isFinite(reading.temperatureC ?? 0)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
    expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
  });

  it('refuses the largest hostile payloads within 100 ms', () => {
    for (const sent of [
      '['.repeat(65_536),
      '{"a":'.repeat(13_000),
      `"${'\\'.repeat(65_534)}"`,
      '{"temperatureC":1'.padEnd(65_536, '0'),
    ]) {
      expect(bytes(Buffer.from(sent)).readings).toEqual([]);
      expect(cpuMs(() => bytes(Buffer.from(sent)), 100)).toBeLessThan(100);
    }
  });
});
