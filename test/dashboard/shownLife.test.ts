import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shownLife, soonLineH } from '../../dashboard/shownLife.ts';
import { anEstimate, hourMs, now } from './builders.ts';

describe('shownLife', () => {
  test('shownLife counts down from the estimate to now', () => {
    const life = shownLife(anEstimate({ lo: 10, median: 14, hi: 19 }), now + hourMs);
    expect(life).toMatchObject({ say: 'left', loH: 9, medianH: 13, hiH: 18 });
  });

  test('shownLife says "may be past" when only the lower end is, and "past" when the median is', () => {
    const maybe = shownLife(anEstimate({ lo: -1, median: 2, hi: 5 }, { status: 'spoilage-risk' }), now);
    expect(maybe).toMatchObject({ status: 'risk', say: 'maybe-past', loH: 0 });
    const past = shownLife(anEstimate({ lo: -6, median: -2, hi: 1 }, { status: 'spoilage-risk' }), now);
    expect(past).toMatchObject({ status: 'risk', say: 'past', loH: 0, medianH: 0 });
  });

  test('shownLife becomes a risk by itself when the promised time passes without news', () => {
    const estimate = anEstimate({ lo: 0.4, median: 3, hi: 6 }, { status: 'use-soon' });
    expect(shownLife(estimate, now).status).toBe('soon');
    expect(shownLife(estimate, now + 0.45 * hourMs)).toMatchObject({ status: 'risk', say: 'maybe-past' });
  });

  test('shownLife turns "soon" at a quarter of the life, at least 6 h and at most 48 h before the end', () => {
    expect(soonLineH(20)).toBe(6);
    expect(soonLineH(40)).toBe(10);
    expect(soonLineH(1000)).toBe(48);
    const estimate = anEstimate({ lo: 6.2, median: 9, hi: 12 });
    expect(shownLife(estimate, now).status).toBe('fresh');
    expect(shownLife(estimate, now + 0.3 * hourMs).status).toBe('soon');
  });

  test('shownLife gives no number once the estimate is too old, and keeps the worst case', () => {
    const estimate = anEstimate({ lo: 40, median: 50, hi: 60 });
    expect(shownLife(estimate, now + 5.9 * hourMs).say).toBe('left');
    expect(shownLife(estimate, now + 6.1 * hourMs)).toMatchObject({ status: 'none', say: 'unknown' });
    expect(shownLife(estimate, now + 10 * hourMs).loH).toBeCloseTo(30);
  });

  test('shownLife keeps a risk a risk however old the estimate is', () => {
    const estimate = anEstimate({ lo: -2, median: 1, hi: 4 }, { status: 'spoilage-risk' });
    expect(shownLife(estimate, now + 20 * hourMs)).toMatchObject({ status: 'risk', say: 'past' });
  });

  test('shownLife gives "?" for a sensor silent too long, but a number where no sensor was expected', () => {
    const silent = anEstimate(
      { lo: 8, median: 12, hi: 16 },
      { status: 'unknown', flags: ['silent', 'silent-too-long'] },
    );
    expect(shownLife(silent, now)).toMatchObject({ status: 'none', say: 'unknown', loH: 8 });
    const bare = anEstimate(
      { lo: 8, median: 12, hi: 30 },
      { status: 'unknown', flags: ['no-sensor'], lastReadingAt: null, lastTemperatureC: null },
    );
    expect(shownLife(bare, now)).toMatchObject({ status: 'none', say: 'left', noSensor: true });
  });

  test('shownLife never gets better while no news comes', () => {
    const rank = { fresh: 0, soon: 1, none: 2, risk: 3 };
    const lives = fc.tuple(
      fc.double({ min: -20, max: 300, noNaN: true }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 100, noNaN: true }),
    );
    fc.assert(
      fc.property(lives, fc.nat(72), fc.nat(72), ([lo, more, most], a, b) => {
        const estimate = anEstimate(
          { lo, median: lo + more, hi: lo + more + most },
          { status: lo <= 0 ? 'spoilage-risk' : 'fresh' },
        );
        const early = shownLife(estimate, now + Math.min(a, b) * hourMs);
        const late = shownLife(estimate, now + Math.max(a, b) * hourMs);
        expect(late.loH).toBeLessThanOrEqual(early.loH);
        if (early.status !== 'none') expect(rank[late.status]).toBeGreaterThanOrEqual(rank[early.status]);
        expect(late.loH).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
