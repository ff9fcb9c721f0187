import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson, decodeNative } from '../../../gateway/formats/native.ts';
import { readUsualPayload } from '../../../gateway/formats/usualPayload.ts';

const receivedAt = Date.UTC(2026, 10, 24, 3);
const publish = { nodeId: 'n1', receivedAt };
const ordinary =
  '{"nodeId":"n1","probe":"core","measuredAt":"2026-11-24T02:59:58.120Z","temperatureC": -4.25,"humidityPct":null,"batteryPct":93,"sequence":0}';

/** Fields and their values as text, so that JSON that is not quite right comes about too. */
const name = fc.constantFrom(
  ...['nodeId', 'probe', 'measuredAt', 'temperatureC', 'humidityPct', 'batteryPct', 'sequence'],
  ...['else', 'temperature', '__proto__', '\\u0070robe', ''],
);
const digits = fc.array(fc.constantFrom(...'0123456789'), { maxLength: 9 }).map(all => all.join(''));
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc
    .tuple(fc.constantFrom('', '-', '+', '--'), digits, fc.constantFrom('', '.', 'e', '.e'), digits)
    .map(all => all.join('')),
  fc.tuple(fc.constantFrom('', '-'), fc.nat(99), fc.nat(99)).map(([sign, a, b]) => `${sign}${a}.${b}`),
);
const two = (...edges: string[]) =>
  fc.oneof(
    fc.constantFrom(...edges),
    digits.map(text => text.slice(0, 2)),
  );
const instant = fc
  .tuple(
    fc.constantFrom('2026', '2020', '2099', '1999', '20 6', '12026'),
    two('01', '02', '12', '13', '00'),
    two('01', '28', '29', '31', '00'),
    fc.constantFrom('T', 'T', ' ', 't'),
    two('00', '23', '24'),
    two('00', '59', '60'),
    two('00', '59', '60'),
    fc.constantFrom('', '.1', '.12', '.123', '.1234', '.', ',5'),
    fc.constantFrom('Z', 'Z', 'z', '', '+07:00', 'Z '),
  )
  .map(([y, mo, d, t, h, mi, s, ms, zone]) => `"${y}-${mo}-${d}${t}${h}:${mi}:${s}${ms}${zone}"`);
const text = fc.constantFrom(
  '"n1"',
  '"main"',
  '"n2"',
  '""',
  '"a b"',
  '"\\n"',
  '"é"',
  '"a',
  '"\u007f"',
  '"\n"',
);
const value = fc.oneof(
  number,
  number,
  instant,
  text,
  fc.constantFrom('null', 'nul', 'nullx', 'true', '[]', '{}', ''),
);
const space = fc.constantFrom('', '', '', ' ', '\n\t', '\r', '\u00a0', '\f');
const field = fc
  .tuple(space, name, space, space, value, space)
  .map(([a, key, b, c, said, d]) => `${a}"${key}"${b}:${c}${said}${d}`);
const own = fc.constantFrom(...ordinary.slice(1, -1).split(/,(?=")/));
const object = fc
  .tuple(
    space,
    fc.array(fc.oneof(own, own, own, field), { maxLength: 7 }),
    fc.constantFrom(',', ',', ',', ',,', ''),
    fc.constantFrom('}', '}', '}', ',}', '', '} ', '}}', '}x'),
  )
  .map(([before, fields, comma, end]) => `${before}{${fields.join(comma)}${end}`);

describe('readUsualPayload', () => {
  it('reads the ordinary payload, with its time as a number or as text', () => {
    const expected = { ...JSON.parse(ordinary), measuredAt: Date.UTC(2026, 10, 24, 2, 59, 58, 120) };
    expect(readUsualPayload(Buffer.from(ordinary))).toEqual(expected);
    expect(readUsualPayload(Buffer.from(JSON.stringify(expected)))).toEqual(expected);
  });

  it('takes only JSON, and every field of it as the parser does', () => {
    let taken = 0;
    fc.assert(
      fc.property(object, said => {
        const read = readUsualPayload(Buffer.from(said));
        if (read === undefined) return;
        taken += 1;
        const parsed = JSON.parse(said) as Record<string, unknown>;
        const { measuredAt } = parsed;
        const time = typeof measuredAt === 'string' ? { measuredAt: Date.parse(measuredAt) } : {};
        expect(JSON.parse(JSON.stringify(read))).toEqual({ ...parsed, ...time });
        for (const [key, one] of Object.entries({ ...parsed, ...time }))
          expect(read[key as 'probe']).toBe(one);
      }),
      { numRuns: 20_000 },
    );
    expect(taken).toBeGreaterThan(1_000);
  });

  it('reads every number of up to fifteen digits to the last bit', () => {
    const short = fc
      .tuple(fc.boolean(), fc.nat(9_999_999), fc.nat(9_999_999), fc.nat(7))
      .map(
        ([isNegative, whole, part, places]) =>
          `${isNegative ? '-' : ''}${whole}.${String(part).padStart(7, '0').slice(0, places)}`,
      );
    fc.assert(
      fc.property(short, said => {
        if (said.endsWith('.')) return;
        expect(readUsualPayload(Buffer.from(`{"temperatureC":${said}}`))?.temperatureC).toBe(
          JSON.parse(said),
        );
      }),
      { numRuns: 20_000 },
    );
  });

  it('leaves a number to the parser rather than read it wrong', () => {
    fc.assert(
      fc.property(fc.double({ min: -100, max: 100, noNaN: true }), said => {
        const read = readUsualPayload(Buffer.from(`{"temperatureC":${said}}`));
        if (read !== undefined) expect(read.temperatureC).toBe(JSON.parse(String(said)));
        const payload = Buffer.from(`{"measuredAt":${receivedAt},"temperatureC":${said / 4}}`);
        expect(decodeNative({ ...publish, payload }).readings[0]?.temperatureC).toBe(said / 4 + 0);
      }),
      { numRuns: 20_000 },
    );
  });

  it('makes no difference to what a publish is read as', () => {
    fc.assert(
      fc.property(object, said => {
        let json: unknown;
        try {
          json = JSON.parse(said);
        } catch {
          expect(decodeNative({ ...publish, payload: Buffer.from(said) }).readings).toEqual([]);
          return;
        }
        const payload = Buffer.from(said);
        expect(decodeNative({ ...publish, payload })).toStrictEqual(
          decodeJson(json, { ...publish, payload }),
        );
      }),
      { numRuns: 20_000 },
    );
  });

  it('never throws, whatever is cut off or changed', () => {
    const whole = Buffer.from(ordinary);
    for (let end = 0; end < whole.length; end++)
      expect(readUsualPayload(whole.subarray(0, end))).toBeUndefined();
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (place, byte) => {
        const changed = Buffer.from(whole);
        changed[place] = byte;
        const read = decodeNative({ ...publish, payload: changed });
        const text = changed.toString('latin1');
        if (byte > 0x7e) return;
        let json: unknown;
        try {
          json = JSON.parse(text);
        } catch {
          expect(read.readings).toEqual([]);
          return;
        }
        expect(read).toStrictEqual(decodeJson(json, { ...publish, payload: changed }));
      }),
      { numRuns: 5_000 },
    );
  });
});
