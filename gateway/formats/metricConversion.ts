import type { Metric } from '../../models/contracts/foreign.ts';

type Conversion = (value: number) => number;

const same: Conversion = value => value;
const times =
  (factor: number): Conversion =>
  value =>
    value * factor;

const temperature: Readonly<Record<string, Conversion>> = {
  c: same,
  celsius: same,
  cel: same,
  degc: same,
  f: value => (value - 32) / 1.8,
  fahrenheit: value => (value - 32) / 1.8,
  degf: value => (value - 32) / 1.8,
  k: value => value - 273.15,
  kelvin: value => value - 273.15,
};
const pressure: Readonly<Record<string, Conversion>> = {
  hpa: same,
  mbar: same,
  mb: same,
  pa: times(0.01),
  kpa: times(10),
  bar: times(1000),
  mmhg: times(1.33322387415),
  inhg: times(33.8638866667),
  psi: times(68.9475729318),
};
const percent: Readonly<Record<string, Conversion>> = {
  '%': same,
  '%rh': same,
  rh: same,
  percent: same,
  '%el': same,
  '/': times(100),
};
const voltage: Readonly<Record<string, Conversion>> = { v: same, mv: times(0.001), volt: same, volts: same };

const conversions: Readonly<Record<Metric, Readonly<Record<string, Conversion>>>> = {
  temperature,
  dewpoint: temperature,
  pressure,
  humidity: percent,
  battery: percent,
  voltage,
  rssi: { dbm: same, dbw: value => value + 30 },
  snr: { db: same },
  linkquality: { lqi: same },
};

/**
 * A value in the unit its metric is kept in. Undefined when the unit is unknown for that metric: it is not guessed.
 * Units are compared without case, spaces and degree signs.
 */
export function toKeptUnit(metric: Metric, value: number, unit: string): number | undefined {
  const name = unit
    .toLowerCase()
    .replace(/[\s°º]/g, '')
    .replace('℃', 'c')
    .replace('℉', 'f');
  const table = conversions[metric];
  return Object.hasOwn(table, name) ? table[name]?.(value) : undefined;
}
