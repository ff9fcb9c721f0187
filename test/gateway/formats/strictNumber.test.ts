import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { strictNumber } from '../../../gateway/formats/strictNumber.ts';

describe('strictNumber', () => {
  it.each([
    ['4.25', 4.25],
    [' -18 ', -18],
    ['+.5', 0.5],
    ['1e1', 10],
    ['100.00', 100],
    [4.25, 4.25],
    [-0, 0],
  ])('takes %j', (raw, value) => {
    expect(strictNumber(raw)).toEqual({ ok: true, value });
  });

  it.each([
    [true, 'wrong-type'],
    [[5], 'wrong-type'],
    [{}, 'wrong-type'],
    ['', 'wrong-type'],
    ['  ', 'wrong-type'],
    [undefined, 'wrong-type'],
    ['0x10', 'not-a-number'],
    ['4,25', 'not-a-number'],
    ['4.25 C', 'not-a-number'],
    ['1_000', 'not-a-number'],
    ['dingin', 'not-a-number'],
    [Number.POSITIVE_INFINITY, 'not-finite'],
    ['1e999', 'not-finite'],
  ])('refuses %j', (raw, reason) => {
    expect(strictNumber(raw)).toMatchObject({ ok: false, reason });
  });

  it.each(['nan', 'NaN', 'unavailable', 'unknown', 'None', '-inf'])(
    'takes %s for a sensor without a value',
    raw => {
      expect(strictNumber(raw)).toEqual({ ok: false, reason: 'not-a-number', fault: raw.toLowerCase() });
    },
  );

  it('agrees with JSON on every number it takes', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
        const text = JSON.stringify(value);
        const expected = { ok: true, value: value + 0 };
        expect(strictNumber(value)).toEqual(expected);
        if (text.length <= 32) expect(strictNumber(text)).toEqual(expected);
      }),
    );
  });
});
