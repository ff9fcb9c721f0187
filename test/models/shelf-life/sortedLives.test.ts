import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { treatmentSchema } from '../../../models/contracts/batch.ts';
import { tahuParametersFor } from '../../../models/parameters/tahu.ts';
import { createBatchLife } from '../../../models/shelf-life/batchLife.ts';
import { drawInput, situationOf } from '../../../models/shelf-life/estimateLife.ts';
import { LifeSums } from '../../../models/shelf-life/lifeSums.ts';
import { sortedLives } from '../../../models/shelf-life/sortedLives.ts';
import type { Segment } from '../../../models/temperatureHistory.ts';
import { plainLives } from './plainLives.ts';

const hourMs = 3_600_000;
const maxGapMs = 65 * 60_000;

/** Hours around a temperature, some of them unknown at the end, and where it is kept then. */
const courseArb = fc.record({
  treatment: fc.constantFrom(...treatmentSchema.options),
  aroundC: fc.constantFrom(-3, 2, 5, 8, 15, 28, 33, 44),
  swings: fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 300 }),
  silentH: fc.constantFrom(0, 0, 0.5, 6, 40),
  futureTemperatureC: fc.constantFrom(-1, 2, 5, 12, 28, 33, 46),
  draws: fc.constantFrom(20_000, 20_000, 1_000, 300),
});
type Course = typeof courseArb extends fc.Arbitrary<infer T> ? T : never;

function historyOf({ aroundC, swings }: Course): Segment[] {
  return swings.map((swing, i) => ({
    from: i * hourMs,
    fromC: aroundC + (swings[i - 1] ?? swing) / 10,
    to: (i + 1) * hourMs,
    toC: aroundC + swing / 10,
  }));
}

function inputOf(course: Course) {
  const { futureTemperatureC, silentH, swings, draws } = course;
  const from = swings.length * hourMs;
  const asOf = from + silentH * hourMs;
  const beforeC = historyOf(course).at(-1)!.toC;
  const uncovered = silentH === 0 ? [] : [{ from, to: asOf, beforeC, afterC: null }];
  return { asOf, futureTemperatureC, uncovered, draws };
}

describe('sortedLives', () => {
  it('says bit for bit what working out each draw says', () => {
    fc.assert(
      fc.property(
        courseArb,
        fc.constantFrom('worst', 'best'),
        fc.double({ min: 0.5, max: 300, noNaN: true }),
        (course, branch, nearH) => {
          const parameters = tahuParametersFor(course.treatment);
          const sums = new LifeSums({ producedAt: 0, parameters, maxGapMs });
          for (const segment of historyOf(course)) sums.add(segment);
          const input = drawInput(situationOf(sums, inputOf(course)), branch);
          const plain = plainLives(input);
          for (const lives of [sortedLives(input), sortedLives(input, nearH)]) {
            for (const p of [0.05, 0.5, 0.95]) expect(lives.remainingH(p)).toBe(plain.remainingH(p));
            expect(lives.limitOfShortest(0.05)).toBe(plain.limitOfShortest(0.05));
            expect(lives.shareEndedWithin(nearH)).toBe(plain.shareEndedWithin(nearH));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('the outlook of a batch', () => {
  it('is what its estimate says, whatever it is near', () => {
    fc.assert(
      fc.property(courseArb, fc.option(fc.double({ min: 0, max: 300, noNaN: true })), (course, nearH) => {
        const parameters = tahuParametersFor(course.treatment);
        const life = createBatchLife({ producedAt: 0, parameters, maxGapMs });
        for (const segment of historyOf(course)) life.addSegment(segment);
        const estimate = life.estimate(inputOf(course));
        const outlook = life.outlook(inputOf(course), nearH ?? undefined);
        expect(outlook).toEqual({
          remainingH: { median: estimate.remainingH.median, p05: estimate.remainingH.p05 },
          keepsUntil: { median: estimate.keepsUntil.median, p05: estimate.keepsUntil.p05 },
          lifeAtMakingH: estimate.lifeAtMakingH,
          lifeUsed: estimate.lifeUsed,
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('the arrival of a batch', () => {
  it('is what its estimate and its limit say, whatever it is near', () => {
    const nearArb = fc.option(fc.record({ p05: fc.double({ min: 0, max: 300, noNaN: true }) }));
    fc.assert(
      fc.property(courseArb, nearArb, fc.integer({ min: 0, max: 200 }), (course, near, needH) => {
        const parameters = tahuParametersFor(course.treatment);
        const life = createBatchLife({ producedAt: 0, parameters, maxGapMs });
        for (const segment of historyOf(course)) life.addSegment(segment);
        const input = inputOf(course);
        const estimate = life.estimate(input);
        const by = input.asOf + needH * hourMs;
        const nearEnds = near === null ? undefined : { p05: near.p05, p95: 2 * near.p05 };
        expect(life.arrival(input, by, nearEnds)).toEqual({
          remainingH: estimate.remainingH,
          keepsUntil: { median: estimate.keepsUntil.median, p05: estimate.keepsUntil.p05 },
          lifeAtMakingH: estimate.lifeAtMakingH,
          lifeUsed: estimate.lifeUsed,
          measuredShare: estimate.measuredShare,
          flags: estimate.flags,
          limitBefore: life.limitBefore(input, by),
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('a planned span with a band', () => {
  const lifeOf = () => {
    const parameters = tahuParametersFor('turmeric-boiled');
    const life = createBatchLife({ producedAt: 0, parameters, maxGapMs });
    life.addSegment({ from: 0, fromC: 20, to: hourMs, toC: 20 });
    return life;
  };
  const planned = (band: { plannedLowC?: number; plannedHighC?: number }) => ({
    asOf: 4 * hourMs,
    futureTemperatureC: 20,
    uncovered: [{ from: hourMs, to: 4 * hourMs, beforeC: null, afterC: null, plannedC: 20, ...band }],
  });

  it('widens the interval at both ends and leaves the median', () => {
    const [plain, wide] = [planned({}), planned({ plannedLowC: 12, plannedHighC: 28 })].map(
      input => lifeOf().estimate(input).remainingH,
    );
    expect(wide!.median).toBe(plain!.median);
    expect(wide!.p05).toBeLessThan(plain!.p05);
    expect(wide!.p95).toBeGreaterThan(plain!.p95);
  });

  it.each([
    [{ plannedLowC: 21 }, 'plannedLowC'],
    [{ plannedHighC: 19 }, 'plannedHighC'],
  ])('refuses %j, which does not hold the plan', (band, field) => {
    expect(() => lifeOf().estimate(planned(band))).toThrow(field);
  });
});
