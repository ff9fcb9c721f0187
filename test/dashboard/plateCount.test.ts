import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCount } from '../../dashboard/batchLife/plateCount.ts';

describe('readCount', () => {
  test.each([
    ['4,5 x 10^6', 6.653],
    ['4.5e6', 6.653],
    ['4,5×10⁶', 6.653],
    ['4500000', 6.653],
    ['4.500.000', 6.653],
    ['10^4', 4],
    ['120', 2.079],
    ['1,5', 0.176],
  ])('%s CFU/g is %f log10', (typed, log10) => {
    const count = readCount(typed, 'cfu');
    expect(count?.log10).toBeCloseTo(log10, 3);
    expect(count?.below).toBe(false);
  });

  test.each([
    ['6,65', 6.65],
    ['6.65', 6.65],
    ['0', 0],
  ])('%s by logarithm is %f', (typed, log10) => {
    expect(readCount(typed, 'log10')).toEqual({ log10, below: false });
  });

  test('nothing found at a limit is kept as that', () => {
    expect(readCount('< 10', 'cfu')).toEqual({ log10: 1, below: true });
    expect(readCount('<1,0', 'log10')).toEqual({ log10: 1, below: true });
  });

  test.each(['', 'banyak', '0', '-3', '1e30', '4,5,6', '1e', '٣'])('%s CFU/g is refused', typed => {
    expect(readCount(typed, 'cfu')).toBeNull();
  });

  test.each(['12,1', '-1', '1e3'])('%s by logarithm is refused', typed => {
    expect(readCount(typed, 'log10')).toBeNull();
  });

  test('a count printed with an exponent is read back', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 11.9, noNaN: true }), log10 => {
        expect(readCount((10 ** log10).toExponential(6), 'cfu')?.log10).toBeCloseTo(log10, 5);
      }),
    );
  });
});
