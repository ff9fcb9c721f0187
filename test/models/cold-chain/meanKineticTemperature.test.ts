import { describe, expect, it } from 'vitest';
import { hoursAbove } from '../../../models/cold-chain/hoursAbove.ts';
import { meanKineticTemperature } from '../../../models/cold-chain/meanKineticTemperature.ts';
import { fixture } from '../support/fixture.ts';
import { profileSegments } from '../support/rateOf.ts';

const known = fixture<{
  activationK: number;
  meanKineticTemperature: { name: string; temperatureC: number[]; meanKineticTemperatureC: number }[];
  hoursAbove: {
    name: string;
    timeH: number[];
    temperatureC: number[];
    thresholdC: number;
    hoursAbove: number;
  }[];
}>('coldChain');

describe('meanKineticTemperature', () => {
  it.each(known.meanKineticTemperature)(
    'meanKineticTemperature of equally long holds agrees with R ($name)',
    one => {
      const holds = one.temperatureC.map((temperatureC, index) => ({
        from: index * 600_000,
        fromC: temperatureC,
        to: (index + 1) * 600_000,
        toC: temperatureC,
      }));
      expect(
        Math.abs(meanKineticTemperature(holds, known.activationK)! - one.meanKineticTemperatureC),
      ).toBeLessThan(1e-6);
    },
  );

  it('meanKineticTemperature is null without any time', () => {
    expect(meanKineticTemperature([])).toBeNull();
  });

  it('meanKineticTemperature refuses what is below absolute zero', () => {
    expect(() => meanKineticTemperature([{ from: 0, fromC: -300, to: 1, toC: 4 }])).toThrow(
      'above absolute zero',
    );
  });
});

describe('hoursAbove', () => {
  it.each(known.hoursAbove)('hoursAbove adds up to the hours of $name', one => {
    const segments = profileSegments(one.timeH, one.temperatureC, 'linear', one.timeH.at(-1)!);
    const hours = segments.reduce((sum, segment) => sum + hoursAbove(segment, one.thresholdC), 0);
    expect(Math.abs(hours / one.hoursAbove - 1)).toBeLessThan(1e-9);
  });
});
