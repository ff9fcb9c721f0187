import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordHour } from '../../models/contracts/record.ts';
import type { Segment } from '../../models/temperatureHistory.ts';
import { msPerHour } from '../../models/units.ts';
import { zoneOffsetMs } from '../epcis/zonedTime.ts';

const segmentsATurn = 5_000;

/** Extremes and time-weighted mean of straight pieces. */
export class TemperatureSpan {
  #minC = Number.POSITIVE_INFINITY;
  #maxC = Number.NEGATIVE_INFINITY;
  #areaCMs = 0;
  #measuredMs = 0;

  /** Adds the part of a piece that lies in [from, to]. */
  add(segment: Segment, from = segment.from, to = segment.to): void {
    const start = Math.max(from, segment.from);
    const end = Math.min(to, segment.to);
    if (end <= start) return;
    const startC = temperatureAt(segment, start);
    const endC = temperatureAt(segment, end);
    this.#minC = Math.min(this.#minC, startC, endC);
    this.#maxC = Math.max(this.#maxC, startC, endC);
    this.#areaCMs += ((startC + endC) / 2) * (end - start);
    this.#measuredMs += end - start;
  }

  get measuredMs(): number {
    return this.#measuredMs;
  }

  /** Null while nothing was added. */
  figures(): { readonly minC: number; readonly meanC: number; readonly maxC: number } | null {
    if (this.#measuredMs === 0) return null;
    return { minC: this.#minC, meanC: this.#areaCMs / this.#measuredMs, maxC: this.#maxC };
  }
}

/** The temperature on a straight piece. */
export function temperatureAt({ from, fromC, to, toC }: Segment, at: number): number {
  return to === from ? toC : fromC + ((toC - fromC) * (at - from)) / (to - from);
}

/**
 * Measured pieces by spans of `stepH` hours that begin when they do on the clocks of a zone (a step of 24 at midnight);
 * those of which nothing was measured are left out. Lets others have a turn.
 */
export async function hoursOf(
  measured: readonly Segment[],
  timeZone: string,
  stepH = 1,
): Promise<RecordHour[]> {
  const spans = new Map<number, TemperatureSpan>();
  const stepMs = stepH * msPerHour;
  // No zone changes its clocks within one piece but by the hour: looked up once a day.
  const offsets = new Map<number, number>();
  const startOf = (at: number): number => {
    const day = Math.floor(at / (24 * msPerHour));
    const offsetMs = offsets.get(day) ?? zoneOffsetMs(at, timeZone);
    offsets.set(day, offsetMs);
    return Math.floor((at + offsetMs) / stepMs) * stepMs - offsetMs;
  };
  for (const [index, segment] of measured.entries()) {
    if (index > 0 && index % segmentsATurn === 0) await nextTurn();
    for (let start = startOf(segment.from); start < segment.to; start += stepMs) {
      const span = spans.get(start) ?? new TemperatureSpan();
      spans.set(start, span);
      span.add(segment, start, start + stepMs);
    }
  }
  return [...spans].flatMap(([start, span]) => {
    const figures = span.figures();
    if (figures === null) return [];
    const { minC, meanC, maxC } = figures;
    return {
      from: new Date(start).toISOString(),
      to: new Date(start + stepMs).toISOString(),
      ...{ minC, meanC, maxC, measuredMin: span.measuredMs / 60_000 },
    };
  });
}
