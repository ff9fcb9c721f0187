import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tahuParametersFor } from '../../../models/parameters/tahu.ts';
import {
  type BatchLife,
  createBatchLife,
  type EstimateInput,
  type LifeEstimate,
  type Uncovered,
} from '../../../models/shelf-life/batchLife.ts';
import { fixture } from '../support/fixture.ts';
import {
  addAll,
  allSegments,
  atEnd,
  histories,
  maxGapMs,
  producedAt,
  temperatures,
} from '../support/histories.ts';

type Treatment = Parameters<typeof tahuParametersFor>[0];
const treatments: Treatment[] = [
  'none',
  'water-immersed',
  'turmeric-boiled',
  'vacuum',
  'packed-heated',
  'packed-heated-p90',
];
const hourMs = 3_600_000;
const newLife = (treatment: Treatment = 'none') =>
  createBatchLife({ producedAt, parameters: tahuParametersFor(treatment), maxGapMs });

/** A batch at one temperature for some hours, read every ten minutes. */
function heldLife(treatment: Treatment, temperatureC: number, hours: number): BatchLife {
  const points = Array.from({ length: hours * 6 + 1 }, (_, index) => ({
    at: producedAt + index * 600_000,
    temperatureC,
  }));
  return hours > 0 ? addAll(newLife(treatment), allSegments(points)) : newLife(treatment);
}

function now(hours: number, futureTemperatureC: number, uncovered: Uncovered[] = []): EstimateInput {
  return { asOf: producedAt + hours * hourMs, futureTemperatureC, uncovered, draws: 1000 };
}

const remainingBy = (estimate: LifeEstimate, limit: string) =>
  estimate.limits.find(one => one.limit === limit)!.remainingH;

/** Every number in an estimate, however deep. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

describe('known lives', () => {
  interface Table {
    treatment: Treatment;
    temperatureC: number[];
    timeH: number[];
  }
  it.each(fixture<{ tahu: Table[] }>('timeToLimit').tahu)(
    'a new $treatment batch keeps as long as its table says',
    t => {
      const heldBelowC = tahuParametersFor(t.treatment).spoilage.heldBelowC?.value ?? -99;
      t.temperatureC.forEach((temperatureC, index) => {
        if (temperatureC < heldBelowC) return;
        const remainingH = remainingBy(newLife(t.treatment).estimate(now(0, temperatureC)), 'spoilage')!;
        expect(Math.abs(remainingH / t.timeH[index]! - 1)).toBeLessThan(1e-8);
      });
    },
  );

  it('a packed batch below 4 C lives as at 4 C, not 780 days', () => {
    const at4 = remainingBy(newLife('packed-heated-p90').estimate(now(0, 4)), 'spoilage');
    expect(remainingBy(newLife('packed-heated-p90').estimate(now(0, 0)), 'spoilage')).toBe(at4);
    expect(remainingBy(heldLife('packed-heated-p90', -2, 24).estimate(now(24, 4)), 'spoilage')).toBeCloseTo(
      at4! - 24,
      6,
    );
  });

  it('0 C is a temperature', () => {
    const estimate = heldLife('none', 0, 48).estimate(now(48, 0));
    expect(estimate.measuredShare).toBe(1);
    expect(estimate.meanKineticTemperatureC).toBeCloseTo(0, 9);
    expect(estimate.lifeUsed).toBeGreaterThan(0.05);
    const gap = { from: producedAt, to: producedAt + 2 * hourMs, beforeC: null, afterC: 0 };
    const held = newLife().estimate(now(2, 0, [gap]));
    expect(held.lifeUsed).toBeLessThan(0.005);
  });
});

describe('caps and limits', () => {
  it.each([
    ['none', 7, 'cap-fresh-7-days'],
    ['turmeric-boiled', 7, 'cap-fresh-7-days'],
    ['vacuum', 7, 'cap-fresh-7-days'],
    ['packed-heated', 10, 'cap-sealed-10-days'],
    ['packed-heated-p90', 30, 'cap-packed-30-days'],
  ] as const)('a %s batch never keeps longer than %i days', (treatment, days, limit) => {
    const fromMaking = newLife(treatment).estimate(now(0, 0));
    expect(fromMaking.remainingH.p95).toBe(days * 24);
    expect(remainingBy(fromMaking, limit)).toBe(days * 24);
    const later = heldLife(treatment, 0, 30).estimate(now(30, 0));
    expect(remainingBy(later, limit)).toBe(days * 24 - 30);
    expect(later.remainingH.p95).toBeLessThanOrEqual(days * 24 - 30);
  });

  it('a vacuum pack has the cap of sealed packs beside that of fresh tahu', () => {
    const limits = newLife('vacuum')
      .estimate(now(0, 4))
      .limits.map(({ limit }) => limit);
    expect(limits).toContain('cap-sealed-10-days');
    expect(limits).toContain('cap-fresh-7-days');
  });

  it('Listeria counts only where the pack was not heated', () => {
    const limitsOf = (treatment: Treatment) =>
      newLife(treatment)
        .estimate(now(0, 5))
        .limits.map(({ limit }) => limit);
    for (const treatment of treatments)
      expect(limitsOf(treatment).includes('listeria-monocytogenes')).toBe(!treatment.startsWith('packed'));
  });

  it('a cap that is past ends the life even where nothing grows', () => {
    const estimate = heldLife('packed-heated', 2, 11 * 24).estimate(now(11 * 24, 2));
    expect(estimate.remainingH).toStrictEqual({ median: 0, p05: 0, p95: 0 });
    expect(estimate.crossedAt).toBe(producedAt + 10 * 24 * hourMs);
    expect(estimate.limitedBy).toBe('cap-sealed-10-days');
  });

  it('Bacillus cereus ends the short lives of warm heated packs', () => {
    expect(newLife('packed-heated').estimate(now(0, 28)).limitedBy).toBe('bacillus-cereus-mesophilic');
  });

  it('a limit that is never reached is null, not a large number', () => {
    const estimate = newLife('none').estimate(now(0, 3));
    expect(remainingBy(estimate, 'bacillus-cereus-mesophilic')).toBeNull();
    expect(remainingBy(newLife('none').estimate(now(0, 50)), 'spoilage')).toBeNull();
  });
});

describe('what is past', () => {
  it('a limit that is past is dated to when it was crossed', () => {
    const life = heldLife('none', 28, 20);
    const estimate = life.estimate(now(20, 28));
    const crossedH = (estimate.crossedAt! - producedAt) / hourMs;
    const fromMaking = newLife().estimate(now(0, 28)).remainingH;
    expect(crossedH).toBeCloseTo(fromMaking.median, 3);
    expect((estimate.keepsUntil.p05 - producedAt) / hourMs).toBeCloseTo(fromMaking.p05, 1);
    expect(estimate.remainingH.median).toBe(0);
    expect(estimate.lifeUsed).toBe(1);
  });

  it('a warm afternoon is where a chilled batch crossed its limit', () => {
    const warm = { from: producedAt + 90 * hourMs, to: producedAt + 96 * hourMs };
    const life = heldLife('none', 5, 90);
    for (let at = warm.from; at < warm.to; at += 600_000)
      life.addSegment({ from: at, fromC: 32, to: at + 600_000, toC: 32 });
    const estimate = life.estimate(now(96, 5));
    expect(estimate.crossedAt).toBeGreaterThan(warm.from);
    expect(estimate.crossedAt).toBeLessThan(warm.to);
  });
});

describe('laws', () => {
  it('an estimate holds only finite numbers in order, up to 100,000 h', () => {
    const input = fc.record({
      points: histories({ min: -40, max: 85 }, 300, 30),
      futureTemperatureC: temperatures(-40, 85),
      treatment: fc.constantFrom(...treatments),
      silentH: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100_000 })),
    });
    fc.assert(
      fc.property(input, ({ points, futureTemperatureC, treatment, silentH }) => {
        const last = points.at(-1)!;
        const asOf = last.at + silentH * hourMs;
        const tail = { from: last.at, to: asOf, beforeC: last.temperatureC, afterC: null };
        const life = addAll(newLife(treatment), allSegments(points));
        const estimate = life.estimate({ asOf, futureTemperatureC, uncovered: [tail], draws: 200 });
        expect(numbersIn(estimate).every(Number.isFinite)).toBe(true);
        for (const interval of [estimate.remainingH, estimate.keepsUntil, estimate.countLog10CfuPerG]) {
          expect(interval.p05).toBeLessThanOrEqual(interval.median);
          expect(interval.median).toBeLessThanOrEqual(interval.p95);
        }
        expect(estimate.remainingH.p05).toBeGreaterThanOrEqual(0);
        expect(estimate.measuredShare).toBeGreaterThanOrEqual(0);
        expect(estimate.measuredShare).toBeLessThanOrEqual(1);
      }),
      { numRuns: 150 },
    );
  });

  it('warmer never lengthens life, up to the optimum', () => {
    fc.assert(
      fc.property(
        histories({ min: -5, max: 28 }, 60, 60),
        temperatures(-5, 28),
        temperatures(0, 4),
        fc.constantFrom(...treatments),
        (points, futureTemperatureC, warmerBy, treatment) => {
          const warmer = points.map(({ at, temperatureC }) => ({
            at,
            temperatureC: temperatureC + warmerBy,
          }));
          const cool = addAll(newLife(treatment), allSegments(points)).estimate(
            atEnd(points, futureTemperatureC),
          );
          const warm = addAll(newLife(treatment), allSegments(warmer)).estimate(
            atEnd(warmer, futureTemperatureC + warmerBy),
          );
          for (const figure of ['p05', 'median', 'p95'] as const) {
            expect(warm.remainingH[figure]).toBeLessThanOrEqual(cool.remainingH[figure] * (1 + 1e-9));
            expect(warm.countLog10CfuPerG[figure]).toBeGreaterThanOrEqual(
              cool.countLog10CfuPerG[figure] - 1e-9,
            );
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it('the figure shown first does not rise with temperature even above the optimum', () => {
    const at = [34, 37, 40, 44, 50].map(futureC => newLife().estimate(now(0, futureC)).remainingH.p05);
    at.forEach((p05, index) => {
      if (index > 0) expect(p05).toBeLessThanOrEqual(at[index - 1]! * (1 + 1e-9));
    });
  });

  it('a count never falls and a life never grows with time', () => {
    fc.assert(
      fc.property(histories({ min: 0, max: 35 }), points => {
        const life = newLife();
        let before: LifeEstimate | undefined;
        for (const segment of allSegments(points).slice(0, 40)) {
          life.addSegment(segment);
          const estimate = life.estimate({
            asOf: segment.to,
            futureTemperatureC: 20,
            uncovered: [],
            draws: 200,
          });
          if (before) {
            expect(estimate.countLog10CfuPerG.median).toBeGreaterThanOrEqual(before.countLog10CfuPerG.median);
            expect(estimate.remainingH.median).toBeLessThanOrEqual(before.remainingH.median);
          }
          before = estimate;
        }
      }),
      { numRuns: 20 },
    );
  });

  it('nothing grows below Tmin', () => {
    const estimate = heldLife('none', -5, 48).estimate(now(48, 5));
    expect(estimate.lifeUsed).toBe(0);
    expect(estimate.countLog10CfuPerG.median).toBe(5);
  });

  it('the mean kinetic temperature lies between the mean and the warmest', () => {
    fc.assert(
      fc.property(histories({ min: -10, max: 60 }), points => {
        const segments = allSegments(points);
        const mkt = addAll(newLife(), segments).estimate(atEnd(points)).meanKineticTemperatureC!;
        const span = points.at(-1)!.at - points[0]!.at;
        const mean = segments.reduce((sum, s) => sum + ((s.fromC + s.toC) / 2) * (s.to - s.from), 0) / span;
        expect(mkt).toBeGreaterThanOrEqual(mean - 1e-9);
        expect(mkt).toBeLessThanOrEqual(Math.max(...points.map(point => point.temperatureC)) + 1e-9);
      }),
      { numRuns: 100 },
    );
  });

  it('equal seeds give equal estimates and another seed a slightly different interval', () => {
    const life = heldLife('none', 10, 20);
    const one = life.estimate({ ...now(20, 10), draws: 20_000 });
    expect(heldLife('none', 10, 20).estimate({ ...now(20, 10), draws: 20_000 })).toStrictEqual(one);
    const other = life.estimate({ ...now(20, 10), draws: 20_000, seed: 7 });
    expect(other.remainingH.p05).not.toBe(one.remainingH.p05);
    expect(Math.abs(other.remainingH.p05 - one.remainingH.p05)).toBeLessThan(0.02 * one.lifeAtMakingH);
    expect(other.remainingH.median).toBe(one.remainingH.median);
  });
});

it('an estimate refuses what it cannot be asked', () => {
  const life = newLife();
  expect(() => life.estimate({ ...now(0, 5), asOf: producedAt - 1 })).toThrow(
    'asOf must be at or after producedAt',
  );
  expect(() => life.estimate(now(0, Number.NaN))).toThrow('futureTemperatureC must be finite, got NaN');
  expect(() => life.estimate({ ...now(0, 5), draws: 3 })).toThrow('draws must be a whole number from 100');
  const late = { from: producedAt, to: producedAt + 2 * hourMs, beforeC: 4, afterC: null };
  expect(() => life.estimate(now(1, 5, [late]))).toThrow('uncovered.to must be from');
  expect(() => life.estimate(now(2, 5, [{ ...late, beforeC: Number.NaN }]))).toThrow('uncovered.beforeC');
});
