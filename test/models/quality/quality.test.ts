import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integralAt } from '../../../models/integrate.ts';
import {
  ageAtQuality,
  hoursToQuality,
  type QualityLaw,
  qualityAtAge,
} from '../../../models/quality/qualityKinetics.ts';
import { rateOfTemperature } from '../../../models/secondary/temperatureModel.ts';

const laws: QualityLaw[] = [{ law: 'order-0' }, { law: 'order-1' }, { law: 'weibull', shape: 1.6 }];

describe('quality', () => {
  it('reaches its limit at the age that was computed for it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...laws), fc.double({ min: 1, max: 99, noNaN: true }), (law, limit) => {
        expect(qualityAtAge(100, ageAtQuality(100, limit, law)!, law)).toBeCloseTo(limit, 8);
      }),
    );
  });
  it('never reaches zero by order 1 or Weibull, and says so', () => {
    expect(ageAtQuality(100, 0, { law: 'order-1' })).toBeNull();
    expect(hoursToQuality(100, 0, 1, { law: 'order-1' })).toBeNull();
    expect(hoursToQuality(100, 50, 0, { law: 'order-0' })).toBeNull();
    expect(hoursToQuality(100, 50, 1, { law: 'order-0' }, 60)).toBe(0);
    expect(hoursToQuality(40, 50, 1, { law: 'order-0' })).toBe(0);
  });
  it('along a history falls faster in the warmth', () => {
    const rate = rateOfTemperature({
      model: 'arrhenius',
      rateAtReference: 0.01,
      referenceC: 5,
      activationJPerMol: 80_000,
    });
    for (const law of laws) {
      const at = (c: number) =>
        qualityAtAge(
          100,
          integralAt({ times: [0], values: [c], interpolation: 'step' }, rate, [24])[0]!,
          law,
        );
      expect(at(20)).toBeLessThan(at(5));
    }
  });
});
