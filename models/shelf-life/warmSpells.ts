import type { Segment } from '../temperatureHistory.ts';
import { msPerHour } from '../units.ts';

/** Only what is warmer than the ambient a gap is given anyway, and no warmer than where every flora grows fastest. */
export const warmFromC = 30;
const toC = 40;
const levelsPerC = 2;
const levels = (toC - warmFromC) * levelsPerC + 1;

/** Whether a segment is counted at all. */
export const isWarm = ({ fromC, toC }: Segment): boolean => Math.max(fromC, toC) > warmFromC;

/**
 * The hours in which a batch was warmer than 30 C, to half a degree, counted so that segments can be taken out again.
 * Answers how warm a sensor had been before it fell silent.
 */
export class WarmSpells {
  readonly #segments = new Map<number, number>();

  add(segment: Segment, sign: 1 | -1): void {
    if (!isWarm(segment)) return;
    const warmestC = Math.min(toC, Math.max(segment.fromC, segment.toC));
    const hour = Math.floor(segment.to / msPerHour);
    const key = hour * levels + Math.ceil((warmestC - warmFromC) * levelsPerC);
    const count = (this.#segments.get(key) ?? 0) + sign;
    if (count === 0) this.#segments.delete(key);
    else this.#segments.set(key, count);
  }

  /** Warmest seen in the 24 h before an instant, rounded up to half a degree; 30 C if it was never above. */
  warmestBefore(at: number): number {
    const last = Math.floor(at / msPerHour);
    let warmest = 0;
    for (const key of this.#segments.keys()) {
      const hour = Math.floor(key / levels);
      if (hour >= last - 24 && hour <= last) warmest = Math.max(warmest, key - hour * levels);
    }
    return warmFromC + warmest / levelsPerC;
  }
}
