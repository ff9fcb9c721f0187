import { leastPatience, longestPauseMs } from '../../models/cold-chain/stuckProbe.ts';
import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import {
  type EqualRun,
  followRun,
  isLong,
  lastRun,
  longRuns,
  type RunSource,
  readingsAround,
  runsAround,
} from './equalRuns.ts';

/** Readings of one probe that are not believed: after `from` (the first of the run is) up to `to` inclusive. */
export interface StuckSpan {
  readonly from: number;
  readonly to: number;
  /** The reading by which it was known. */
  readonly stuckAt: number;
}

/** More late readings at once are not looked at one by one. */
const mostLooked = 50;

/**
 * Which readings of one probe are believed. A function of its stored readings alone: what is kept here is only a memory of
 * what the store says, followed reading by reading, and asked anew when a late reading may change it.
 */
export class SeriesBelief {
  readonly #source: RunSource;
  /** Undefined: not asked yet. */
  #last: EqualRun | null | undefined;
  /** Long runs before the last; null: not asked yet, and so nobody has been told of them. */
  #earlier: EqualRun[] | null = null;

  constructor(source: RunSource) {
    this.#source = source;
  }

  /** Stuck spans as known by readings up to `until`, ascending. */
  async spans(until: number): Promise<readonly StuckSpan[]> {
    await this.#load();
    return this.#spans().filter(({ stuckAt }) => stuckAt <= until);
  }

  /** Those that may concern readings from an instant on. */
  async spansFrom(at: number): Promise<readonly StuckSpan[]> {
    const last = await this.#loadLast();
    if (last !== null && at < last.from) await this.#load();
    return this.#spans();
  }

  /** Since when it has been stuck up to its last reading, as far as that was asked; null when it is not. */
  stuckSince(): number | null {
    const last = this.#last ?? null;
    return last === null || last.stuckAt === null ? null : last.from;
  }

  /**
   * Usable readings have been stored.
   *
   * @param added  ascending, at least one
   * @returns whether readings that were there before are believed otherwise now
   */
  async take(added: readonly TemperaturePoint[]): Promise<boolean> {
    if (this.#last === undefined) {
      await this.#loadLast();
      return false;
    }
    const before = this.#spans();
    const end = this.#last?.to ?? Number.NEGATIVE_INFINITY;
    const late = added.filter(({ at }) => at < end);
    const newer = added.filter(({ at }) => at > end);
    const concerned = await this.#concernedBy(late);
    const reachesLast = concerned !== null && concerned.to >= this.#last!.from - longestPauseMs;
    if (concerned !== null)
      await this.#askAround(concerned.from, reachesLast ? Number.POSITIVE_INFINITY : concerned.to);
    if (!reachesLast) for (const point of newer) await this.#follow(point);
    return !agreeUntil(end, before, this.#spans());
  }

  async #follow(point: TemperaturePoint): Promise<void> {
    const before = this.#last ?? null;
    this.#last = await followRun(this.#source, before, point);
    if (before !== null && this.#last.from !== before.from && isLong(before)) this.#earlier?.push(before);
  }

  /** Where late readings may make, lengthen, cut or judge otherwise a run; null when they change nothing. */
  async #concernedBy(late: readonly TemperaturePoint[]): Promise<{ from: number; to: number } | null> {
    const [first, last] = [late[0], late.at(-1)];
    if (first === undefined || last === undefined) return null;
    const runs = this.#long().filter(({ from, to, learnt }) => {
      const begin = Math.min(from, learnt?.from ?? from) - longestPauseMs;
      return last.at >= begin && first.at <= to + longestPauseMs;
    });
    const mayMatter =
      last.at >= this.#last!.from - longestPauseMs ||
      runs.some(run => !late.every(point => isOneMoreOf(run, point))) ||
      late.length > mostLooked ||
      (runs.length === 0 && (await this.#makeRuns(late)));
    if (!mayMatter) return null;
    return {
      from: Math.min(first.at, ...runs.map(({ from }) => from)),
      to: Math.max(last.at, ...runs.map(({ to }) => to)),
    };
  }

  async #makeRuns(late: readonly TemperaturePoint[]): Promise<boolean> {
    for (const point of late)
      if ((await readingsAround(this.#source, point)) >= leastPatience.readings) return true;
    return false;
  }

  async #askAround(from: number, to: number): Promise<void> {
    const found = await runsAround(this.#source, from, to);
    const earlier = (this.#earlier ?? []).filter(run => run.to < found.from);
    const later = found.isWhole ? [] : (this.#earlier ?? []).filter(run => run.from > found.to);
    const runs = found.runs.filter(isLong);
    if (found.isWhole) this.#last = found.runs.at(-1) ?? null;
    if (this.#earlier !== null)
      this.#earlier = [...earlier, ...runs.filter(run => run.from !== this.#last?.from), ...later];
  }

  #long(): EqualRun[] {
    const last = this.#last ?? null;
    return [...(this.#earlier ?? []), ...(last !== null && isLong(last) ? [last] : [])];
  }

  #spans(): StuckSpan[] {
    return this.#long().flatMap(({ from, to, stuckAt }) => (stuckAt === null ? [] : { from, to, stuckAt }));
  }

  async #load(): Promise<void> {
    const last = await this.#loadLast();
    this.#earlier ??= (await longRuns(this.#source)).filter(run => last !== null && run.to < last.from);
  }

  async #loadLast(): Promise<EqualRun | null> {
    if (this.#last === undefined) this.#last = await lastRun(this.#source);
    return this.#last;
  }
}

/** Whether readings up to `end` are believed alike. */
function agreeUntil(end: number, before: readonly StuckSpan[], now: readonly StuckSpan[]): boolean {
  if (before.length !== now.length) return false;
  return before.every(({ from, to, stuckAt }, i) => {
    const other = now[i]!;
    return (
      from === other.from && stuckAt === other.stuckAt && (to === other.to || (to === end && other.to > end))
    );
  });
}

/** Whether it is one more of a run that may go on for ever. */
function isOneMoreOf({ from, to, learnt, temperatureC }: EqualRun, point: TemperaturePoint): boolean {
  return learnt?.patience === null && point.at > from && point.at < to && point.temperatureC === temperatureC;
}
