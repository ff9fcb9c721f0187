import type { TemperaturePoint } from '../../models/temperatureHistory.ts';

/** Milliseconds from the first reading (33 bits) and thousandths of a degree (20 bits) are one whole number. */
const perMs = 2 ** 20;
const zeroC = 2 ** 19;
const mostMs = 2 ** 33;

/**
 * Readings of one probe, ascending, kept for many: a day of them in eight bytes each when all temperatures are
 * thousandths of a degree, as those of sensors are, else in sixteen. Gives back what was put in to the last bit.
 */
export class RecentSeries {
  readonly length: number;
  readonly #startAt: number;
  /** Packed; or, when there is no such number for one of them, times and temperatures in turn. */
  readonly #values: Float64Array;

  constructor(points: readonly TemperaturePoint[]) {
    this.length = points.length;
    this.#startAt = points[0]?.at ?? 0;
    this.#values = points.every(point => isPackable(point, this.#startAt))
      ? Float64Array.from(
          points,
          ({ at, temperatureC }) => (at - this.#startAt) * perMs + milli(temperatureC),
        )
      : Float64Array.from(points.flatMap(({ at, temperatureC }) => [at, temperatureC]));
  }

  at(index: number): number {
    if (this.#values.length !== this.length) return this.#values[2 * index]!;
    return this.#startAt + Math.floor(this.#values[index]! / perMs);
  }

  temperatureC(index: number): number {
    if (this.#values.length !== this.length) return this.#values[2 * index + 1]!;
    return ((this.#values[index]! % perMs) - zeroC) / 1_000;
  }
}

const milli = (temperatureC: number): number => Math.round(temperatureC * 1_000) + zeroC;

function isPackable({ at, temperatureC }: TemperaturePoint, startAt: number): boolean {
  const packed = milli(temperatureC);
  // Minus zero would come back without its sign.
  const isSame = Object.is((packed - zeroC) / 1_000, temperatureC) && packed >= 0 && packed < perMs;
  return isSame && Number.isInteger(at) && at - startAt < mostMs;
}
