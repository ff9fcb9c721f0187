import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fridgeAirC } from '../../../firmware-sim/fridgeAir.ts';
import { sampleProbe, toStep } from '../../../firmware-sim/probe.ts';
import { airProbe, steelProbe } from '../../../firmware-sim/scenarios/sensorKinds.ts';
import { shopFridgeAir } from '../../../firmware-sim/scenarios/shopFridge.ts';
import { normalAt } from '../../../firmware-sim/seededRandom.ts';
import type { TemperaturePoint } from '../../../models/temperatureHistory.ts';
import { believedReadingStore } from '../../../server/store/believedReadingStore.ts';
import { createMemoryReadingStore } from '../../../server/store/memoryReadingStore.ts';
import { aReading } from '../../support/aReading.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const t0 = Date.parse('2026-11-23T17:00:00Z');

/** How many readings of a series are not believed. */
async function stuckIn(points: readonly TemperaturePoint[]): Promise<number> {
  const store = believedReadingStore(createMemoryReadingStore());
  await store.append(points.map(({ at, temperatureC }) => aReading({ measuredAt: at, temperatureC })));
  return store.suspectCount({ nodeId: 'S-01', probe: 'main', from: t0, to: Number.MAX_SAFE_INTEGER });
}

function every(everyMin: number, days: number, celsius: (at: number) => number): TemperaturePoint[] {
  return Array.from({ length: Math.floor((days * day) / (everyMin * minute)) }, (_, i) => {
    const at = t0 + i * everyMin * minute;
    return { at, temperatureC: celsius(at) };
  });
}

const file = new URL('../../models/fixtures/refrigeratorSpain.json', import.meta.url);
const measured: { timeH: number[] } & Record<string, number[]> = JSON.parse(readFileSync(file, 'utf8'));

const probes = {
  'a DHT11 (1 °C)': { noiseSdC: 0.1, resolutionC: 1 },
  'a probe with half degrees': { noiseSdC: 0.05, resolutionC: 0.5 },
  'a probe with tenths': { noiseSdC: 0.05, resolutionC: 0.1 },
  'a quiet DS18B20': { noiseSdC: 0, resolutionC: 0.0625 },
  'a DS18B20': { noiseSdC: steelProbe(0).noiseSdC, resolutionC: 0.0625 },
  'an SHT3x': { noiseSdC: airProbe(0).noiseSdC, resolutionC: 0.01 },
  'a very quiet SHT3x': { noiseSdC: 0.008, resolutionC: 0.01 },
  'a probe without noise or steps': { noiseSdC: 0, resolutionC: 0 },
};

const places = {
  'a cold store that swings by a tenth': (at: number) => 4 + 0.1 * Math.sin(at / (20 * minute)),
  'a water bath of exactly 4 °C after a morning on the road': (at: number) =>
    at - t0 < 9 * hour ? 12 + 8 * Math.sin(at / (50 * minute)) : 4,
  'melting ice for most of a day after the air of a shop': (at: number) =>
    at - t0 < 12 * hour || at - t0 > 30 * hour ? fridgeAirC(shopFridgeAir, at, 1) + 20 : 0,
  'the fridge of a shop': (at: number) => fridgeAirC(shopFridgeAir, at, 2),
};

describe('a stuck probe', () => {
  it.each(['A1', 'A2'])('is never seen in the measured refrigerator %s', async fridge => {
    const values = measured[fridge] ?? measured[`temperature${fridge}`]!;
    const points = Array.from({ length: 21 }, (_, d) =>
      measured.timeH
        .map((timeH, i) => ({ at: t0 + d * day + Math.round(timeH * hour), temperatureC: values[i]! }))
        .filter(({ at }) => at < t0 + (d + 1) * day),
    ).flat();
    expect(points.length).toBeGreaterThan(2_500);
    expect(await stuckIn(points)).toBe(0);
  });

  for (const [place, celsius] of Object.entries(places))
    it.each(Object.entries(probes))(`is not taken for one: %s in ${place}`, async (name, traits) => {
      const probe = { ...traits, offsetC: 0, driftCPerDay: 0, calibratedAt: t0 };
      for (const everyMin of [1, 10])
        for (let seed = 1; seed <= 3; seed++) {
          const read = (at: number) => sampleProbe(probe, [], at, celsius(at), [seed, name])!;
          expect(await stuckIn(every(everyMin, 4, read)), `every ${everyMin} min, seed ${seed}`).toBe(0);
        }
    });

  it('is not a door sensor that tells its last value again until it has another', async () => {
    // Zigbee and Bluetooth sensors report what moved by 0.1; a bridge repeats it.
    let lastC = 4;
    const read = (at: number) => {
      const trueC = 4 + 0.4 * Math.sin(at / (3 * hour)) + 0.02 * normalAt(1, at);
      if (Math.abs(trueC - lastC) >= 0.1) lastC = toStep(trueC, 0.01);
      return lastC;
    };
    expect(await stuckIn(every(5, 6, read))).toBe(0);
  });

  it('is a fine probe that repeats itself for more than six hours', async () => {
    const frozenAt = t0 + 2 * day;
    const alive = airProbe(t0);
    const read = (at: number) =>
      sampleProbe(
        alive,
        [],
        Math.min(at, frozenAt),
        fridgeAirC(shopFridgeAir, Math.min(at, frozenAt), 1),
        [1],
      )!;
    expect(await stuckIn(every(5, 2.25, read))).toBe(0);
    expect(await stuckIn(every(5, 3, read))).toBe(24 * 12 - 1);
  });

  it('is a probe with steps of a sixteenth that repeats itself for more than a day', async () => {
    const frozenAt = t0 + 2 * day;
    const read = (at: number) =>
      sampleProbe(
        steelProbe(t0),
        [],
        Math.min(at, frozenAt),
        4 + 0.2 * Math.sin(Math.min(at, frozenAt) / hour),
        [1],
      )!;
    expect(await stuckIn(every(10, 2.9, read))).toBe(0);
    expect(await stuckIn(every(10, 3.5, read))).toBe(1.5 * 24 * 6 - 1);
  });
});
