import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gompertzCount, logisticCount, richardsCount } from '../../../models/growth/gompertz.ts';
import { huangCount, huangCountWithoutLag } from '../../../models/growth/huang.ts';
import { type PrimaryName, timeToCount } from '../../../models/growth/timeToCount.ts';
import { trilinearCount } from '../../../models/growth/trilinear.ts';

const counts = {
  trilinear: trilinearCount,
  huang: huangCount,
  gompertz: gompertzCount,
  logistic: logisticCount,
} satisfies Record<PrimaryName, unknown>;
const names = Object.keys(counts) as PrimaryName[];

const curve = fc.record({
  logN0: fc.double({ min: 0, max: 4, noNaN: true }),
  muLnPerH: fc.double({ min: 1e-3, max: 2, noNaN: true }),
  lagH: fc.double({ min: 0, max: 300, noNaN: true }),
  logNmax: fc.double({ min: 6, max: 9, noNaN: true }),
});

describe('timeToCount', () => {
  it('is the inverse of every primary model, also where the textbook forms overflow', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        curve,
        fc.double({ min: 0.1, max: 0.95, noNaN: true }),
        (name, given, share) => {
          const limit = given.logN0 + share * (given.logNmax - given.logN0);
          const hours = timeToCount(name, limit, given)!;
          const counted = counts[name](hours, given);
          // A sigmoid that starts above the limit reaches it at once.
          if (hours > 0) expect(counted).toBeCloseTo(limit, 6);
          else expect(counted).toBeGreaterThanOrEqual(limit - 1e-9);
        },
      ),
    );
  });
  it('says when the limit is met at the start, and when it never is', () => {
    const given = { logN0: 3, muLnPerH: 0.2, lagH: 5, logNmax: 8 };
    for (const name of names) {
      expect(timeToCount(name, 3, given), name).toBe(0);
      expect(timeToCount(name, 8, given), name).toBeNull();
      expect(timeToCount(name, 7, { ...given, muLnPerH: 0 }), name).toBeNull();
    }
    expect(timeToCount('huang', 30, { logN0: 3, muLnPerH: 0.2, lagH: 5 })).toBeGreaterThan(300);
    expect(() => timeToCount('gompertz', 7, { logN0: 3, muLnPerH: 0.2, lagH: 5 })).toThrow(/logNmax/);
  });
});

describe('the models of old data', () => {
  it('meet: Richards with shape 1 is the logistic, with a small shape the Gompertz', () => {
    const given = { logN0: 3, muLnPerH: 0.25, lagH: 10, logNmax: 9 };
    for (const t of [0, 8, 20, 60, 1e5]) {
      expect(richardsCount(t, { ...given, shape: 1 })).toBeCloseTo(logisticCount(t, given), 10);
      expect(richardsCount(t, { ...given, shape: 1e-6 })).toBeCloseTo(gompertzCount(t, given), 4);
    }
  });
  it('differ: Huang without lag grows at once, with a lag of 0 some ten minutes later', () => {
    const given = { logN0: 3, muLnPerH: 0.25, logNmax: 9 };
    const late = huangCountWithoutLag(10 - Math.LN2 / 4, given);
    expect(huangCount(10, { ...given, lagH: 0 })).toBeCloseTo(late, 10);
  });
});
