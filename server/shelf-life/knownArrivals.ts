import { isDeepStrictEqual } from 'node:util';
import type { Arrival, ArrivalQuestion } from './arrival.ts';
import type { BatchKey } from './placementIndex.ts';

interface KnownArrival {
  readonly question: ArrivalQuestion;
  readonly arrival: Arrival;
  /** When it was worked out. */
  readonly asOf: number;
}

/** Some kilobyte each. */
const mostKept = 20_000;

/** What was answered of arrivals last: for boards that ask again and again. */
export class KnownArrivals {
  /** Keyed by batch, then by who asks. */
  readonly #kept = new Map<BatchKey, Map<string, KnownArrival & { isOutdated: boolean }>>();
  readonly #ageMs: number;
  #count = 0;

  /** @param ageMs  an answer about what lies ahead may be this old though nothing came in */
  constructor(ageMs: number) {
    this.#ageMs = ageMs;
  }

  /** @returns the last answer; fresh where it may be given again, else it is near the one to come */
  find(
    key: BatchKey,
    askedBy: string,
    question: ArrivalQuestion,
    now: number,
  ): { readonly arrival: Arrival; readonly isFresh: boolean } | null {
    const known = this.#kept.get(key)?.get(askedBy);
    if (known === undefined) return null;
    const isPast = question.arrivesAt <= known.asOf;
    const isYoung = now >= known.asOf && (isPast || now - known.asOf < this.#ageMs);
    const isFresh = !known.isOutdated && isYoung && isDeepStrictEqual(known.question, question);
    return { arrival: known.arrival, isFresh };
  }

  keep(key: BatchKey, askedBy: string, known: KnownArrival): void {
    if (this.#count >= mostKept) this.clear();
    const ofBatch = this.#kept.get(key) ?? new Map();
    this.#count += Number(!ofBatch.has(askedBy));
    ofBatch.set(askedBy, { ...known, isOutdated: false });
    this.#kept.set(key, ofBatch);
  }

  /** Something has changed about a batch. */
  outdate(key: BatchKey): void {
    for (const known of this.#kept.get(key)?.values() ?? []) known.isOutdated = true;
  }

  clear(): void {
    this.#kept.clear();
    this.#count = 0;
  }
}
