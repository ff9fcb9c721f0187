import { describe, expect, it } from 'vitest';
import { leastSquares } from '../../../models/fitting/leastSquares.ts';
import { generator } from '../../../models/fitting/startValues.ts';
import { baranyiCount } from '../../../models/growth/baranyi.ts';
import { ratkowskyExtendedRate } from '../../../models/growth/ratkowsky.ts';
import {
  type ExperimentPlan,
  type PlanRequest,
  planExperiments,
} from '../../../models/laboratory/planExperiments.ts';
import { freshSpoilage, packedHeatedSpoilage, type SpoilageFlora } from '../../../models/parameters/tahu.ts';
import { normalQuantile } from '../../../models/shelf-life/normalDistribution.ts';

const request: PlanRequest = {
  ...{ flora: freshSpoilage, temperatureC: 8, plates: 64, lots: 2 },
  temperaturesC: [4, 6, 8, 10, 15, 20, 25, 30],
};

describe('planExperiments', () => {
  it('keeps to the plates, the incubators and the plates at a point', () => {
    const plan = planExperiments(request);
    expect(plan.platesUsed).toBe(64);
    expect(new Set(plan.points.map(point => point.temperatureC)).size).toBeLessThanOrEqual(4);
    expect(Math.max(...plan.points.map(point => point.plates))).toBeLessThanOrEqual(2);
    expect(plan.points).toStrictEqual(
      [...plan.points].sort((a, b) => a.temperatureC - b.temperatureC || a.timeH - b.timeH),
    );
  });

  it('knows more after it than before, more with more plates, and never more than b and Tmin are worth', () => {
    const few = planExperiments({ ...request, plates: 24 });
    const many = planExperiments({ ...request, plates: 160 });
    expect(few.after.lnSd).toBeLessThan(few.before.lnSd);
    expect(many.after.lnSd).toBeLessThan(few.after.lnSd);
    expect(many.batchAfter.lnSd).toBeGreaterThan(many.batchAtBest.lnSd);
    expect(many.batchAtBest).toStrictEqual(few.batchAtBest);
  });

  it('does not take one lot for all: the same plates over more lots tell more', () => {
    const lots = [1, 2, 4, 8].map(n => planExperiments({ ...request, plates: 96, lots: n }).after.lnSd);
    expect(lots).toStrictEqual([...lots].sort((a, b) => b - a));
    // The factor of a single lot stays hidden in b, however many plates are counted.
    const endless = (n: number) => planExperiments({ ...request, plates: 380 * n, lots: n }).after.lnSd;
    expect(endless(1)).toBeGreaterThan(0.1);
    expect(endless(8)).toBeLessThan(0.7 * endless(1));
  });

  it('is as good as the best of 40 designs at temperatures chosen by lot, and as the other aim', () => {
    const plan = planExperiments({ ...request, plates: 32, lots: 1 });
    const uniform = generator(4);
    for (let n = 0; n < 40; n++) {
      const temperaturesC = [...request.temperaturesC].sort(() => uniform() - 0.5).slice(0, 4);
      const other = planExperiments({ ...request, plates: 32, lots: 1, temperaturesC });
      expect(plan.after.lnSd).toBeLessThanOrEqual(other.after.lnSd * 1.001);
    }
    const rate = planExperiments({ ...request, plates: 32, lots: 1, aim: 'rate' });
    expect(plan.after.lnSd).toBeLessThanOrEqual(rate.after.lnSd * 1.001);
    const area = ({ b, tMinC }: { b: number; tMinC: number }) => b * tMinC;
    expect(area(rate.standardErrors.after)).toBeLessThanOrEqual(area(plan.standardErrors.after));
  });

  it.each([
    ['fresh tahu at 8 C', freshSpoilage, 8, 2],
    ['packed tahu at 10 C', packedHeatedSpoilage, 10, 2],
  ] as const)('promises for %s what simulated experiments then keep', (_, flora, temperatureC, lots) => {
    const plan = planExperiments({ ...request, flora, temperatureC, lots, plates: 32 * lots });
    const errors = simulated(plan, flora, temperatureC, 100);
    const sd = Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
    // 100 experiments know their own spread within 14 % (two standard errors); the rest is what linearising costs.
    expect(sd / plan.after.lnSd).toBeGreaterThan(0.78);
    expect(sd / plan.after.lnSd).toBeLessThan(1.25);
    const inside = errors.filter(e => Math.abs(e) <= 1.645 * plan.after.lnSd).length / errors.length;
    expect(inside).toBeGreaterThan(0.82);
  });

  it('refuses a budget that cannot tell, and a temperature without growth', () => {
    expect(() => planExperiments({ ...request, plates: 8, lots: 2 })).toThrow(/plates must be at least 6/);
    expect(() => planExperiments({ ...request, temperatureC: -10 })).toThrow(/temperatureC must be above/);
    expect(() => planExperiments({ ...request, temperaturesC: [-20] })).toThrow(/temperaturesC must be some/);
  });
});

/** Errors of ln(life) over experiments whose truth is drawn from what is believed, each fitted with what was known before. */
function simulated(
  plan: ExperimentPlan,
  flora: SpoilageFlora,
  temperatureC: number,
  experiments: number,
): number[] {
  const uniform = generator(11);
  const normal = () => normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, uniform())));
  const { b, tMinC, h0, initialLog10Cfu, lotRateLnSd, c, tMaxC } = flora;
  const r = flora.bTMinCorrelation.value;
  const own = [h0.sd, initialLog10Cfu.sd, lotRateLnSd.value, 0.3];
  const ownMean = [h0.value, initialLog10Cfu.value, 0, 8.6];
  const countOf = (lnB: number, tMin: number, lot: readonly number[], atC: number, timeH: number) =>
    baranyiCount(
      timeH *
        Math.exp(lot[2]!) *
        ratkowskyExtendedRate(atC, { b: Math.exp(lnB), tMinC: tMin, c: c.value, tMaxC: tMaxC.value }),
      {
        h0: Math.max(0, lot[0]!),
        initialLog10Cfu: Math.min(lot[1]!, lot[3]!),
        maxLog10Cfu: lot[3]!,
      },
    );
  const lnLife = (lnB: number, tMin: number) => -2 * lnB - 2 * Math.log(Math.max(0.5, temperatureC - tMin));
  const errors: number[] = [];
  for (let n = 0; n < experiments; n++) {
    const z1 = normal();
    const z2 = r * z1 + Math.sqrt(1 - r * r) * normal();
    const truth = [Math.log(b.value) + (b.sd / b.value) * z1, tMinC.value + tMinC.sd * z2];
    // A truth that does not grow at the temperature asked for has no life to be wrong about.
    if (temperatureC - truth[1]! < 2) continue;
    const trueLots = Array.from({ length: plan.lots }, () =>
      ownMean.map((mean, k) => mean + own[k]! * normal()),
    );
    const counts = trueLots.map(lot =>
      plan.points.flatMap(point =>
        Array.from(
          { length: point.plates },
          () => countOf(truth[0]!, truth[1]!, lot, point.temperatureC, point.timeH) + 0.3 * normal(),
        ),
      ),
    );
    const at = plan.points.flatMap(point => Array.from({ length: point.plates }, () => point));
    const residuals = (p: readonly number[]): number[] => {
      const u1 = (p[0]! - Math.log(b.value)) / (b.sd / b.value);
      const u2 = (p[1]! - tMinC.value) / tMinC.sd;
      const out = [u1, (u2 - r * u1) / Math.sqrt(1 - r * r)];
      for (const [l, observed] of counts.entries()) {
        const lot = p.slice(2 + 4 * l, 6 + 4 * l);
        for (const [k, value] of lot.entries()) out.push((value - ownMean[k]!) / own[k]!);
        for (const [i, count] of observed.entries())
          out.push((count - countOf(p[0]!, p[1]!, lot, at[i]!.temperatureC, at[i]!.timeH)) / 0.3);
      }
      return out;
    };
    const start = [Math.log(b.value), tMinC.value, ...trueLots.flatMap(() => ownMean)];
    const { parameters } = leastSquares(residuals, start, { maxIterations: 60, tolerance: 1e-7 });
    errors.push(lnLife(parameters[0]!, parameters[1]!) - lnLife(truth[0]!, truth[1]!));
  }
  return errors;
}
