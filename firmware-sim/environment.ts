import { outdoorsC, outdoorsHumidityPct, roomC, sunshine } from './climate.ts';
import { type Fridge, fridgeAirC } from './fridgeAir.ts';
import { wibHour } from './wib.ts';

/** What surrounds a sensor. A pure function of place, time and seed. */
export type Environment =
  /** A shop or house without cooling. */
  | { readonly kind: 'room' }
  /** Where tahu is cooked: hot and damp while the fires burn (04.00 to 11.00). */
  | { readonly kind: 'kitchen' }
  /** The bed of a pick-up under a tarpaulin. */
  | { readonly kind: 'truck-bed' }
  /** A closed cabin or van; parked in the sun it is far hotter than under way. */
  | { readonly kind: 'truck-cabin'; readonly parked: boolean }
  /** A road through the hills; straight lines between the waypoints, held before and after. */
  | {
      readonly kind: 'road';
      readonly waypoints: readonly { readonly at: number; readonly altitudeM: number }[];
    }
  /** Frozen gel in styrofoam. */
  | { readonly kind: 'gel-ice-box'; readonly packedAt: number; readonly startC: number }
  /** As somebody wrote it down: straight lines between the points, held before and after. */
  | {
      readonly kind: 'course';
      readonly points: readonly { readonly at: number; readonly temperatureC: number }[];
      readonly humidityPct?: number;
    }
  /** White tahu in well water. */
  | { readonly kind: 'water-bucket'; readonly filledAt: number; readonly waterC: number }
  | Fridge;

export interface Air {
  readonly temperatureC: number;
  readonly humidityPct: number;
}

const hourMs = 3_600_000;

/** From 8 C the air in a closed styrofoam box with gel reaches about 15 C in 5 h on a 30 C day. */
const gelBoxTauH = 13;
const bucketTauH = 1.5;
/** Cloud and rain on the pass included: 33 C in the plain is about 20 C at 1,200 m. */
const coolingPerKmC = 10;

export function airAround(environment: Environment, at: number, seed: number): Air {
  return {
    temperatureC: airC(environment, at, seed),
    humidityPct: Math.min(100, Math.max(0, humidityPct(environment, at))),
  };
}

function airC(environment: Environment, at: number, seed: number): number {
  switch (environment.kind) {
    case 'room':
      return roomC(at, seed);
    case 'kitchen':
      return roomC(at, seed) + 3.5 * fires(at);
    case 'truck-bed':
      return outdoorsC(at, seed) + 2.5 * sunshine(at);
    case 'truck-cabin':
      return outdoorsC(at, seed) + (environment.parked ? 14 : 4) * sunshine(at);
    case 'road':
      return (
        outdoorsC(at, seed) -
        (coolingPerKmC * onTheWay(environment.waypoints, at, point => point.altitudeM)) / 1000
      );
    case 'gel-ice-box':
      return approach(environment.startC, roomC(at, seed), at - environment.packedAt, gelBoxTauH);
    case 'water-bucket':
      return approach(environment.waterC, outdoorsC(at, seed), at - environment.filledAt, bucketTauH);
    case 'course':
      return onTheWay(environment.points, at, point => point.temperatureC);
    case 'fridge':
      return fridgeAirC(environment, at, seed);
  }
}

function humidityPct(environment: Environment, at: number): number {
  switch (environment.kind) {
    case 'room':
      return outdoorsHumidityPct(at) - 4;
    case 'course':
      return environment.humidityPct ?? outdoorsHumidityPct(at);
    case 'kitchen':
      return outdoorsHumidityPct(at) + 12 * fires(at);
    case 'truck-bed':
    case 'truck-cabin':
    case 'road':
      return outdoorsHumidityPct(at);
    case 'gel-ice-box':
      return 88;
    case 'water-bucket':
      return 96;
    case 'fridge':
      return 72 + 6 * Math.sin(at / (17 * 60_000));
  }
}

/** 1 while the kitchen cooks; an hour to heat up and to cool down. */
function fires(at: number): number {
  const hour = wibHour(at);
  return Math.max(0, Math.min(1, hour - 3.5, 11.5 - hour));
}

function approach(startC: number, towardsC: number, elapsedMs: number, tauH: number): number {
  return towardsC + (startC - towardsC) * Math.exp(-Math.max(0, elapsedMs) / (tauH * hourMs));
}

/** A value at a moment: straight lines between the points, held before and after. */
function onTheWay<Point extends { readonly at: number }>(
  points: readonly Point[],
  at: number,
  of: (point: Point) => number,
): number {
  const next = points.findIndex(point => point.at > at);
  if (next === 0) return of(points[0]!);
  const last = points.at(-1);
  if (next < 0) return last === undefined ? 0 : of(last);
  const [a, b] = [points[next - 1]!, points[next]!];
  return of(a) + ((of(b) - of(a)) * (at - a.at)) / (b.at - a.at);
}
