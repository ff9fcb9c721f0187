import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tahuParametersFor } from '../../../models/parameters/tahu.ts';
import { createBatchLife, type LifeEstimate, type Uncovered } from '../../../models/shelf-life/batchLife.ts';
import { addAll, allSegments, atEnd, histories, maxGapMs, producedAt } from '../support/histories.ts';

const hourMs = 3_600_000;
const parameters = tahuParametersFor('none');
const newLife = () => createBatchLife({ producedAt, parameters, maxGapMs });
const at = (hours: number) => producedAt + hours * hourMs;
const draws = 1000;

/** Readings at one temperature every ten minutes over hours of the batch's time. */
const held = (fromH: number, toH: number, temperatureC: number) =>
  allSegments(
    Array.from({ length: (toH - fromH) * 6 + 1 }, (_, index) => ({
      at: at(fromH) + index * 600_000,
      temperatureC,
    })),
  );

const gap = (fromH: number, toH: number, beforeC: number | null, afterC: number | null): Uncovered => ({
  from: at(fromH),
  to: at(toH),
  beforeC,
  afterC,
});

const inside = (inner: LifeEstimate['remainingH'], outer: LifeEstimate['remainingH'], slack = 1e-9) => {
  expect(outer.p05).toBeLessThanOrEqual(inner.p05 + slack);
  expect(outer.p95).toBeGreaterThanOrEqual(inner.p95 - slack);
};

describe('a gap', () => {
  it('a segment longer than the longest gap counts as a gap, one as long does not', () => {
    const pieces = (ms: number) => ({ from: producedAt, fromC: 5, to: producedAt + ms, toC: 5 });
    const ask = (ms: number) =>
      addAll(newLife(), [pieces(ms)]).estimate({
        asOf: producedAt + ms,
        futureTemperatureC: 5,
        uncovered: [],
        draws,
      });
    expect(ask(maxGapMs)).toMatchObject({ gapH: 0, measuredShare: 1 });
    const tooLong = ask(maxGapMs + 60_000);
    expect(tooLong.measuredShare).toBe(0);
    expect(tooLong.gapH).toBeCloseTo(66 / 60, 9);
  });

  it('a gap in place of readings widens the interval and keeps the straight line for the median', () => {
    fc.assert(
      fc.property(
        histories({ min: 0, max: 30 }, 30, 40),
        fc.integer({ min: 0, max: 38 }),
        fc.integer({ min: 1, max: 30 }),
        (points, start, length) => {
          const end = Math.min(points.length - 1, start + length);
          if (end <= start) return;
          // Nothing in the hole was colder than its ends: what was there is among what is assumed to be possible.
          const [a, b] = [points[start]!, points[end]!];
          const coldest = Math.min(a.temperatureC, b.temperatureC);
          const filled = points.map((point, index) =>
            index > start && index < end
              ? { ...point, temperatureC: Math.max(coldest, point.temperatureC) }
              : point,
          );
          const segments = allSegments(filled);
          const full = addAll(newLife(), segments).estimate(atEnd(filled, 20));
          const known = [...segments.slice(0, start), ...segments.slice(end)];
          const hole = { from: a.at, to: b.at, beforeC: a.temperatureC, afterC: b.temperatureC };
          const holed = addAll(newLife(), known).estimate({ ...atEnd(filled, 20), uncovered: [hole] });
          // The worst of 30 C is put into one bin, the readings into many: bins are a tenth of a degree wide.
          inside(full.remainingH, holed.remainingH, 1e-3 * full.remainingH.p95);
          expect(holed.gapH).toBeCloseTo((b.at - a.at) / hourMs, 6);
          expect(holed.measuredShare).toBeLessThan(1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('a gap inside gives the same whether it came as a long segment or as an uncovered span', () => {
    const [before, after] = [held(0, 5, 4), held(9, 12, 8)];
    const asOf = at(12);
    const ask = { asOf, futureTemperatureC: 6, draws };
    const spans = addAll(newLife(), [...before, ...after]).estimate({ ...ask, uncovered: [gap(5, 9, 4, 8)] });
    const long = { from: at(5), fromC: 4, to: at(9), toC: 8 };
    expect(addAll(newLife(), [...before, long, ...after]).estimate({ ...ask, uncovered: [] })).toStrictEqual(
      spans,
    );
  });

  it('a gap is lived at 30 C at worst, and at the warmest of the last 24 h when that was warmer', () => {
    const ask = (segments: ReturnType<typeof held>, fromH: number) =>
      addAll(newLife(), segments).estimate({
        asOf: at(fromH + 3),
        futureTemperatureC: 4,
        uncovered: [gap(fromH, fromH + 3, 4, null)],
        draws,
      }).countLog10CfuPerG.p95;
    const spell = [...held(0, 1, 33), ...held(1, 2, 4)];
    const longAgo = [...held(0, 1, 33), ...held(1, 30, 4)];
    const sameGrowth = (segments: ReturnType<typeof held>, fromH: number, worstC: number) =>
      addAll(newLife(), [...segments, ...held(fromH, fromH + 3, worstC)]).estimate({
        asOf: at(fromH + 3),
        futureTemperatureC: 4,
        uncovered: [],
        draws,
      }).countLog10CfuPerG.p95;
    expect(ask(spell, 2)).toBeCloseTo(sameGrowth(spell, 2, 33), 6);
    expect(ask(longAgo, 30)).toBeCloseTo(sameGrowth(longAgo, 30, 30), 6);
  });

  it('the warmest of a warm spell is forgotten when its segment is removed', () => {
    const spell = { from: at(1), fromC: 34, to: at(1.5), toC: 34 };
    const life = addAll(newLife(), held(0, 1, 4));
    const input = {
      asOf: at(4),
      futureTemperatureC: 4,
      uncovered: [gap(1.5, 4, 4, null), gap(1, 1.5, 4, 4)],
      draws,
    };
    const before = life.estimate(input);
    life.addSegment(spell);
    life.removeSegment(spell);
    expect(life.estimate(input)).toStrictEqual(before);
  });

  it('a caller may know of a warmer place', () => {
    const ask = (warmestC: number | null) =>
      newLife().estimate({
        asOf: at(2),
        futureTemperatureC: 4,
        uncovered: [{ ...gap(0, 2, 4, 4), warmestC }],
        draws,
      });
    expect(ask(34).remainingH.p05).toBeLessThan(ask(null).remainingH.p05);
    expect(ask(34).remainingH.median).toBe(ask(null).remainingH.median);
  });
});

describe('the last reading', () => {
  const segments = held(0, 10, 6);
  const ask = (silentH: number) =>
    addAll(newLife(), segments).estimate({
      asOf: at(10 + silentH),
      futureTemperatureC: 6,
      uncovered: [gap(10, 10 + silentH, 6, null)],
      draws,
    });

  it('the last reading is held, and counts as measured, until the next is too late', () => {
    expect(ask(1)).toMatchObject({ measuredShare: 1, gapH: 0 });
    expect(ask(1).countLog10CfuPerG.median).toBeCloseTo(
      addAll(newLife(), held(0, 11, 6)).estimate({
        asOf: at(11),
        futureTemperatureC: 6,
        uncovered: [],
        draws,
      }).countLog10CfuPerG.median,
      9,
    );
    expect(ask(2)).toMatchObject({ gapH: 2 });
    expect(ask(2).measuredShare).toBeCloseTo(10 / 12, 9);
  });

  it('longer silence never raises what is shown first', () => {
    const shown = [0.5, 1, 2, 4, 8, 16].map(silentH => ask(silentH).keepsUntil.p05);
    shown.forEach((keepsUntil, index) => {
      if (index > 0) expect(keepsUntil).toBeLessThanOrEqual(shown[index - 1]!);
    });
  });
});

describe('without any reading', () => {
  const ask = (futureTemperatureC: number, uncovered: Uncovered[] = []) =>
    newLife().estimate({ asOf: at(6), futureTemperatureC, uncovered, draws });

  it('a batch without a sensor is taken to be at 30 C, at best at 4 C', () => {
    const unknown = ask(5, [gap(0, 6, null, null)]);
    const warm = addAll(newLife(), held(0, 6, 30)).estimate({
      asOf: at(6),
      futureTemperatureC: 5,
      uncovered: [],
      draws,
    });
    const cold = addAll(newLife(), held(0, 6, 4)).estimate({
      asOf: at(6),
      futureTemperatureC: 5,
      uncovered: [],
      draws,
    });
    expect(unknown.countLog10CfuPerG.median).toBeCloseTo(warm.countLog10CfuPerG.median, 9);
    expect(unknown.remainingH.p05).toBeCloseTo(warm.remainingH.p05, 6);
    expect(unknown.remainingH.p95).toBeCloseTo(cold.remainingH.p95, 6);
    expect(unknown.flags).toContain('no-sensor');
    expect(unknown).toMatchObject({ measuredShare: 0, gapH: 6, meanKineticTemperatureC: null });
  });

  it('time that nobody speaks for counts as unknown', () => {
    expect(ask(5)).toStrictEqual(ask(5, [gap(0, 6, null, null)]));
  });

  it('a plan is neither measured nor a gap', () => {
    const plan = { ...gap(6, 10, null, null), plannedC: 5 };
    const life = addAll(newLife(), held(0, 6, 5));
    const later = life.estimate({ asOf: at(10), futureTemperatureC: 5, uncovered: [plan], draws });
    const today = life.estimate({ asOf: at(6), futureTemperatureC: 5, uncovered: [], draws });
    expect(later).toMatchObject({ measuredShare: 1, gapH: 0 });
    expect(later.remainingH.median).toBeCloseTo(today.remainingH.median - 4, 6);
    expect(later.remainingH.p05).toBeCloseTo(today.remainingH.p05 - 4, 6);
  });
});

describe('flags', () => {
  const flagsOf = (
    treatment: Parameters<typeof tahuParametersFor>[0],
    temperatureC: number,
    hours: number,
    futureC = 5,
  ) => {
    const life = createBatchLife({ producedAt, parameters: tahuParametersFor(treatment), maxGapMs });
    const segments = hours > 0 ? held(0, hours, temperatureC) : [];
    return addAll(life, segments).estimate({
      asOf: at(hours),
      futureTemperatureC: futureC,
      uncovered: [],
      draws,
    }).flags;
  };

  it('a flag tells when a temperature lies outside what was tested', () => {
    expect(flagsOf('none', 38, 1)).toContain('outside-tested-range');
    expect(flagsOf('none', -1, 1)).toContain('outside-tested-range');
    expect(flagsOf('none', 5, 1, 40)).toContain('outside-tested-range');
    expect(flagsOf('none', 0, 1)).not.toContain('outside-tested-range');
    expect(flagsOf('none', 37, 1)).not.toContain('outside-tested-range');
  });

  it('a flag tells when a sealed pack was warm for more than an hour or will be', () => {
    expect(flagsOf('vacuum', 9, 2)).toContain('sealed-pack-unchilled');
    expect(flagsOf('packed-heated', 9, 1)).not.toContain('sealed-pack-unchilled');
    expect(flagsOf('packed-heated', 8, 20)).not.toContain('sealed-pack-unchilled');
    expect(flagsOf('packed-heated', 5, 1, 9)).toContain('sealed-pack-unchilled');
    expect(flagsOf('packed-heated-p90', 20, 5)).not.toContain('sealed-pack-unchilled');
    expect(flagsOf('none', 28, 5)).not.toContain('sealed-pack-unchilled');
  });

  it('a flag tells when the interval is wider than a factor of ten', () => {
    const ask = (hours: number) =>
      addAll(newLife(), hours > 0 ? held(0, hours, 28) : []).estimate({
        asOf: at(hours),
        futureTemperatureC: 28,
        uncovered: [],
        draws,
      });
    expect(ask(0).flags).not.toContain('wide-interval');
    const near = ask(3);
    expect(near.remainingH.p95).toBeGreaterThan(10 * near.remainingH.p05);
    expect(near.flags).toContain('wide-interval');
  });

  it('time out of range is exact at crossings and includes the held reading', () => {
    const life = createBatchLife({ producedAt, parameters: tahuParametersFor('packed-heated'), maxGapMs });
    life.addSegment({ from: at(0), fromC: 6, to: at(1), toC: 10 });
    const estimate = life.estimate({
      asOf: at(2),
      futureTemperatureC: 5,
      uncovered: [gap(1, 2, 10, null)],
      draws,
    });
    expect(estimate.outOfRangeAboveC).toBe(8);
    expect(estimate.timeOutOfRangeH).toBeCloseTo(1.5, 12);
    const kept = createBatchLife({ producedAt, parameters, maxGapMs, outOfRangeAboveC: 8 });
    kept.addSegment({ from: at(0), fromC: 8, to: at(1), toC: 8 });
    expect(kept.estimate({ asOf: at(1), futureTemperatureC: 5, uncovered: [], draws }).timeOutOfRangeH).toBe(
      0,
    );
  });
});
