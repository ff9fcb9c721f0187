import { finite, ModelDomainError, notNegative } from '../errors.ts';

/** How warm something is expected to be, and the coldest and warmest that is plausible. */
export interface TemperatureBand {
  readonly temperatureC: number;
  readonly lowC: number;
  readonly highC: number;
}

/**
 * Coldest and warmest air of a usual day in the lowland of East Java (Kediri, Surabaya), by month from January.
 * Assumed: the corridor is forecast 24-34 C, the province spans 16-33 C (local press); how it moves through the year
 * (dry June to September with cool nights, hottest in October) is our estimate. A site's own sensors are better.
 */
const lowlandDayC: readonly (readonly [coldest: number, warmest: number])[] = [
  [24, 31],
  [24, 31],
  [24, 32],
  [24, 32],
  [24, 32],
  [23, 32],
  [22, 32],
  [22, 33],
  [23, 34],
  [24, 34.5],
  [25, 34],
  [24.5, 32],
];

const coldestAtHour = 5.5;
const warmestAtHour = 13;
/** Days differ from the usual one. Assumed. */
const dayToDayC = 2;
/** What the sun adds at noon to the air in a vehicle: usually, and closed and parked (40-50 C in all). Assumed. */
const sunUsuallyC = 2;
const sunAtMostC = 14;

/**
 * Outdoor air in the lowland of East Java: half a cosine up from 5.30 to 13.00 and down again.
 *
 * @param month  1 to 12
 * @param hour  of the local day, [0, 24)
 */
export function lowlandAirC(month: number, hour: number): TemperatureBand {
  const day = lowlandDayC[month - 1];
  if (day === undefined) throw new ModelDomainError('month', month, 'a whole number from 1 to 12');
  checkHour(hour);
  const [coldest, warmest] = day;
  const risesForH = warmestAtHour - coldestAtHour;
  const sinceColdestH = (hour - coldestAtHour + 24) % 24;
  const phase =
    sinceColdestH <= risesForH
      ? sinceColdestH / risesForH
      : 1 - (sinceColdestH - risesForH) / (24 - risesForH);
  const temperatureC = coldest + ((warmest - coldest) * (1 - Math.cos(Math.PI * phase))) / 2;
  return { temperatureC, lowC: temperatureC - dayToDayC, highC: temperatureC + dayToDayC };
}

/**
 * Air around goods in a vehicle without cooling: outdoor air, warmer the higher the sun stands. The upper end is a closed
 * van in the sun.
 *
 * @param month  1 to 12
 * @param hour  of the local day, [0, 24)
 */
export function vehicleAirC(month: number, hour: number): TemperatureBand {
  const air = lowlandAirC(month, hour);
  const sun = Math.max(0, Math.sin((Math.PI * (hour - 6)) / 12));
  return {
    temperatureC: air.temperatureC + sunUsuallyC * sun,
    lowC: air.lowC,
    highC: air.highC + sunAtMostC * sun,
  };
}

interface BoxWarming {
  readonly startC: number;
  readonly tauH: number;
}

/**
 * Styrofoam boxes: goods that begin at `startC` come nearer to the air around them with time constant `tauH`. All
 * assumed: gel ice 8 to 15 C in 5 h under 30 C of air gives 13 h; ice begins at 2 to 8 C and lasts about as long or
 * longer. The ends of the band are a good box and a poor one.
 */
const boxes = {
  ice: {
    usual: { startC: 4, tauH: 18 },
    good: { startC: 2, tauH: 30 },
    poor: { startC: 8, tauH: 10 },
  },
  'gel-ice': {
    usual: { startC: 8, tauH: 13 },
    good: { startC: 5, tauH: 20 },
    poor: { startC: 12, tauH: 7 },
  },
} as const satisfies Record<string, Record<'usual' | 'good' | 'poor', BoxWarming>>;

/** A refrigerated vehicle: set to 5 C. Assumed; its own sensors are better. */
export const refrigeratedC: TemperatureBand = { temperatureC: 5, lowC: 3, highC: 8 };

/**
 * Goods in a box with ice or frozen gel, `hours` after it was packed.
 *
 *   T(t) = Ta - (Ta - T0) e^(-t / tau), never below T0 and never above the air
 *
 * @param air  around the box meanwhile
 * @throws {ModelDomainError} for negative hours
 * @example
 * boxC('gel-ice', 0, { temperatureC: 30, lowC: 28, highC: 34 }).temperatureC; // => 8
 */
export function boxC(kind: 'ice' | 'gel-ice', hours: number, air: TemperatureBand): TemperatureBand {
  notNegative('hours', hours);
  const { usual, good, poor } = boxes[kind];
  return {
    temperatureC: warmedC(usual, hours, air.temperatureC),
    lowC: warmedC(good, hours, air.lowC),
    highC: warmedC(poor, hours, air.highC),
  };
}

function warmedC({ startC, tauH }: BoxWarming, hours: number, airC: number): number {
  if (finite('air', airC) <= startC) return airC;
  return airC - (airC - startC) * Math.exp(-hours / tauH);
}

/** What was measured at one place at one hour of the day. */
export interface HourlyMean {
  /** Of the local day, [0, 24). */
  readonly hour: number;
  readonly meanC: number;
}

/** Fewer hours than this say nothing about a place. */
const fewestHours = 5;

/**
 * What a place was like around an hour of the day: the median of its hourly means within an hour of it on either side,
 * between their 10th and 90th percentile. Null when there are fewer than five of them.
 */
export function siteHistoryC(history: readonly HourlyMean[], hour: number): TemperatureBand | null {
  checkHour(hour);
  const near = history
    .filter(mean => hoursApart(mean.hour, hour) <= 1)
    .map(mean => mean.meanC)
    .sort((a, b) => a - b);
  if (near.length < fewestHours) return null;
  return { temperatureC: percentile(near, 0.5), lowC: percentile(near, 0.1), highC: percentile(near, 0.9) };
}

function hoursApart(a: number, b: number): number {
  const apart = Math.abs(a - b) % 24;
  return Math.min(apart, 24 - apart);
}

/** Linear between order statistics. */
function percentile(sorted: readonly number[], p: number): number {
  const place = p * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}

function checkHour(hour: number): void {
  if (!(hour >= 0 && hour < 24)) throw new ModelDomainError('hour', hour, 'from 0 to below 24');
}

/** Time-weighted mean of bands, each for a number of hours. */
export function meanBand(
  pieces: readonly { readonly hours: number; readonly band: TemperatureBand }[],
): TemperatureBand {
  const totalH = pieces.reduce((sum, { hours }) => sum + notNegative('hours', hours), 0);
  if (totalH === 0) throw new ModelDomainError('pieces', pieces.length, 'some of a span above 0');
  const mean = (of: (band: TemperatureBand) => number) =>
    pieces.reduce((sum, { hours, band }) => sum + hours * of(band), 0) / totalH;
  return {
    temperatureC: mean(band => band.temperatureC),
    lowC: mean(band => band.lowC),
    highC: mean(band => band.highC),
  };
}
