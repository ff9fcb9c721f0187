import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batteryDaysLeft } from '../../server/batteryLife.ts';

const dayMs = 24 * 3_600_000;
const told = (...pairs: [day: number, pct: number][]) =>
  pairs.map(([day, pct]) => ({ at: day * dayMs, pct }));

describe('batteryDaysLeft', () => {
  it('goes on in a straight line from what the battery told before', () => {
    expect(batteryDaysLeft(told([0, 80], [28, 52]))).toBe(52);
    expect(batteryDaysLeft(told([0, 80], [14, 66], [20, 60]))).toBe(60);
  });

  it('begins anew with a new battery', () => {
    expect(batteryDaysLeft(told([0, 30], [7, 5], [14, 100], [24, 80]))).toBe(40);
    expect(batteryDaysLeft(told([0, 30], [14, 100], [15, 99]))).toBeNull();
  });

  it('says nothing of a battery that is known too short or fell too little', () => {
    expect(batteryDaysLeft([])).toBeNull();
    expect(batteryDaysLeft(told([0, 80]))).toBeNull();
    expect(batteryDaysLeft(told([0, 80], [2, 60]))).toBeNull();
    expect(batteryDaysLeft(told([0, 80], [28, 78]))).toBeNull();
    expect(batteryDaysLeft(told([0, 100], [28, 97]))).toBeNull();
  });

  it('never goes below 0 and never beyond two years, whatever is told', () => {
    const one = fc.record({ day: fc.double({ min: 0, max: 60, noNaN: true }), pct: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), all => {
        const sorted = all.sort((a, b) => a.day - b.day).map(({ day, pct }) => ({ at: day * dayMs, pct }));
        const left = batteryDaysLeft(sorted);
        if (left !== null) expect(left).toBeGreaterThanOrEqual(0);
        if (left !== null) expect(left).toBeLessThanOrEqual(730);
      }),
    );
  });
});
