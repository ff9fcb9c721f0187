import { describe, expect, it } from 'vitest';
import { tahuParametersFor } from '../../../models/parameters/tahu.ts';
import { createBatchLife } from '../../../models/shelf-life/batchLife.ts';
import { batchLifeHistory, type LifeHistoryInput } from '../../../models/shelf-life/batchLifeHistory.ts';
import { addAll, allSegments, maxGapMs, producedAt } from '../support/histories.ts';

const hourMs = 3_600_000;
const parameters = tahuParametersFor('none');
const points = Array.from({ length: 61 }, (_, index) => ({
  at: producedAt + index * 600_000,
  temperatureC: index < 40 ? 6 : 26,
}));
const asOf = points.at(-1)!.at + 20 * 60_000;
const input: LifeHistoryInput = {
  producedAt,
  parameters,
  maxGapMs,
  segments: allSegments(points),
  uncovered: [{ from: points.at(-1)!.at, to: asOf, beforeC: 26, afterC: null }],
  times: [producedAt, producedAt + 2.04 * hourMs, producedAt + 7 * hourMs, asOf],
  asOf,
  futureTemperatureC: 6,
  draws: 500,
};

describe('batchLifeHistory', () => {
  const history = batchLifeHistory(input);

  it('a point of the history says what an estimate of then would have said', () => {
    for (const point of history.points) {
      const known = points.filter(({ at }) => at <= point.at);
      const next = points[known.length];
      const last = known.at(-1)!;
      const share = next ? (point.at - last.at) / (next.at - last.at) : 0;
      const here = {
        at: point.at,
        temperatureC: last.temperatureC + share * ((next ?? last).temperatureC - last.temperatureC),
      };
      const life = addAll(createBatchLife(input), allSegments(next ? [...known, here] : known));
      const uncovered = next ? [] : input.uncovered;
      const { countLog10CfuPerG, remainingH } = life.estimate({ ...input, asOf: point.at, uncovered });
      expect(point).toStrictEqual({ at: point.at, countLog10CfuPerG, remainingH });
    }
    expect(history.points).toHaveLength(4);
  });

  it('the forecast goes on from now to where the last 5 % end', () => {
    const now = addAll(createBatchLife(input), input.segments).estimate(input);
    expect(history.forecast[0]).toStrictEqual({
      at: asOf,
      countLog10CfuPerG: now.countLog10CfuPerG,
      remainingH: now.remainingH,
    });
    const last = history.forecast.at(-1)!;
    expect(last.at).toBe(now.keepsUntil.p95);
    expect(last.remainingH.p95).toBeLessThan(1e-3);
    expect(history.forecast).toHaveLength(25);
    history.forecast.forEach((point, index) => {
      if (index === 0) return;
      const before = history.forecast[index - 1]!;
      const passedH = (point.at - before.at) / hourMs;
      expect(point.remainingH.median).toBeCloseTo(Math.max(0, before.remainingH.median - passedH), 6);
      expect(point.countLog10CfuPerG.median).toBeGreaterThan(before.countLog10CfuPerG.median);
    });
  });

  it('a long segment that is cut short by a point is still a gap', () => {
    const long = { from: producedAt, fromC: 6, to: producedAt + 4 * hourMs, toC: 10 };
    const at = producedAt + hourMs / 2;
    const [point] = batchLifeHistory({
      ...input,
      segments: [long],
      uncovered: [],
      times: [at],
      asOf: long.to,
    }).points;
    const gap = { from: producedAt, to: at, beforeC: 6, afterC: 6.5 };
    const estimate = createBatchLife(input).estimate({ ...input, asOf: at, uncovered: [gap] });
    expect(point!.remainingH).toStrictEqual(estimate.remainingH);
    expect(estimate.gapH).toBe(0.5);
  });

  it('a life that is over has no forecast', () => {
    const warm = { ...input, segments: allSegments(points.map(({ at }) => ({ at, temperatureC: 36 }))) };
    const late = producedAt + 200 * hourMs;
    const dead = batchLifeHistory({ ...warm, asOf: late, uncovered: [], times: [late] });
    expect(dead.points[0]!.remainingH).toStrictEqual({ median: 0, p05: 0, p95: 0 });
    expect(dead.forecast).toEqual([]);
  });

  it('batchLifeHistory refuses times and segments out of order', () => {
    expect(() => batchLifeHistory({ ...input, times: [asOf, producedAt] })).toThrow(
      'times must be ascending',
    );
    expect(() => batchLifeHistory({ ...input, segments: input.segments.toReversed() })).toThrow(
      'segments must be',
    );
  });
});
