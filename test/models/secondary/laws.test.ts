import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  activationFromQ10,
  arrheniusRate,
  q10OfSquareRoot,
  q10Rate,
} from '../../../models/secondary/arrhenius.ts';
import { cardinalGamma, phGamma } from '../../../models/secondary/cardinalParameter.ts';
import { gammaConcept } from '../../../models/secondary/gammaConcept.ts';
import { huangSquareRootRate } from '../../../models/secondary/huangSquareRoot.ts';
import {
  carbonDioxideGamma,
  inhibitorGamma,
  undissociatedAcid,
} from '../../../models/secondary/inhibitors.ts';
import {
  interactionPsi,
  interactionXi,
  phiOfDistance,
  phiOfGamma,
} from '../../../models/secondary/interaction.ts';
import { relativeRate, shelfLifeByRelativeRate } from '../../../models/secondary/relativeRate.ts';
import { rateOfTemperature, type TemperatureModel } from '../../../models/secondary/temperatureModel.ts';
import {
  waterActivityGamma,
  waterActivityOfSalt,
  waterPhaseSaltPercent,
} from '../../../models/secondary/waterActivity.ts';
import { zwieteringGamma } from '../../../models/secondary/zwieteringGamma.ts';

const celsius = fc.double({ min: -40, max: 90, noNaN: true });
const models: TemperatureModel[] = [
  { model: 'ratkowsky_sqrt', b: 0.03, tMinC: -2 },
  { model: 'ratkowsky_extended', b: 0.03, tMinC: -2, c: 0.3, tMaxC: 45 },
  { model: 'huang_sqrt', a: 0.06, tMinC: 4 },
  { model: 'huang_sqrt', a: 0.06, tMinC: 4, b: 0.25, tMaxC: 45 },
  { model: 'ctmi', muOptLnPerH: 1.2, tMinC: -1.5, tOptC: 37, tMaxC: 45.5 },
  { model: 'cpm', muOptLnPerH: 1.2, tMinC: 20, tOptC: 27.5, tMaxC: 35, order: 2 },
  { model: 'arrhenius', rateAtReference: 0.05, referenceC: 5, activationJPerMol: 75_000 },
  { model: 'q10', rateAtReference: 0.05, referenceC: 5, q10: 2.5 },
  { model: 'square_root_relative', rateAtReference: 0.05, referenceC: 5, tMinC: -10 },
  { model: 'exponential', rateAtReference: 0.05, referenceC: 5, perC: 0.12 },
  { model: 'constant', rate: 0.1 },
];

describe('a temperature model', () => {
  it('gives a finite rate, never negative, at any temperature', () => {
    fc.assert(
      fc.property(fc.constantFrom(...models), celsius, (model, temperatureC) => {
        const rate = rateOfTemperature(model).rate(temperatureC);
        expect(Number.isFinite(rate)).toBe(true);
        expect(rate).toBeGreaterThanOrEqual(0);
      }),
    );
  });
  it('gives exactly 0 at and below Tmin and at and above Tmax', () => {
    for (const model of models) {
      const rateOf = rateOfTemperature(model);
      if ('tMinC' in model)
        for (const below of [0, 0.1, 30]) expect(rateOf.rate(model.tMinC - below), model.model).toBe(0);
      if ('tMaxC' in model && model.tMaxC !== undefined)
        for (const above of [0, 0.1, 30]) expect(rateOf.rate(model.tMaxC + above), model.model).toBe(0);
    }
  });
  it('names the parameter that is wrong before any temperature is asked', () => {
    expect(() => rateOfTemperature({ model: 'ratkowsky_sqrt', b: -1, tMinC: 0 })).toThrow(/^b must be/);
    expect(() =>
      rateOfTemperature({ model: 'ctmi', muOptLnPerH: 1, tMinC: 0, tOptC: 10, tMaxC: 30 }),
    ).toThrow(/^tOptC must be/);
    expect(() => rateOfTemperature({ model: 'huang_sqrt', a: 1, tMinC: 4, b: 0.2 })).toThrow(
      /^tMaxC must be/,
    );
  });
});

describe('cardinalGamma', () => {
  it('is 1 at the optimum, 0 at the limits, and between them otherwise', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(1, 2), (share, order) => {
        const cardinals = { min: 4.5, opt: 36, max: 45 };
        const gamma = cardinalGamma(4.5 + share * 40.5, cardinals, order);
        expect(gamma).toBeGreaterThanOrEqual(0);
        expect(gamma).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
    expect(cardinalGamma(36, { min: 4.5, opt: 36, max: 45 }, 2)).toBe(1);
    expect(cardinalGamma(45, { min: 4.5, opt: 36, max: 45 }, 2)).toBe(0);
  });
  it('refuses an optimum below the middle, where the curve of order 2 has a pole', () => {
    expect(() => cardinalGamma(10, { min: 0, opt: 10, max: 30 }, 2)).toThrow(/^opt must be at least 15/);
    expect(() => cardinalGamma(10, { min: 0, opt: 10, max: 30 }, 1)).not.toThrow();
  });
  it('has no 0/0 at the minimum when the optimum is the middle', () => {
    expect(cardinalGamma(20, { min: 20, opt: 27.5, max: 35 }, 2)).toBe(0);
    expect(cardinalGamma(20.000001, { min: 20, opt: 27.5, max: 35 }, 2)).toBeLessThan(1e-6);
  });
  it('refuses a pH off the scale', () => {
    expect(() => phGamma(15, { min: 4, opt: 7, max: 10 })).toThrow(/^ph must be 0 to 14/);
  });
});

describe('inhibition', () => {
  it('falls from 1 to 0 at the MIC and stays there', () => {
    expect(inhibitorGamma(0, { mic: 8, alpha: 2 })).toBe(1);
    expect(inhibitorGamma(8, { mic: 8 })).toBe(0);
    expect(inhibitorGamma(80, { mic: 8 })).toBe(0);
    expect(carbonDioxideGamma(120, { max: 100 })).toBe(0);
  });
  it('finds half of an acid undissociated at its pKa, and less above', () => {
    expect(undissociatedAcid(10, 4.76, 4.76)).toBe(5);
    expect(undissociatedAcid(10, 6, 4.19) / 10).toBeCloseTo(0.015, 3);
  });
});

describe('interaction', () => {
  const phis = fc.array(fc.double({ min: 0, max: 0.95, noNaN: true }), { minLength: 1, maxLength: 5 });

  it('grows with every factor: a harder one never lowers psi', () => {
    fc.assert(
      fc.property(phis, fc.nat(4), fc.double({ min: 0, max: 0.04, noNaN: true }), (list, which, more) => {
        const harder = list.map((phi, i) => (i === which % list.length ? phi + more : phi));
        expect(interactionPsi(harder)!).toBeGreaterThanOrEqual(interactionPsi(list)! - 1e-12);
      }),
    );
  });
  it('is 1 up to psi 0.5, 0 from 1 on, and has no jump between', () => {
    expect([interactionXi(0), interactionXi(0.5), interactionXi(1), interactionXi(3)]).toEqual([1, 1, 0, 0]);
    expect(interactionXi(0.5 + 1e-9)).toBeCloseTo(1, 8);
    expect(interactionXi(1 - 1e-9)).toBeCloseTo(0, 8);
  });
  it('is not asked where a gamma is already 0: then mu is 0 and psi null', () => {
    expect(gammaConcept(1, [0, 1])).toMatchObject({ muLnPerH: 0, psi: null, xi: null });
  });
  it('tells which convention was used', () => {
    expect(gammaConcept(1, [0.5]).phiConvention).toBe('mejlholm-dalgaard');
    const phisOfLeMarc = [phiOfDistance(4.8, { min: 4.3, opt: 7 })];
    expect(gammaConcept(1, [0.5], { convention: 'le-marc', phis: phisOfLeMarc }).phiConvention).toBe(
      'le-marc',
    );
    expect(phiOfGamma(1)).toBe(0);
    expect(phiOfDistance(9, { min: 4.3, opt: 7 })).toBe(0);
  });
});

describe('Arrhenius, Q10 and relative rates', () => {
  it('agree where they must: an activation energy from a Q10 gives that Q10 back', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1.1, max: 6, noNaN: true }),
        fc.double({ min: -5, max: 35, noNaN: true }),
        (q10, lowerC) => {
          const activationJPerMol = activationFromQ10(q10, lowerC);
          const parameters = { rateAtReference: 1, referenceC: lowerC, activationJPerMol };
          expect(arrheniusRate(lowerC + 10, parameters)).toBeCloseTo(q10, 9);
          expect(q10Rate(lowerC + 10, { rateAtReference: 1, referenceC: lowerC, q10 })).toBeCloseTo(q10, 9);
        },
      ),
    );
  });
  it('refuse a temperature below absolute zero', () => {
    expect(() => arrheniusRate(-300, { rateAtReference: 1, referenceC: 0, activationJPerMol: 1 })).toThrow(
      /above -273.15/,
    );
  });
  it('give a Q10 of a square-root organism that falls with temperature', () => {
    expect(q10OfSquareRoot(0, -2)).toBe(36);
    expect(q10OfSquareRoot(20, -2)).toBeLessThan(q10OfSquareRoot(10, -2));
    expect(() => q10OfSquareRoot(-2, -2)).toThrow(/above tMinC/);
  });
  it('give a shelf life shorter in the warmth, and never where nothing grows', () => {
    const known = { knownLife: 12, referenceC: 0 };
    const model = { model: 'square-root', tMinC: -10 } as const;
    expect(shelfLifeByRelativeRate(5, known, model)).toBeCloseTo(12 / 2.25, 12);
    expect(shelfLifeByRelativeRate(-10, known, model)).toBeNull();
    expect(relativeRate(0, 0, { model: 'exponential', perC: 0.12 })).toBe(1);
  });
});

describe('water activity and the rest', () => {
  it('reads 2 % salt in the water phase as 0.989, and gamma 0.86 at awmin 0.92', () => {
    expect(waterPhaseSaltPercent(2, 98)).toBe(2);
    expect(waterActivityGamma(waterActivityOfSalt(2), { min: 0.92 })).toBeCloseTo(0.863, 3);
    expect(() => waterActivityOfSalt(40)).toThrow(/0 to 26/);
  });
  it('refuses a temperature above the optimum of Zwietering unless told what to do', () => {
    const parameters = { min: 0, opt: 30, order: 2 };
    expect(() => zwieteringGamma(31, parameters)).toThrow(/at most the optimum/);
    expect(zwieteringGamma(31, parameters, 'one')).toBe(1);
    expect(zwieteringGamma(31, parameters, 'zero')).toBe(0);
  });
  it('gives the Huang square-root rate a single top between Tmin and Tmax', () => {
    const parameters = { a: 0.06, tMinC: 4, b: 0.25, tMaxC: 45 };
    const rates = Array.from({ length: 410 }, (_, i) => huangSquareRootRate(4 + i / 10, parameters));
    const turns = rates.slice(1, -1).filter((rate, i) => rate > rates[i]! && rate >= rates[i + 2]!).length;
    expect(turns).toBe(1);
  });
});
