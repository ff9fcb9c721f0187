import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { airAround, type Environment } from '../../firmware-sim/environment.ts';

const midnightWib = Date.parse('2026-11-23T17:00:00Z');
const hourMs = 3_600_000;
const instant = fc.integer({ min: midnightWib, max: midnightWib + 30 * 24 * hourMs });
const seed = fc.integer({ min: 0, max: 1000 });

const fridge: Environment = {
  kind: 'fridge',
  setC: 5,
  swingC: 1,
  cycleMin: 40,
  doorOpeningsPerDay: 20,
  doorPeakC: 11,
};

describe('airAround', () => {
  it('keeps a fridge with busy doors between its compressor low and its door peak', () => {
    fc.assert(
      fc.property(instant, seed, (at, s) => {
        const { temperatureC } = airAround(fridge, at, s);
        expect(temperatureC).toBeGreaterThanOrEqual(4);
        expect(temperatureC).toBeLessThanOrEqual(11);
      }),
    );
  });

  it('opens the doors by day and leaves them closed at night', () => {
    const warmest = (fromH: number, toH: number): number => {
      let max = -Infinity;
      for (let at = midnightWib + fromH * hourMs; at < midnightWib + toH * hourMs; at += 60_000)
        max = Math.max(max, airAround(fridge, at, 1).temperatureC);
      return max;
    };
    expect(warmest(0, 6)).toBeLessThanOrEqual(6);
    expect(warmest(8, 20)).toBeGreaterThan(9.5);
  });

  it('warms a fridge from 5 to about 17 C in a power cut of 3 h and brings it back afterwards', () => {
    const from = midnightWib + 14 * hourMs;
    const cut: Environment = {
      ...fridge,
      doorOpeningsPerDay: 0,
      powerCuts: [{ from, to: from + 3 * hourMs }],
    };
    expect(airAround(cut, from - 1, 1).temperatureC).toBeLessThan(6.1);
    const end = airAround(cut, from + 3 * hourMs, 1).temperatureC;
    expect(end).toBeGreaterThan(15);
    expect(end).toBeLessThan(19);
    expect(airAround(cut, from + 8 * hourMs, 1).temperatureC).toBeLessThan(6.2);
  });

  it('brings a gel box from 8 to about 15 C in five hours of a warm day', () => {
    const packedAt = midnightWib + 8 * hourMs;
    const box: Environment = { kind: 'gel-ice-box', packedAt, startC: 8 };
    expect(airAround(box, packedAt, 1).temperatureC).toBe(8);
    expect(airAround(box, packedAt + 5 * hourMs, 1).temperatureC).toBeGreaterThan(13.5);
    expect(airAround(box, packedAt + 5 * hourMs, 1).temperatureC).toBeLessThan(16.5);
  });

  it('is cooler on the pass than in the plain', () => {
    const noon = midnightWib + 12 * hourMs;
    const road: Environment = {
      kind: 'road',
      waypoints: [
        { at: noon, altitudeM: 65 },
        { at: noon + hourMs, altitudeM: 1150 },
      ],
    };
    const plain = airAround(road, noon, 1).temperatureC;
    expect(plain - airAround(road, noon + hourMs, 1).temperatureC).toBeGreaterThan(9);
  });

  it('has no jump within a minute of weather, in any place', () => {
    const places: Environment[] = [
      { kind: 'room' },
      { kind: 'kitchen' },
      { kind: 'truck-bed' },
      { kind: 'truck-cabin', parked: true },
    ];
    fc.assert(
      fc.property(instant, seed, fc.constantFrom(...places), (at, s, place) => {
        const [a, b] = [airAround(place, at, s), airAround(place, at + 60_000, s)];
        expect(Math.abs(a.temperatureC - b.temperatureC)).toBeLessThan(0.3);
        for (const air of [a, b]) {
          expect(air.humidityPct).toBeGreaterThan(0);
          expect(air.humidityPct).toBeLessThanOrEqual(100);
          expect(air.temperatureC).toBeGreaterThan(18);
          expect(air.temperatureC).toBeLessThan(50);
        }
      }),
    );
  });
});
