import { describe, expect, it } from 'vitest';
import { tahuParametersFor } from '../../../models/parameters/tahu.ts';
import { createBatchLife } from '../../../models/shelf-life/batchLife.ts';
import {
  belowLogLikelihood,
  buyer,
  countLogLikelihood,
  maker,
  spoiledVerdictProbability,
  verdictLogLikelihood,
} from '../../../models/uncertainty/verdictLikelihood.ts';

const hourMs = 3_600_000;

describe('spoiledVerdictProbability', () => {
  it.each([buyer, maker])(
    'lies between false alarms and 1 - misses, half way at the limit, and rises',
    judge => {
      const at = (count: number) => spoiledVerdictProbability(count, 7, judge);
      const [least, most] = [judge.falseAlarms.value, 1 - judge.misses.value];
      expect(at(-20)).toBeCloseTo(least, 9);
      expect(at(40)).toBeCloseTo(most, 9);
      expect(at(7)).toBeCloseTo((least + most) / 2, 12);
      for (let count = 2; count < 9; count += 0.5) expect(at(count + 0.5)).toBeGreaterThan(at(count));
    },
  );

  it('of both answers sums to one', () => {
    const both = [true, false].map(spoiled => Math.exp(verdictLogLikelihood(6.4, spoiled, 7, buyer)));
    expect(both[0]! + both[1]!).toBeCloseTo(1, 12);
  });
});

describe('the likelihood of a count', () => {
  it('falls with the square of the distance', () => {
    expect(countLogLikelihood(4, 4.6)).toBeCloseTo(-2, 12);
    expect(() => countLogLikelihood(4, 4, 0)).toThrow('sdLog10');
  });

  it('below a limit of detection is one for low counts and nothing for high ones', () => {
    expect(belowLogLikelihood(0, 2)).toBeCloseTo(0, 6);
    expect(belowLogLikelihood(2, 2)).toBeCloseTo(Math.log(0.5), 6);
    expect(belowLogLikelihood(6, 2)).toBeLessThan(-20);
  });
});

describe('an estimate conditioned on a count', () => {
  const lifeOf = () => {
    const life = createBatchLife({
      producedAt: 0,
      parameters: tahuParametersFor('packed-heated'),
      maxGapMs: 65 * 60_000,
    });
    for (let h = 0; h < 24; h++)
      life.addSegment({ from: h * hourMs, fromC: 15, to: (h + 1) * hourMs, toC: 15 });
    return life;
  };
  const input = { asOf: 24 * hourMs, futureTemperatureC: 15, uncovered: [] };
  const afterCount = (found: number, sd = 0.3) => {
    const life = lifeOf();
    const logLikelihood = (count: number) => countLogLikelihood(count, found, sd);
    return life.estimate({ ...input, evidence: [life.evidence(input, { kind: 'count', logLikelihood })] });
  };

  it('gives the shorter life for the higher count', () => {
    const lives = [2.5, 3.5, 4.5, 5.5].map(found => afterCount(found).remainingH);
    for (const [i, life] of lives.slice(1).entries()) {
      expect(life.median).toBeLessThan(lives[i]!.median);
      // Pathogens are not conditioned: they may end the shortest lives all the same.
      expect(life.p05).toBeLessThanOrEqual(lives[i]!.p05);
    }
  });

  it('is drawn to what was found, the more the surer the count', () => {
    const [rough, sure] = [afterCount(5, 0.5), afterCount(5, 0.1)].map(
      ({ countLog10CfuPerG }) => countLog10CfuPerG,
    );
    expect(Math.abs(sure!.median - 5)).toBeLessThan(0.05);
    expect(sure!.p95 - sure!.p05).toBeLessThan(rough!.p95 - rough!.p05);
  });

  it('moves hardly at all for a count that says nothing', () => {
    const plain = lifeOf().estimate(input).remainingH;
    const vague = afterCount(4, 1_000).remainingH;
    expect(vague.p05 / plain.p05).toBeCloseTo(1, 1);
    expect(vague.p95 / plain.p95).toBeCloseTo(1, 1);
  });

  it('never promises more than the rule of its kind', () => {
    expect(afterCount(0.5).remainingH.p95).toBeLessThanOrEqual(240 - 24);
  });
});
