import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boxC,
  lowlandAirC,
  meanBand,
  siteHistoryC,
  type TemperatureBand,
  vehicleAirC,
} from '../../../models/cold-chain/plannedTemperature.ts';

const month = fc.integer({ min: 1, max: 12 });
const hour = fc.double({ min: 0, max: 23.999, noNaN: true });
const air = { temperatureC: 30, lowC: 28, highC: 34 };
const isBand = ({ lowC, temperatureC, highC }: TemperatureBand) =>
  lowC <= temperatureC && temperatureC <= highC;

describe('lowlandAirC', () => {
  it('stays within what is forecast for the lowland, coldest before dawn and warmest after noon', () => {
    fc.assert(
      fc.property(month, hour, (m, h) => {
        const { temperatureC } = lowlandAirC(m, h);
        expect(temperatureC).toBeGreaterThanOrEqual(lowlandAirC(m, 5.5).temperatureC);
        expect(temperatureC).toBeLessThanOrEqual(lowlandAirC(m, 13).temperatureC);
        expect(temperatureC).toBeGreaterThanOrEqual(22);
        expect(temperatureC).toBeLessThanOrEqual(34.5);
      }),
    );
  });

  it('has no jump at midnight', () => {
    expect(lowlandAirC(11, 23.9999).temperatureC).toBeCloseTo(lowlandAirC(11, 0).temperatureC, 2);
  });

  it('refuses a month or hour that no calendar has', () => {
    expect(() => lowlandAirC(0, 3)).toThrow('month must be a whole number from 1 to 12, got 0');
    expect(() => lowlandAirC(3, 24)).toThrow('hour must be from 0 to below 24, got 24');
  });
});

describe('vehicleAirC', () => {
  it('is outdoor air at night, and at noon may be a closed van of 40 to 50 degrees', () => {
    expect(vehicleAirC(10, 2)).toEqual(lowlandAirC(10, 2));
    for (let m = 1; m <= 12; m += 1) {
      const { highC } = vehicleAirC(m, 12);
      expect(highC).toBeGreaterThanOrEqual(40);
      expect(highC).toBeLessThanOrEqual(51);
    }
  });

  it('is a band at every hour of every month', () => {
    fc.assert(fc.property(month, hour, (m, h) => isBand(vehicleAirC(m, h))));
  });
});

describe('boxC', () => {
  it('warms gel ice from 8 to 15 degrees in 5 hours under 30 degrees of air', () => {
    expect(boxC('gel-ice', 0, air).temperatureC).toBe(8);
    expect(boxC('gel-ice', 5, air).temperatureC).toBeCloseTo(15, 1);
  });

  it('never cools as time passes, never gets warmer than the air, and keeps its band in order', () => {
    const kinds = fc.constantFrom('ice' as const, 'gel-ice' as const);
    const hours = fc.double({ min: 0, max: 48, noNaN: true });
    const around = fc.double({ min: 15, max: 45, noNaN: true }).map(temperatureC => ({
      temperatureC,
      lowC: temperatureC - 2,
      highC: temperatureC + 5,
    }));
    fc.assert(
      fc.property(kinds, hours, hours, around, (kind, a, b, airThere) => {
        const sooner = boxC(kind, Math.min(a, b), airThere);
        const later = boxC(kind, Math.max(a, b), airThere);
        return (
          sooner.temperatureC <= later.temperatureC &&
          sooner.highC <= later.highC &&
          later.temperatureC <= airThere.temperatureC &&
          isBand(sooner) &&
          isBand(later)
        );
      }),
    );
  });

  it('keeps goods colder with ice than with gel ice', () => {
    for (const hours of [0, 1, 3, 6, 12])
      expect(boxC('ice', hours, air).temperatureC).toBeLessThan(boxC('gel-ice', hours, air).temperatureC);
  });

  it('says that goods in air colder than the box are as cold as the air', () => {
    expect(boxC('ice', 3, { temperatureC: 3, lowC: 1, highC: 20 })).toMatchObject({
      temperatureC: 3,
      lowC: 1,
    });
  });
});

describe('siteHistoryC', () => {
  const days = [26, 27, 28, 29, 30].map(meanC => ({ hour: 9, meanC }));

  it('gives the median and the 10th and 90th percentile of the same hours', () => {
    expect(siteHistoryC(days, 9.5)).toEqual({ temperatureC: 28, lowC: 26.4, highC: 29.6 });
  });

  it('looks an hour to each side and across midnight, not further', () => {
    const night = days.map(({ meanC }) => ({ hour: 23.5, meanC }));
    expect(siteHistoryC(night, 0.25)).not.toBeNull();
    expect(siteHistoryC(night, 1)).toBeNull();
  });

  it('says nothing from fewer than five hours', () => {
    expect(siteHistoryC(days.slice(1), 9)).toBeNull();
  });
});

describe('meanBand', () => {
  it('weighs each piece by its hours', () => {
    const band = (temperatureC: number) => ({
      temperatureC,
      lowC: temperatureC - 1,
      highC: temperatureC + 2,
    });
    const mean = meanBand([
      { hours: 1, band: band(10) },
      { hours: 3, band: band(20) },
    ]);
    expect(mean).toEqual({ temperatureC: 17.5, lowC: 16.5, highC: 19.5 });
  });

  it('refuses a span of no time', () => {
    expect(() => meanBand([])).toThrow('pieces must be some of a span above 0');
  });
});
