import { describe, expect, it } from 'vitest';
import { generator } from '../../../models/fitting/startValues.ts';
import { baranyiGrowthRequired } from '../../../models/growth/baranyi.ts';
import {
  lifeRatio,
  TreatmentLives,
  type TreatmentSetting,
} from '../../../models/laboratory/compareTreatments.ts';
import {
  changed,
  classOf,
  leversOf,
  plainChoice,
  treatmentChanges,
} from '../../../models/laboratory/treatmentChanges.ts';
import { legalFaults, testedTogether } from '../../../models/laboratory/treatmentFaults.ts';
import { type TahuParameters, tahuParametersFor } from '../../../models/parameters/tahu.ts';
import type { ChosenLever } from '../../../models/preservation/combineLevers.ts';
import { createBatchLife } from '../../../models/shelf-life/batchLife.ts';
import { normalQuantile } from '../../../models/shelf-life/normalDistribution.ts';
import { organismsOf } from '../../../models/shelf-life/organism.ts';
import { quantileInPlace } from '../../../models/shelf-life/quantile.ts';
import { timeToLimitDraws } from '../../../models/uncertainty/timeToLimitDraws.ts';

const codex = { law: 'codex' } as const;
const setting = (
  treatment: Parameters<typeof tahuParametersFor>[0],
  levers: ChosenLever[] = [],
): TreatmentSetting => ({ parameters: tahuParametersFor(treatment), levers });
const salted = [
  { leverId: 'salt', dose: 2 },
  { leverId: 'spice-soak-all-three' },
  { leverId: 'high-pressure' },
];

describe('TreatmentLives', () => {
  it.each([
    ['none', 8],
    ['none', 28],
    ['vacuum', 4],
    ['packed-heated-p90', 10],
    ['packed-heated-p90', 2],
    ['none', 42],
  ] as const)('gives %s at %d C what a live batch would be promised', (treatment, temperatureC) => {
    const parameters = tahuParametersFor(treatment);
    const { remainingH, limitedBy } = createBatchLife({
      ...{ producedAt: 0, parameters, maxGapMs: 3_600_000 },
    }).estimate({ asOf: 0, uncovered: [], futureTemperatureC: temperatureC, draws: 2_000, seed: 1 });
    const lives = new TreatmentLives(setting(treatment), codex);
    const range = lives.rangeAt(temperatureC);
    expect(range.medianH).toBeCloseTo(remainingH.median, 9);
    expect(range.p05H).toBeCloseTo(remainingH.p05, 9);
    expect(range.p95H).toBeCloseTo(remainingH.p95, 9);
    expect(lives.limitAt(temperatureC)).toBe(limitedBy);
  });

  it('agrees with 20,000 random draws of the spoilage flora within 3 %', () => {
    const parameters = tahuParametersFor('none');
    const { b, tMinC, h0, initialLog10Cfu, bTMinCorrelation, limitLog10Cfu, lotRateLnSd } =
      parameters.spoilage;
    const each = [b, tMinC, h0, initialLog10Cfu];
    const covariance = each.map((one, i) => each.map((_, j) => (i === j ? one.sd * one.sd : 0)));
    covariance[0]![1] = covariance[1]![0] = bTMinCorrelation.value * b.sd * tMinC.sd;
    const weight = Math.expm1(0.3 * (15 - 45)) ** 2;
    const hours = timeToLimitDraws({
      ...{ names: ['b', 'tMinC', 'h0', 'logN0'], mean: each.map(one => one.value), covariance },
      ...{ fixed: { logNmax: 8.6 }, history: () => 0, limitLog10Cfu: limitLog10Cfu.range },
      ...{ lotRateLnSd: lotRateLnSd.value, draws: 20_000, seed: 5 },
      futureMuLnPerH: p => (p.b! * Math.max(0, 15 - p.tMinC!)) ** 2 * weight,
    });
    const lives = new TreatmentLives(setting('none'), { ...codex, draws: 20_000 });
    const [all, alone] = [new Float64Array(20_000), new Float64Array(20_000)];
    lives.livesAt(15, 'best', all, alone);
    for (const p of [0.05, 0.25, 0.5, 0.75, 0.95])
      expect(Math.abs(quantileInPlace(alone, p) / quantileInPlace(hours, p) - 1)).toBeLessThan(0.03);
  });

  it('agrees with brute force over levers, pathogens and caps', () => {
    const expected = bruteForce(tahuParametersFor('none'), 8);
    for (const [draws, tolerance] of [
      [20_000, 0.02],
      [2_000, 0.05],
    ] as const) {
      const lives = new TreatmentLives(setting('none', salted), { ...codex, draws });
      const [all, alone] = [new Float64Array(draws), new Float64Array(draws)];
      lives.livesAt(8, 'worst', all, alone);
      for (const [p, hours] of expected)
        expect(Math.abs(quantileInPlace(all, p) / hours - 1), `${draws} draws, ${p}`).toBeLessThan(tolerance);
    }
  });

  it('promises no more than the caps of the class, whatever is done', () => {
    for (const treatment of ['none', 'vacuum', 'packed-heated', 'packed-heated-p90'] as const) {
      const range = new TreatmentLives(setting(treatment, salted), codex).rangeAt(2);
      expect(range.p95H).toBeLessThanOrEqual(
        Math.min(...tahuParametersFor(treatment).caps.map(cap => cap.hours)),
      );
    }
  });

  it('lets a pathogen end a life that spoilage would not', () => {
    const slowed = new TreatmentLives(setting('none', salted), codex);
    expect(slowed.limitAt(28)).toBe('bacillus-cereus-mesophilic');
    const [all, alone] = [new Float64Array(2_000), new Float64Array(2_000)];
    slowed.livesAt(28, 'worst', all, alone);
    expect(quantileInPlace(all, 0.05)).toBeLessThan(0.8 * quantileInPlace(alone, 0.05));
    expect(slowed.heldBackByAt(28)).toBe('bacillus-cereus-mesophilic');
    expect(slowed.heldBackByAt(3)).toBe('cap-fresh-7-days');
  });

  it('moves the start by what was counted', () => {
    const lives = (initialLog10Cfu: number) =>
      new TreatmentLives({ ...setting('none'), initialLog10Cfu }, codex).rangeAt(10).medianH;
    expect(lives(3)).toBeGreaterThan(lives(5));
    expect(lives(5)).toBe(new TreatmentLives(setting('none'), codex).rangeAt(10).medianH);
    expect(lives(8.9)).toBe(0);
  });
});

describe('lifeRatio', () => {
  it('is exactly one when nothing differs, and exactly the factor when only the rate does', () => {
    const base = new TreatmentLives(setting('none'), codex);
    expect(lifeRatio(base, new TreatmentLives(setting('none'), codex), 12)).toMatchObject({
      ...{ atLeast: 1, median: 1, spoilageAtLeast: 1, spoilageMedian: 1, gainedAtLeastH: 0 },
    });
    const soaked = new TreatmentLives(setting('none', [{ leverId: 'spice-soak-all-three' }]), codex);
    // The factor lies from 0.52 to 1 with 0.62 in the middle: 5 % of the draws are at or above 0.962.
    const { spoilageAtLeast, spoilageMedian } = lifeRatio(base, soaked, 12);
    expect(spoilageMedian).toBeCloseTo(1 / 0.62, 1);
    expect(spoilageAtLeast).toBeCloseTo(1 / 0.962, 1);
  });

  it('is narrower than the two intervals beside each other would have one believe', () => {
    const base = new TreatmentLives(setting('none'), codex);
    const pressed = new TreatmentLives(setting('none', [{ leverId: 'high-pressure' }]), codex);
    expect(lifeRatio(base, pressed, 8).spoilageAtLeast).toBeGreaterThan(
      pressed.rangeAt(8).p05H / base.rangeAt(8).p95H,
    );
  });
});

describe('legalFaults', () => {
  it('keeps what the law does not list or nobody has read, until a limit is entered', () => {
    const levers = [{ leverId: 'benzoic-acid', dose: 1 }, { leverId: 'chitosan-dip' }, { leverId: 'vacuum' }];
    expect(legalFaults(levers, 'codex').map(fault => [fault.leverId, fault.kind])).toStrictEqual([
      ['benzoic-acid', 'not-listed'],
      ['chitosan-dip', 'unknown-limit'],
    ]);
    expect(legalFaults([{ leverId: 'coagulant-ph', dose: 5.7 }], 'indonesia')).toHaveLength(1);
    const entered = [
      { leverId: 'benzoic-acid', law: 'codex', maxDose: 0.5, source: 'row 7' } as const,
      { leverId: 'chitosan-dip', law: 'codex', maxDose: 1, source: 'row 8' } as const,
    ];
    expect(legalFaults(levers, 'codex', entered)).toMatchObject([{ kind: 'above-limit', maxDose: 0.5 }]);
    expect(() => new TreatmentLives(setting('none', levers), codex).rangeAt(8)).toThrow(/allowed/);
  });
});

describe('testedTogether', () => {
  it('counts a lever as tried up to the dose that was tried', () => {
    expect(
      testedTogether(
        [{ leverId: 'salt', dose: 2 }, { leverId: 'vacuum' }, { leverId: 'turmeric', dose: 1 }],
        {
          ...{ salt: 3, turmeric: 0.5, vacuum: 0 },
        },
      ),
    ).toStrictEqual({ tested: ['salt', 'vacuum'], untested: ['turmeric'] });
  });
});

describe('treatmentChanges', () => {
  it('changes one thing, into a class whose caps hold, and nothing that is done already', () => {
    const plain = plainChoice('turmeric-boiled');
    for (const change of treatmentChanges) {
      const next = changed(plain, change)!;
      expect(changed(next, change), change.id).toBeNull();
      const sealed = next.heating !== 'none' || next.packaging !== 'open';
      expect(tahuParametersFor(classOf(next)).caps.length > 1 || !sealed || next.heating !== 'none').toBe(
        true,
      );
      for (const { leverId } of leversOf(next)) expect(leverId).not.toBe('heat-in-pack-p90');
    }
  });
});

/** Plain loops, plain random numbers. */
function bruteForce(parameters: TahuParameters, temperatureC: number) {
  const uniform = generator(77);
  const normal = () => normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, uniform())));
  const flora = parameters.spoilage;
  const carriers = organismsOf(parameters).slice(1);
  const hours = new Float64Array(200_000).map(() => {
    const zB = normal();
    const r = flora.bTMinCorrelation.value;
    const b = flora.b.value + flora.b.sd * zB;
    const tMinC = flora.tMinC.value + flora.tMinC.sd * (r * zB + Math.sqrt(1 - r * r) * normal());
    let h0 = -1;
    while (h0 < 0) h0 = flora.h0.value + flora.h0.sd * normal();
    const start = Math.min(8.6, flora.initialLog10Cfu.value + flora.initialLog10Cfu.sd * normal());
    const lot = Math.exp(flora.lotRateLnSd.value * normal());
    const limit = 6.7 + 0.6 * uniform();
    const presence = uniform();
    const luck = uniform();
    const from = (harder: number, value: number, kinder: number) =>
      luck < 0.5 ? harder + (value - harder) * 2 * luck : value + (kinder - value) * (2 * luck - 1);
    // Salt 2 % of the water phase and the soak: products of the ends; pressure 1.5 (0.3 to 2.5).
    const aw = 1 - 5.2471e-3 * 2 - 1.2206e-4 * 4;
    const salt = (min: number) => (aw - min) / (1 - min);
    const factor = from(salt(saltMin.harder), salt(saltMin.value) * 0.62, salt(saltMin.kinder) * 0.52);
    const population = { initialLog10Cfu: start - from(0.3, 1.5, 2.5), h0, maxLog10Cfu: 8.6 };
    const mu =
      lot * (b * Math.max(0, temperatureC - tMinC) * Math.expm1(0.3 * (temperatureC - 45))) ** 2 * factor;
    let end = Math.min(7 * 24, (baranyiGrowthRequired(limit, population) ?? Infinity) / mu);
    for (const { prevalence, rate, population: carried, limitLog10Cfu } of carriers)
      if (presence < prevalence)
        end = Math.min(end, baranyiGrowthRequired(limitLog10Cfu, carried)! / (lot * rate(temperatureC)));
    return end;
  });
  return [0.05, 0.25, 0.5, 0.95].map(p => [p, quantileInPlace(hours, p)] as const);
}

/** Lowest water activity of the spoilers: the lever's value and its ends. */
const saltMin = { harder: 0.9, value: 0.92, kinder: 0.945 };
