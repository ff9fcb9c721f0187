import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Parameter } from '../../../models/parameters/parameterSet.ts';
import { freshSpoilage, type SpoilageFlora, tahuParametersFor } from '../../../models/parameters/tahu.ts';
import { createBatchLife } from '../../../models/shelf-life/batchLife.ts';
import { drawTableFor } from '../../../models/shelf-life/drawTable.ts';
import { addExactly, exactSum, exactSums } from '../../../models/shelf-life/exactSum.ts';
import { normalProbability, normalQuantile } from '../../../models/shelf-life/normalDistribution.ts';
import { quantileInPlace } from '../../../models/shelf-life/quantile.ts';
import { sobolSequence } from '../../../models/shelf-life/sobolSequence.ts';
import { fixture } from '../support/fixture.ts';
import { addAll, allSegments, maxGapMs, producedAt } from '../support/histories.ts';
import { OdeReference } from '../support/odeReference.ts';

interface MonteCarlo {
  b: number;
  bSd: number;
  tMinC: number;
  tMinSd: number;
  h0: number;
  h0Sd: number;
  initialLog10Cfu: number;
  initialSd: number;
  maxLog10Cfu: number;
  limitLog10Cfu: number;
  temperatureC: number;
  probabilities: number[];
  quantilesH: number[];
}

function parameter(value: number, sd: number): Parameter & { sd: number } {
  return { value, sd, unit: '', mark: 'assumed', source: '', matrix: '' };
}

describe('drawTableFor', () => {
  it('drawTableFor gives the quantiles of 400,000 random draws within 2 %', () => {
    const known = fixture<{ monteCarlo: MonteCarlo }>('timeToLimit').monteCarlo;
    const flora: SpoilageFlora = {
      ...freshSpoilage,
      b: parameter(known.b, known.bSd),
      tMinC: parameter(known.tMinC, known.tMinSd),
      bTMinCorrelation: parameter(0, 0),
      h0: parameter(known.h0, known.h0Sd),
      initialLog10Cfu: parameter(known.initialLog10Cfu, known.initialSd),
      maxLog10Cfu: parameter(known.maxLog10Cfu, 0),
      limitLog10Cfu: { ...parameter(7, 0), range: [known.limitLog10Cfu, known.limitLog10Cfu] },
      lotRateLnSd: parameter(0, 0),
    };
    const table = drawTableFor(flora, 20_000, 1);
    const hours = table.muIntegralRequired.map((required, draw) => {
      const above = known.temperatureC - table.tMinC[draw]!;
      return required / (table.rate[draw]! * above * above);
    });
    known.probabilities.forEach((p, index) => {
      expect(Math.abs(quantileInPlace(hours, p) / known.quantilesH[index]! - 1)).toBeLessThan(0.01);
    });
    expect(known.probabilities).toHaveLength(7);
  });

  it('drawTableFor gives the means, spreads and correlation it was asked for', () => {
    const { tMinC, rate, lotRate, presence } = drawTableFor(freshSpoilage, 20_000, 1);
    const b = rate.map((value, draw) => Math.sqrt(value / lotRate[draw]!));
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = (values: Float64Array): number => {
      const centre = mean(values);
      return Math.sqrt(mean(values.map(value => (value - centre) ** 2)));
    };
    const [meanB, meanT] = [mean(b), mean(tMinC)];
    const covariance = mean(b.map((value, draw) => (value - meanB) * (tMinC[draw]! - meanT)));
    expect(meanB).toBeCloseTo(freshSpoilage.b.value, 5);
    expect(spread(b)).toBeCloseTo(freshSpoilage.b.sd, 4);
    expect(meanT).toBeCloseTo(freshSpoilage.tMinC.value, 2);
    expect(covariance / (spread(b) * spread(tMinC))).toBeCloseTo(freshSpoilage.bTMinCorrelation.value, 2);
    expect(spread(lotRate.map(Math.log))).toBeCloseTo(0.25, 2);
    expect(presence.filter(value => value < 0.129).length / 20_000).toBeCloseTo(0.129, 3);
  });

  it('drawTableFor gives the same table for the same flora, draws and seed', () => {
    const table = drawTableFor(freshSpoilage, 200, 3);
    expect(drawTableFor(freshSpoilage, 200, 3)).toBe(table);
    expect(drawTableFor({ ...freshSpoilage }, 200, 3)).toStrictEqual(table);
    expect(drawTableFor(freshSpoilage, 400, 3).rate.subarray(0, 200)).toStrictEqual(table.rate);
  });
});

describe('the interval', () => {
  it('the interval holds the true end of 90 % of batches whose parameters are drawn from the set', () => {
    const parameters = tahuParametersFor('none');
    const { spoilage } = parameters;
    // Spoilage alone: no pathogens, and a cap far away.
    const open = { ...parameters, pathogens: [], caps: [{ ...parameters.caps[0]!, hours: 1e5 }] };
    const life = createBatchLife({ producedAt, parameters: open, maxGapMs });
    const points = Array.from({ length: 6 * 8 + 1 }, (_, index) => ({
      at: producedAt + index * 600_000,
      temperatureC: 8 + 3 * Math.sin(index / 7),
    }));
    addAll(life, allSegments(points));
    const input = { asOf: points.at(-1)!.at, futureTemperatureC: 9, uncovered: [] };
    const estimate = life.estimate(input);
    let inside = 0;
    const batches = 1000;
    let state = 12345;
    const random = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state + 0.5) / 2 ** 32;
    };
    const normal = (): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    for (let batch = 0; batch < batches; batch++) {
      const [z1, z2] = [normal(), normal()];
      const correlation = spoilage.bTMinCorrelation.value;
      const b = spoilage.b.value + spoilage.b.sd * z1;
      const tMinC =
        spoilage.tMinC.value + spoilage.tMinC.sd * (correlation * z1 + Math.sqrt(1 - correlation ** 2) * z2);
      let h0 = -1;
      while (h0 <= 0) h0 = spoilage.h0.value + spoilage.h0.sd * normal();
      const lot = Math.exp(spoilage.lotRateLnSd.value * normal());
      const limit = 6.7 + 0.6 * random();
      const initialLog10Cfu = spoilage.initialLog10Cfu.value + spoilage.initialLog10Cfu.sd * normal();
      const rate = (temperatureC: number): number =>
        temperatureC > tMinC
          ? lot * (b * (temperatureC - tMinC) * (1 - Math.exp(0.3 * (temperatureC - 45)))) ** 2
          : 0;
      const truth = new OdeReference({ rate, initialLog10Cfu, h0, maxLog10Cfu: 8.6 });
      truth.follow(points, 1);
      if (truth.countLog10Cfu >= limit) {
        if (estimate.remainingH.p05 <= 0) inside++;
        continue;
      }
      const rest = truth.hoursUntil(limit, 9, 1);
      if (rest >= estimate.remainingH.p05 && rest <= estimate.remainingH.p95) inside++;
    }
    expect(inside / batches).toBeGreaterThan(0.88);
    expect(inside / batches).toBeLessThan(0.92);
  });
});

describe('exact sums', () => {
  const terms = fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { maxLength: 50 });

  it('an exact sum is the same in any order and comes back to exactly zero', () => {
    fc.assert(
      fc.property(terms, values => {
        const [forth, back] = [exactSums(1), exactSums(1)];
        for (const value of values) addExactly(forth, 0, value, 1);
        for (const value of values.toReversed()) addExactly(back, 0, value, 1);
        expect(forth).toStrictEqual(back);
        const plain = values.reduce((sum, value) => sum + value, 0);
        expect(Math.abs(exactSum(forth, 0) - plain)).toBeLessThan(1e-8);
        for (const value of values) addExactly(forth, 0, value, -1);
        expect([...forth]).toStrictEqual([0, 0]);
      }),
    );
  });
});

describe('the pieces of the draw', () => {
  it('normalQuantile and normalProbability undo each other', () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), z => {
        expect(Math.abs(normalQuantile(normalProbability(z)) - z)).toBeLessThan(1e-7 * Math.exp((z * z) / 4));
      }),
    );
    expect(normalProbability(1.959963984540054)).toBeCloseTo(0.975, 14);
    expect(normalProbability(-50)).toBe(0);
  });

  it('quantileInPlace agrees with sorting', () => {
    const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (list, p) => {
        const sorted = list.toSorted((a, b) => a - b);
        const position = (list.length - 1) * p;
        const [low, high] = [sorted[Math.floor(position)]!, sorted[Math.ceil(position)]!];
        expect(quantileInPlace(Float64Array.from(list), p)).toBeCloseTo(
          low + (position % 1) * (high - low),
          9,
        );
      }),
    );
    expect(quantileInPlace(new Float64Array(3).fill(Number.POSITIVE_INFINITY), 0.4)).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it('sobolSequence puts equally many points into every 64th of every axis', () => {
    const counts = Array.from({ length: 8 }, () => new Array<number>(64).fill(0));
    sobolSequence(1024, 9, point => {
      point.forEach((value, dimension) => {
        counts[dimension]![Math.floor(value * 64)]! += 1;
      });
    });
    expect(counts.flat().every(count => count === 16)).toBe(true);
  });
});
