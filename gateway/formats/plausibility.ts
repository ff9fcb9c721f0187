import type { Metric } from '../../models/contracts/foreign.ts';
import { temperatureRangeC } from '../../models/contracts/reading.ts';

/** What sensors and their drivers say when they have no temperature (DS18B20 off its bus, 0x8000 and 0x7fff scaled …). */
const noTemperatureC: readonly number[] = [
  -127, -100, -273.15, -273, 327.67, -327.68, 3276.7, -3276.8, 655.35, 6553.5, 163.84, -163.84, 999, -999,
  9999, -9999, 999.9, -999.9, 32767, -32768, 65535,
];
const noHumidityPct: readonly number[] = [
  327.67, -327.68, 655.35, 163.84, 163.8375, 163.835, 255, 65535, 6553.5,
];

/** A DS18B20 says this after power-on. A kettle may say it too. */
export const powerOnTemperatureC = 85;

const isNear = (value: number, target: number) => Math.abs(value - target) < 0.006;

/** Whether a value in its kept unit is a sensor's word for "nothing to report". */
export function isSentinel(metric: Metric, value: number): boolean {
  if (metric === 'temperature' || metric === 'dewpoint') return noTemperatureC.some(t => isNear(value, t));
  if (metric === 'humidity') return noHumidityPct.some(h => isNear(value, h));
  return metric === 'battery' && value === 255;
}

export type Plausibility = 'plausible' | 'implausible' | 'impossible';

interface Span {
  readonly min: number;
  readonly max: number;
}

/** Inside `plausible` a value is good. Outside `possible` no such sensor can have measured it. */
const spans: Readonly<Record<Metric, { readonly plausible: Span; readonly possible: Span }>> = {
  temperature: { plausible: temperatureRangeC, possible: { min: -90, max: 125 } },
  dewpoint: { plausible: { min: -90, max: 100 }, possible: { min: -120, max: 125 } },
  humidity: { plausible: { min: 0, max: 100 }, possible: { min: -10, max: 125 } },
  pressure: { plausible: { min: 500, max: 1100 }, possible: { min: 100, max: 2000 } },
  battery: { plausible: { min: 0, max: 100 }, possible: { min: -1, max: 200 } },
  voltage: { plausible: { min: 0, max: 300 }, possible: { min: -1, max: 1000 } },
  rssi: { plausible: { min: -200, max: 30 }, possible: { min: -1000, max: 1000 } },
  snr: { plausible: { min: -60, max: 60 }, possible: { min: -1000, max: 1000 } },
  linkquality: { plausible: { min: 0, max: 255 }, possible: { min: 0, max: 65535 } },
};

export function plausibilityOf(metric: Metric, value: number): Plausibility {
  const { plausible, possible } = spans[metric];
  if (value >= plausible.min && value <= plausible.max) return 'plausible';
  return value >= possible.min && value <= possible.max ? 'implausible' : 'impossible';
}
