import { longestPauseMs } from '../../models/cold-chain/stuckProbe.ts';
import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import {
  type EqualRun,
  followRun,
  followRunNow,
  isLong,
  lastRun,
  longRuns,
  type RunSource,
  runAround,
  runsAround,
  runUntil,
} from './equalRuns.ts';

/** Readings of one probe that are not believed: after `from` (the first of the run is) up to `to` inclusive. */
export interface StuckSpan {
  readonly from: number;
  readonly to: number;
  /** The reading by which it was known. */
  readonly stuckAt: number;
}

/** What new readings did to what is believed. */
export interface Judgement {
  /** Readings that were there before are believed otherwise now. */
  readonly isOtherwise: boolean;
  /** Stuck spans, all of those that hold any of the new readings among them. */
  readonly stuck: readonly StuckSpan[];
}

/** Where late readings may make, lengthen, cut or judge otherwise a run; `last`: only the last one, which is short. */
type Concerned = { readonly from: number; readonly to: number } | 'last' | null;

const noSpans: readonly StuckSpan[] = [];
const noRuns: readonly EqualRun[] = [];

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

  /** Since when it has been stuck up to its last reading, as far as that was asked; null when it is not. */
  stuckSince(): number | null {
    const last = this.#last ?? null;
    return last === null || last.stuckAt === null ? null : last.from;
  }

  /**
   * Usable readings have been stored; asks nothing. Undefined, and nothing is changed, when that takes a question.
   *
   * @param added  ascending, at least one
   */
  takeNow(added: readonly TemperaturePoint[]): Judgement | undefined {
    const last = this.#last;
    if (last === undefined || (last !== null && added[0]!.at <= last.to)) return undefined;
    let run = last;
    let ended = noRuns;
    for (const point of added) {
      const next = followRunNow(run, point);
      if (next === undefined) return undefined;
      if (run !== null && next.from !== run.from && isLong(run)) ended = [...ended, run];
      run = next;
    }
    if (run === null) return undefined;
    this.#earlier?.push(...ended);
    this.#last = run;
    const long = isLong(run) ? [...ended, run] : ended;
    const own = long.find(({ from }) => from === last?.from);
    return { isOtherwise: own !== undefined && own.stuckAt !== last?.stuckAt, stuck: spansOf(long) };
  }

  /**
   * Usable readings have been stored.
   *
   * @param added  ascending, at least one
   */
  async take(added: readonly TemperaturePoint[]): Promise<Judgement> {
    const now = this.takeNow(added);
    if (now !== undefined) return now;
    if (this.#last === undefined) {
      const last = await this.#loadLast();
      if (last !== null && added[0]!.at < last.from) await this.#load();
      return { isOtherwise: false, stuck: this.#spans() };
    }
    const before = this.#spans();
    const end = this.#last?.to ?? Number.NEGATIVE_INFINITY;
    const newer = added.filter(({ at }) => at > end);
    const concerned = await this.#concernedBy(added.filter(({ at }) => at < end));
    let isFollowed = false;
    if (concerned === 'last') this.#last = await runUntil(this.#source, end);
    else if (concerned !== null) {
      isFollowed = concerned.to >= this.#last!.from - longestPauseMs;
      await this.#askAround(concerned.from, isFollowed ? Number.POSITIVE_INFINITY : concerned.to);
    }
    if (!isFollowed) for (const point of newer) await this.#follow(point);
    const isOtherwise = !agreeUntil(end, before, this.#spans());
    // What is in a short run is in no span, whether all of them are known or not.
    const isShort = (concerned === null || concerned === 'last') && newer.length <= 1;
    if (!isShort) await this.#load();
    return { isOtherwise, stuck: this.#spans() };
  }

  async #follow(point: TemperaturePoint): Promise<void> {
    const before = this.#last ?? null;
    this.#last = await followRun(this.#source, before, point);
    if (before !== null && this.#last.from !== before.from && isLong(before)) this.#earlier?.push(before);
  }

  async #concernedBy(late: readonly TemperaturePoint[]): Promise<Concerned> {
    const [first, latest] = [late[0], late.at(-1)];
    if (first === undefined || latest === undefined) return null;
    const runs = this.#long().filter(({ from, to, learnt }) => {
      const begin = Math.min(from, learnt?.from ?? from) - longestPauseMs;
      return latest.at >= begin && first.at <= to + longestPauseMs;
    });
    const around = {
      from: Math.min(first.at, ...runs.map(({ from }) => from)),
      to: Math.max(latest.at, ...runs.map(({ to }) => to)),
    };
    if (late.length > mostLooked) return around;
    if (runs.length > 0)
      return runs.every(run => late.every(point => isOneMoreOf(run, point))) ? null : around;
    const last = this.#last!;
    let touchesLast = false;
    for (const point of late) {
      if (point.at < last.from) {
        const run = await runAround(this.#source, point);
        if (isLong(run)) return around;
        if (run.to < last.from) continue;
      }
      touchesLast = true;
    }
    return touchesLast ? 'last' : null;
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

  #spans(): readonly StuckSpan[] {
    return spansOf(this.#long());
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

function spansOf(runs: readonly EqualRun[]): readonly StuckSpan[] {
  if (runs.length === 0) return noSpans;
  return runs.flatMap(({ from, to, stuckAt }) => (stuckAt === null ? [] : { from, to, stuckAt }));
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
