import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tahuParametersFor } from '../../../models/parameters/tahu.ts';
import { createBatchLife } from '../../../models/shelf-life/batchLife.ts';
import { organismsOf } from '../../../models/shelf-life/organism.ts';
import type { Segment } from '../../../models/temperatureHistory.ts';
import { fixture } from '../support/fixture.ts';
import { addAll, allSegments, atEnd, histories, maxGapMs, producedAt } from '../support/histories.ts';
import { OdeReference } from '../support/odeReference.ts';

const refrigerators = fixture<{ timeH: number[]; A1: number[]; A2: number[] }>('refrigeratorSpain');
const seriesOf = (name: 'A1' | 'A2') =>
  refrigerators.timeH.map((hours, index) => ({
    at: producedAt + Math.round(hours * 60) * 60_000,
    temperatureC: refrigerators[name][index]!,
  }));
const treatments = ['none', 'packed-heated-p90'] as const;
const newLife = (treatment: (typeof treatments)[number] = 'none') =>
  createBatchLife({ producedAt, parameters: tahuParametersFor(treatment), maxGapMs });

/** The same order for every run of the test. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const keyed = items.map((item, index) => ({ item, key: Math.imul(index + seed, 2654435761) >>> 0 }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

describe('on two real refrigerators', () => {
  const cases = treatments.flatMap(treatment => (['A1', 'A2'] as const).map(name => ({ treatment, name })));

  it.each(cases)(
    'a batch life agrees with the differential equations ($treatment in $name)',
    ({ treatment, name }) => {
      const points = seriesOf(name);
      const life = addAll(newLife(treatment), allSegments(points));
      const spoilers = organismsOf(tahuParametersFor(treatment))[0]!;
      const { initialLog10Cfu, h0, maxLog10Cfu } = spoilers.population;
      const ode = new OdeReference({ rate: spoilers.rate, initialLog10Cfu, h0, maxLog10Cfu: maxLog10Cfu! });
      ode.follow(points, 50);
      const estimate = life.estimate({ ...atEnd(points, 7), draws: 20_000 });
      expect(Math.abs(estimate.countLog10CfuPerG.median - ode.countLog10Cfu)).toBeLessThan(1e-6);
      const spoilage = estimate.limits.find(({ limit }) => limit === 'spoilage')!;
      expect(Math.abs(spoilage.remainingH! - ode.hoursUntil(7, 7, 0.05))).toBeLessThan(1e-6);
      expect(estimate.remainingH.median).toBeLessThanOrEqual(spoilage.remainingH!);
      expect(estimate.measuredShare).toBe(1);
      expect(estimate.gapH).toBe(0);
      expect(points.length).toBe(145);
    },
  );

  it.each([1, 2, 3])('a batch life has the same bits when its segments come shuffled (%i)', seed => {
    const points = seriesOf('A1');
    const inOrder = addAll(newLife(), allSegments(points)).estimate(atEnd(points));
    const mixed = addAll(newLife(), shuffled(allSegments(points), seed)).estimate(atEnd(points));
    expect(mixed).toStrictEqual(inOrder);
  });

  it('a batch life has the same bits when a late reading replaces a segment by two', () => {
    const points = seriesOf('A2');
    const without = points.filter((_, index) => index !== 50);
    const life = addAll(newLife(), allSegments(without));
    const [a, late, b] = [points[49]!, points[50]!, points[51]!];
    life.removeSegment({ from: a.at, fromC: a.temperatureC, to: b.at, toC: b.temperatureC });
    addAll(life, allSegments([a, late, b]));
    expect(life.estimate(atEnd(points))).toStrictEqual(
      addAll(newLife(), allSegments(points)).estimate(atEnd(points)),
    );
  });
});

it.each(treatments)(
  'a week of ten-minute readings with door openings agrees with fine steps (%s)',
  treatment => {
    const points = Array.from({ length: 7 * 144 + 1 }, (_, index) => ({
      at: producedAt + index * 600_000,
      temperatureC: index % 48 === 20 ? 18.4 : 2 + 2.5 * Math.sin(index / 5),
    }));
    const spoilers = organismsOf(tahuParametersFor(treatment))[0]!;
    const { initialLog10Cfu, h0, maxLog10Cfu } = spoilers.population;
    const ode = new OdeReference({ rate: spoilers.rate, initialLog10Cfu, h0, maxLog10Cfu: maxLog10Cfu! });
    ode.follow(points, 200);
    const estimate = addAll(newLife(treatment), allSegments(points)).estimate(atEnd(points, 10));
    expect(Math.abs(estimate.countLog10CfuPerG.median - ode.countLog10Cfu)).toBeLessThan(1e-6);
    const spoilage = estimate.limits.find(({ limit }) => limit === 'spoilage')!;
    expect(spoilage.remainingH).toBeGreaterThan(0);
    expect(Math.abs(spoilage.remainingH! - ode.hoursUntil(7, 10, 0.05))).toBeLessThan(1e-6);
  },
);

describe('sums', () => {
  it('a batch life forgets a segment that is removed, whatever was added between', () => {
    fc.assert(
      fc.property(histories(), histories(), fc.integer(), (kept, removed, seed) => {
        const life = newLife();
        const [stay, go] = [allSegments(kept), allSegments(removed)];
        const adds = shuffled([...stay, ...go], seed);
        addAll(life, adds);
        for (const segment of shuffled(go, seed + 1)) life.removeSegment(segment);
        expect(life.estimate(atEnd(kept))).toStrictEqual(addAll(newLife(), stay).estimate(atEnd(kept)));
      }),
      { numRuns: 40 },
    );
  });

  it('a batch life with everything removed is a new one, to the bit', () => {
    fc.assert(
      fc.property(histories(undefined, 200), points => {
        const life = addAll(newLife(), allSegments(points));
        for (const segment of allSegments(points).reverse()) life.removeSegment(segment);
        const empty = { asOf: producedAt, futureTemperatureC: 28, uncovered: [], draws: 500 };
        const estimate = life.estimate(empty);
        expect(estimate).toStrictEqual(newLife().estimate(empty));
        expect(estimate.lifeUsed).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it('a batch life changes by less than 1e-9 when a segment is split', () => {
    fc.assert(
      fc.property(histories(), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (points, share) => {
        const halves = allSegments(points).flatMap(({ from, fromC, to, toC }): Segment[] => {
          const at = Math.round(from + share * (to - from));
          const middleC = fromC + ((toC - fromC) * (at - from)) / (to - from);
          return [
            { from, fromC, to: at, toC: middleC },
            { from: at, fromC: middleC, to, toC },
          ];
        });
        const whole = addAll(newLife(), allSegments(points)).estimate(atEnd(points));
        const split = addAll(newLife(), halves).estimate(atEnd(points));
        expect(Math.abs(split.lifeUsed - whole.lifeUsed)).toBeLessThanOrEqual(1e-9 * whole.lifeUsed + 1e-14);
      }),
      { numRuns: 60 },
    );
  });

  it('a batch life refuses what is no piece of its history', () => {
    const segment = { from: producedAt, fromC: 4, to: producedAt + 600_000, toC: 4 };
    expect(() => newLife().addSegment({ ...segment, fromC: Number.NaN })).toThrow(
      'fromC must be finite, got NaN',
    );
    expect(() => newLife().addSegment({ ...segment, toC: 999 })).toThrow(
      'toC must be from -100 to 200 C, got 999',
    );
    expect(() => newLife().addSegment({ ...segment, from: producedAt - 1 })).toThrow(
      'at or after producedAt',
    );
    expect(() => newLife().addSegment({ ...segment, to: producedAt - 1 })).toThrow(
      'to must be at or after from',
    );
    const long = { ...segment, to: producedAt + 2 * maxGapMs };
    expect(() => newLife().removeSegment(long)).toThrow('one that was added');
  });
});
