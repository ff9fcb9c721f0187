import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivalVerdict, worstVerdict } from '../../../models/shelf-life/arrivalVerdict.ts';
import { expectedTimes } from '../../../server/shipments/expectedTimes.ts';
import { latestSafe } from '../../../server/shipments/latestSafe.ts';
import { planLegs, toLegTemperature } from '../../../server/shipments/legPlan.ts';
import { localHour } from '../../../server/shipments/localHour.ts';
import { hourMs, minuteMs, startAt } from '../testServer.ts';

const leg = (fromH: number, toH: number, fields = {}) => ({
  departsAt: startAt + fromH * hourMs,
  arrivesAt: startAt + toH * hourMs,
  departedAt: null,
  arrivedAt: null,
  ...fields,
});
const hours = (times: readonly { departureAt: number; arrivalAt: number }[]) =>
  times.map(t => [(t.departureAt - startAt) / hourMs, (t.arrivalAt - startAt) / hourMs]);
const at = (h: number) => ({ now: startAt + h * hourMs, arrivedAt: null });

describe('expectedTimes', () => {
  it('is the plan while nothing is late', () => {
    expect(hours(expectedTimes([leg(1, 3), leg(4, 6)], at(0)))).toEqual([
      [1, 3],
      [4, 6],
    ]);
  });

  it('moves every later leg by the delay of the one before', () => {
    const legs = [leg(1, 3, { departedAt: startAt + 2 * hourMs }), leg(4, 6)];
    expect(hours(expectedTimes(legs, at(2)))).toEqual([
      [2, 4],
      [5, 7],
    ]);
  });

  it('expects nothing in the past: what has not left leaves now, what has not come comes now', () => {
    expect(hours(expectedTimes([leg(1, 3)], at(2)))).toEqual([[2, 4]]);
    expect(hours(expectedTimes([leg(1, 3, { departedAt: startAt + hourMs })], at(5)))).toEqual([[1, 5]]);
  });

  it('does not bring a later leg forward because an earlier one was quick', () => {
    const early = { departedAt: startAt + hourMs, arrivedAt: startAt + 2 * hourMs };
    expect(hours(expectedTimes([leg(1, 3, early), leg(4, 6)], at(2)))[1]).toEqual([4, 6]);
  });

  it('keeps legs that nobody recorded before the arrival that somebody did', () => {
    const over = { now: startAt + 20 * hourMs, arrivedAt: startAt + 5 * hourMs };
    const legs = [leg(1, 3), leg(4, 6, { arrivedAt: startAt + 5 * hourMs })];
    expect(hours(expectedTimes(legs, over))).toEqual([
      [1, 3],
      [4, 5],
    ]);
  });
});

describe('planLegs', () => {
  const conditions = { cooling: null, temperatureC: null, history: [] };
  const times = [{ departureAt: startAt, arrivalAt: startAt + 5 * hourMs }];
  const planOf = (fields = {}) => planLegs([{ ...conditions, ...fields }], times, 'Asia/Jakarta')[0]!;
  const history = Array.from({ length: 24 * 6 }, (_, i) => ({ hour: i % 24, meanC: 11 + (i % 5) / 10 }));

  it('believes a person first, then the cooling, then the sensors there, then the climate', () => {
    expect(planOf({ temperatureC: 6, cooling: 'ice', history }).kind).toBe('given');
    expect(planOf({ cooling: 'ice', history }).kind).toBe('cooling');
    expect(planOf({ history }).kind).toBe('site-history');
    expect(planOf().kind).toBe('climate');
  });

  it('takes a refrigerated vehicle for what its sensors measured, not for what it is called', () => {
    const assumed = toLegTemperature(planOf({ cooling: 'refrigerated' }), conditions)!;
    const measured = toLegTemperature(planOf({ cooling: 'refrigerated', history }), conditions)!;
    expect([assumed.kind, assumed.temperatureC]).toEqual(['cooling', 5]);
    expect([measured.kind, measured.temperatureC]).toEqual(['site-history', 11.2]);
  });

  it('covers a leg without a hole, warming ice as the hours pass', () => {
    const { pieces } = planOf({ cooling: 'gel-ice' });
    expect(pieces).toHaveLength(5);
    expect(pieces[0]!.from).toBe(startAt);
    expect(pieces.at(-1)!.to).toBe(startAt + 5 * hourMs);
    for (const [i, piece] of pieces.slice(1).entries()) {
      expect(piece.from).toBe(pieces[i]!.to);
      expect(piece.temperatureC).toBeGreaterThan(pieces[i]!.temperatureC);
    }
  });

  it('lets ice be as old as the first leg that has it', () => {
    const two = [
      { departureAt: startAt, arrivalAt: startAt + 5 * hourMs },
      { departureAt: startAt + 5 * hourMs, arrivalAt: startAt + 6 * hourMs },
    ];
    const iced = { ...conditions, cooling: 'ice' as const };
    const [first, second] = planLegs([iced, iced], two, 'Asia/Jakarta');
    expect(second!.pieces[0]!.temperatureC).toBeGreaterThan(first!.pieces.at(-1)!.temperatureC);
    const [, fresh] = planLegs([conditions, iced], two, 'Asia/Jakarta');
    expect(fresh!.pieces[0]!.temperatureC).toBeLessThan(second!.pieces[0]!.temperatureC);
  });
});

describe('localHour', () => {
  it('tells hour and month where the firm is, over midnight and new year', () => {
    expect(localHour(Date.parse('2026-12-31T17:30:00Z'), 'Asia/Jakarta')).toEqual({ month: 1, hour: 0.5 });
    expect(localHour(Date.parse('2026-12-31T17:30:00Z'), 'UTC')).toEqual({ month: 12, hour: 17.5 });
  });
});

describe('latestSafe', () => {
  it('finds, to the minute, where safety ends, as trying every minute does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3 * 24 * 60 }), async minutes => {
        const end = startAt + minutes * minuteMs;
        const found = await latestSafe(async t => t <= end, startAt, startAt + 2 * 24 * hourMs);
        expect(found).toBeLessThanOrEqual(end);
        expect(found).toBeGreaterThan(Math.min(end, startAt + 2 * 24 * hourMs) - minuteMs);
      }),
    );
  });

  it('says never when not even the first instant is safe', async () => {
    expect(await latestSafe(async () => false, startAt, startAt + hourMs)).toBeNull();
  });
});

describe('arrivalVerdict', () => {
  const life = fc
    .tuple(fc.nat(100), fc.nat(100), fc.nat(100))
    .map(all => all.toSorted((a, b) => a - b))
    .map(([p05, median, p95]) => ({ p05: p05!, median: median!, p95: p95! }));
  const rank = ['short', 'tight', 'enough'];

  it('tells the four cases apart', () => {
    const remainingH = { p05: 44, median: 60, p95: 80 };
    const of = (needH: number, status: 'fresh' | 'unknown' = 'fresh') =>
      arrivalVerdict({ remainingH, status }, needH);
    expect([of(44), of(48), of(61), of(48, 'unknown'), of(81, 'unknown')]).toEqual([
      'enough',
      'tight',
      'short',
      'unsure',
      'short',
    ]);
  });

  it('never calls enough what is past, even where nothing is asked for', () => {
    const past = { remainingH: { p05: 0, median: 0, p95: 3 }, status: 'spoilage-risk' as const };
    expect(arrivalVerdict(past, 0)).toBe('short');
  });

  it('never gets worse with more life or a smaller need', () => {
    fc.assert(
      fc.property(life, fc.nat(50), fc.nat(100), fc.nat(50), (remainingH, more, needH, less) => {
        const better = {
          p05: remainingH.p05 + more,
          median: remainingH.median + more,
          p95: remainingH.p95 + more,
        };
        const of = (r: typeof remainingH, need: number) =>
          rank.indexOf(arrivalVerdict({ remainingH: r, status: 'fresh' }, need));
        const before = of(remainingH, needH);
        expect(of(better, needH)).toBeGreaterThanOrEqual(before);
        expect(of(remainingH, Math.max(0, needH - less))).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  it('lets the worst of several batches speak for a shipment', () => {
    expect(worstVerdict(['enough', 'unsure', 'tight'])).toBe('tight');
    expect(worstVerdict(['enough', 'unsure'])).toBe('unsure');
    expect(worstVerdict([])).toBe('enough');
  });
});
