import { describe, expect, it } from 'vitest';
import { quantileInPlace } from '../../../models/shelf-life/quantile.ts';
import {
  conditionedTimeToLimit,
  type TimeToLimitDraws,
  timeToLimitDraws,
  weightedQuantile,
} from '../../../models/uncertainty/timeToLimitDraws.ts';

const rate = ({ b, tMinC }: Readonly<Record<string, number>>) => (tMinC! >= 5 ? 0 : (b! * (5 - tMinC!)) ** 2);
const request: TimeToLimitDraws = {
  names: ['b', 'tMinC', 'h0', 'logN0'],
  mean: [0.0239, -2.5, 1.1, 3.2],
  covariance: [0.0012, 0.6, 0.35, 0.25].map((sd, i, all) => all.map((_, j) => (i === j ? sd * sd : 0))),
  fixed: { logNmax: 8.6 },
  history: () => 0,
  futureMuLnPerH: rate,
  limitLog10Cfu: 7,
  draws: 20_000,
  seed: 3,
};
const counted = (countLog10CfuPerG: number, hours: number) => [
  { countLog10CfuPerG, muIntegral: (p: Readonly<Record<string, number>>) => hours * rate(p) },
];

describe('timeToLimitDraws', () => {
  it('meets quantiles of 400,000 draws in R to 2 % with 20,000', () => {
    const hours = timeToLimitDraws(request);
    for (const [p, expected] of [
      [0.05, 223.475],
      [0.5, 308.149],
      [0.95, 434.483],
    ] as const)
      expect(Math.abs(quantileInPlace(hours, p) / expected - 1)).toBeLessThan(0.02);
  });
  it('is the same for the same seed and another for another', () => {
    expect(timeToLimitDraws(request)[777]).toBe(timeToLimitDraws(request)[777]);
    expect(timeToLimitDraws({ ...request, seed: 4 })[777]).not.toBe(timeToLimitDraws(request)[777]);
  });
  it('lets b and Tmin move together when their covariance says so', () => {
    const together = request.covariance.map(row => [...row]);
    together[0]![1] = together[1]![0] = 0.9 * 0.0012 * 0.6;
    const width = (covariance: number[][]) => {
      const hours = timeToLimitDraws({ ...request, covariance });
      return quantileInPlace(hours, 0.95) - quantileInPlace(hours, 0.05);
    };
    // A higher Tmin with a steeper slope: at one temperature the two make up for each other.
    expect(width(together)).toBeLessThan(width(request.covariance as number[][]));
  });
  it('refuses a covariance that is none', () => {
    const bad = request.covariance.map(row => [...row]);
    bad[0]![1] = bad[1]![0] = 1;
    expect(() => timeToLimitDraws({ ...request, covariance: bad })).toThrow(/positive semi-definite/);
  });
});

describe('conditionedTimeToLimit', () => {
  it('shortens the life when the laboratory counts more than was predicted, and lengthens it when less', () => {
    const median = (count: number) =>
      weightedQuantile(conditionedTimeToLimit(request, counted(count, 100)), 0.5);
    const plain = quantileInPlace(timeToLimitDraws(request), 0.5);
    expect(median(5)).toBeLessThan(plain);
    expect(median(3.6)).toBeGreaterThan(plain);
  });
  it('narrows the interval', () => {
    const width = (at: (p: number) => number) => at(0.95) - at(0.05);
    const plain = timeToLimitDraws(request);
    const conditioned = conditionedTimeToLimit(request, counted(4.3, 100));
    expect(width(p => weightedQuantile(conditioned, p))).toBeLessThan(width(p => quantileInPlace(plain, p)));
    expect(conditioned.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  });
  it('changes next to nothing for a count with a huge error', () => {
    const vague = [{ ...counted(4.3, 100)[0]!, sdLog10: 1000 }];
    const plain = quantileInPlace(timeToLimitDraws(request), 0.5);
    expect(weightedQuantile(conditionedTimeToLimit(request, vague), 0.5)).toBeCloseTo(plain, 0);
  });
  it('refuses a count that no draw comes near', () => {
    expect(() => conditionedTimeToLimit(request, [{ ...counted(8.5, 1)[0]!, sdLog10: 0.05 }])).toThrow(
      /hardly any draw comes close/,
    );
  });
});
