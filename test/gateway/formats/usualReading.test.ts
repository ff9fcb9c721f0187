import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson, decodeNative } from '../../../gateway/formats/native.ts';
import { usualReading } from '../../../gateway/formats/usualReading.ts';

const receivedAt = Date.UTC(2026, 10, 24, 3);
const circumstances = { nodeId: 'n1', receivedAt, from: Date.UTC(2020, 0, 1), to: receivedAt + 300_000 };

const oddity = fc.constantFrom<unknown>(
  ...[null, undefined, '', '4.2', true, [], {}, -0, 1e-7, 1e300, -1e300, 2 ** 53, 2 ** 53 - 1, 0.5],
);
const number = (...edges: number[]) =>
  fc.oneof(fc.constantFrom(...edges), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
const instantText = fc
  .tuple(
    fc.constantFrom('2026', '2020', '2019', '1999', '12026', '26'),
    fc.constantFrom('01', '02', '11', '12', '13', '00', '2'),
    fc.constantFrom('01', '28', '29', '30', '31', '32', '00', '24'),
    fc.constantFrom('T', ' ', 't'),
    fc.constantFrom('00:00', '02:59', '23:59', '24:00', '12:60', '2:00'),
    fc.constantFrom('', ':00', ':59', ':60', ':00.1', ':00.123', ':00.1234', ':00.', ':00,5'),
    fc.constantFrom('Z', 'z', '', '+07:00', '-00:00', '+0700', 'Z '),
  )
  .map(([year, month, day, t, time, rest, zone]) => `${year}-${month}-${day}${t}${time}${rest}${zone}`);
const percent = number(0, 100, 88.1, -1, 100.01);
const odd = {
  nodeId: fc.constantFrom<unknown>('n2', 7, null),
  probe: fc.constantFrom('core', '-a', 'a'.repeat(64), 'a'.repeat(65), 'é', 'a\n'),
  measuredAt: fc.oneof(
    number(receivedAt + 300_000, receivedAt + 300_001, circumstances.from, circumstances.from - 1),
    fc.date({ noInvalidDate: true }).map(date => date.toISOString()),
    instantText,
  ),
  temperatureC: number(-40, 85, -127, -100, 327.67, -40.01, 85.01),
  humidityPct: percent,
  batteryPct: percent,
  sequence: number(0, -1, 2 ** 53),
  else: oddity,
};
const usual = fc.record(
  {
    nodeId: fc.constant('n1'),
    probe: fc.constantFrom('main', 'core'),
    measuredAt: fc
      .integer({ min: circumstances.from, max: receivedAt })
      .map(at => (at % 2 === 0 ? at : new Date(at).toISOString())),
    temperatureC: fc.double({ min: -40, max: 84, noNaN: true }),
    humidityPct: fc.double({ min: 0, max: 100, noNaN: true }),
    batteryPct: fc.integer({ min: 0, max: 100 }),
    sequence: fc.nat(),
  },
  { requiredKeys: ['measuredAt'] },
);
/** An ordinary reading of which some fields say something else. */
const changes = (Object.keys(odd) as (keyof typeof odd)[]).map(name =>
  fc.oneof(oddity, odd[name]).map(value => ({ [name]: value })),
);
const element = fc
  .tuple(usual, fc.array(fc.oneof(...changes), { maxLength: 2 }))
  .map(([reading, others]) => Object.assign({}, reading, ...others) as Record<string, unknown>);

const publish = { nodeId: 'n1', receivedAt, payload: Buffer.alloc(0) };

describe('usualReading', () => {
  it('takes only what the schema takes, and reads it as the same', () => {
    let taken = 0;
    fc.assert(
      fc.property(element, value => {
        const json: unknown = JSON.parse(JSON.stringify(value));
        const reading = usualReading(json, circumstances);
        if (reading === null) return;
        taken += 1;
        const careful = decodeJson(json, publish);
        expect(careful.refused).toEqual([]);
        expect(careful.readings).toStrictEqual([reading]);
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(1_000);
  });

  it('takes the ordinary reading, with its time as a number or as text', () => {
    const values = { temperatureC: 4.25, humidityPct: 88.1, batteryPct: 93, sequence: 1207 };
    for (const measuredAt of [receivedAt, new Date(receivedAt).toISOString()])
      expect(usualReading({ measuredAt, ...values }, circumstances)).toMatchObject({
        ...values,
        measuredAt: receivedAt,
      });
  });

  it('makes no difference to what a publish of several readings is read as', () => {
    fc.assert(
      fc.property(fc.array(element, { maxLength: 4 }), elements => {
        const payload = Buffer.from(JSON.stringify(elements));
        const json: unknown = JSON.parse(payload.toString());
        expect(decodeNative({ ...publish, payload })).toStrictEqual(decodeJson(json, publish));
      }),
      { numRuns: 1_000 },
    );
  });
});
