import { BoundedMap } from './boundedMap.ts';

const rememberedKeys = 80_000;
const oneHourMs = 3_600_000;

/**
 * Remembers what was taken, so that the same is taken once: values, network message ids, publishes. Bounded: a sender
 * that floods it makes old repetitions pass, which the store then recognises by their keys.
 */
export class Repetitions {
  /** key -> when it was first taken, epoch ms */
  readonly #takenAt = new BoundedMap<string, number>(rememberedKeys);

  isKnown(key: string, now: number, withinMs = 24 * oneHourMs): boolean {
    const takenAt = this.#takenAt.get(key);
    return takenAt !== undefined && Math.abs(now - takenAt) <= withinMs;
  }

  remember(key: string, now: number): void {
    this.#takenAt.set(key, now);
  }

  forget(key: string): void {
    this.#takenAt.delete(key);
  }
}
