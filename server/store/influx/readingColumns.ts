import type { Reading } from '../../../models/contracts/reading.ts';

/** Numbers of a row: measuredAt, receivedAt, temperature, humidity, battery, sequence, flags. NaN = not reported. */
const rowLength = 7;
const flagsAt = 6;
const smallest = 8;

export const suspectFlag = 1;
export const arrivalFlag = 2;
/** InfluxDB has not answered for it yet. */
export const pendingFlag = 4;
/** Whether InfluxDB has its key already could not be asked yet. */
export const uncheckedFlag = 8;

/**
 * Readings of one probe, ascending by measuredAt, in one array of numbers: 56 bytes a reading, at most half as much again
 * while it grows, and nothing for the garbage collector to walk through. A million objects would take three times as
 * much.
 */
export class ReadingColumns {
  readonly #nodeId: string;
  readonly #probe: string;
  #rows = new Float64Array(smallest * rowLength);
  /** Readings leave at the front one by one: what they leave free is used up before anything is moved. */
  #start = 0;
  #size = 0;

  constructor(nodeId: string, probe: string) {
    this.#nodeId = nodeId;
    this.#probe = probe;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#rows.byteLength;
  }

  /** Index of the first reading at or after an instant; `size` when there is none. */
  firstNotBefore(at: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.measuredAt(middle) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Index of the reading of this instant; -1 when there is none. */
  indexOf(at: number): number {
    const index = this.firstNotBefore(at);
    return index < this.#size && this.measuredAt(index) === at ? index : -1;
  }

  measuredAt(index: number): number {
    return this.#rows[(this.#start + index) * rowLength] as number;
  }

  flags(index: number): number {
    return this.#rows[(this.#start + index) * rowLength + flagsAt] as number;
  }

  setFlags(index: number, flags: number): void {
    this.#rows[(this.#start + index) * rowLength + flagsAt] = flags;
  }

  /** NaN when it has none or its temperature may not be used. */
  usableC(index: number): number {
    return this.flags(index) & suspectFlag
      ? Number.NaN
      : (this.#rows[(this.#start + index) * rowLength + 2] as number);
  }

  reading(index: number): Reading {
    const row = (this.#start + index) * rowLength;
    const flags = this.flags(index);
    return {
      nodeId: this.#nodeId,
      probe: this.#probe,
      measuredAt: this.#rows[row] as number,
      receivedAt: this.#rows[row + 1] as number,
      timeSource: flags & arrivalFlag ? 'arrival' : 'device',
      temperatureC: reported(this.#rows[row + 2]),
      humidityPct: reported(this.#rows[row + 3]),
      batteryPct: reported(this.#rows[row + 4]),
      sequence: reported(this.#rows[row + 5]),
      quality: flags & suspectFlag ? 'suspect' : 'good',
    };
  }

  /** Its instant must be free. */
  insert(reading: Reading, state: number): void {
    if (this.#start + this.#size === this.#rows.length / rowLength) this.#resize();
    const last = this.#size - 1;
    const index =
      last < 0 || this.measuredAt(last) < reading.measuredAt
        ? this.#size
        : this.firstNotBefore(reading.measuredAt);
    const row = (this.#start + index) * rowLength;
    if (index < this.#size)
      this.#rows.copyWithin(row + rowLength, row, (this.#start + this.#size) * rowLength);
    this.#rows[row] = reading.measuredAt;
    this.#rows[row + 1] = reading.receivedAt;
    this.#rows[row + 2] = reading.temperatureC ?? Number.NaN;
    this.#rows[row + 3] = reading.humidityPct ?? Number.NaN;
    this.#rows[row + 4] = reading.batteryPct ?? Number.NaN;
    this.#rows[row + 5] = reading.sequence ?? Number.NaN;
    this.#rows[row + flagsAt] =
      state |
      (reading.quality === 'suspect' ? suspectFlag : 0) |
      (reading.timeSource === 'arrival' ? arrivalFlag : 0);
    this.#size += 1;
  }

  remove(index: number): void {
    if (index === 0) this.#start += 1;
    else {
      const row = (this.#start + index) * rowLength;
      this.#rows.copyWithin(row, row + rowLength, (this.#start + this.#size) * rowLength);
    }
    this.#size -= 1;
    const capacity = this.#rows.length / rowLength;
    if (capacity > 8 * smallest && this.#size < capacity / 4) this.#resize();
  }

  /** Room for half as many again, at the front of a new array. */
  #resize(): void {
    const rows = new Float64Array(Math.max(smallest, Math.ceil(this.#size * 1.5)) * rowLength);
    rows.set(this.#rows.subarray(this.#start * rowLength, (this.#start + this.#size) * rowLength));
    this.#rows = rows;
    this.#start = 0;
  }
}

const reported = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;
