import type { AlertSeverity } from '../contracts/alert.ts';
import type { Segment, TemperaturePoint } from '../temperatureHistory.ts';
import { msPerHour } from '../units.ts';
import { type AlertState, quiet, type StepRule, stepAlert, worseOf } from './stepAlert.ts';

/** When goods are too warm: by level and time, and by what the warmth costs. */
export interface TooWarmRule extends StepRule {
  readonly levelC: number;
  /** At or below `levelC`. */
  readonly clearLevelC: number;
  /** Hours of life lost since the excursion began that open it before its hold time; null: none do. */
  readonly doseLimitH: number | null;
  /**
   * While it has cost less than this it is only told as information; null: never only that. Twice as much while it cools
   * again: after a row of door openings it does, in a power cut it does not.
   */
  readonly mildBelowH: number | null;
  readonly severity: AlertSeverity;
}

export interface TooWarmSeries {
  /** Two readings further apart than this say nothing about the time between them. */
  readonly maxGapMs: number;
  /** Hours of life lost in an hour at a temperature, beyond the hour itself: 0 where it is kept as assumed. */
  readonly lossRate: (temperatureC: number) => number;
}

/** One excursion that became an alert, by the times of the readings. */
export interface Episode {
  /** When the level was crossed. */
  readonly from: number;
  readonly openedAt: number;
  readonly severity: AlertSeverity;
  /** When it went below the clear level for good; null while it lasts. */
  readonly to: number | null;
  /** When that had lasted for the clear hold. */
  readonly clearedAt: number | null;
  readonly peakC: number;
  /** Hours above the level. */
  readonly aboveH: number;
  readonly lifeLostH: number;
}

/** A series of readings, taken in up to `last`: all that a later reading needs to know of the earlier ones. */
export interface TooWarmFold {
  readonly state: AlertState;
  readonly last: TemperaturePoint | null;
  /** Of the excursion under way. */
  readonly lifeLostH: number;
  readonly aboveH: number;
  readonly peakC: number;
  readonly turn: Turn;
  /** Ascending; the last one may be open. */
  readonly episodes: readonly Episode[];
}

/** Whether it has been warming or cooling since it last turned round, and how far it has come. */
interface Turn {
  readonly isCooling: boolean;
  /** The warmest, or while it cools the coldest, since then. */
  readonly extremeC: number;
}

/** Less is noise, or the last digit of a probe. */
const turnedByC = 0.25;
const unknownTurn: Turn = { isCooling: false, extremeC: Number.NEGATIVE_INFINITY };

export const noReadings: TooWarmFold = {
  state: quiet,
  last: null,
  lifeLostH: 0,
  aboveH: 0,
  peakC: Number.NEGATIVE_INFINITY,
  turn: unknownTurn,
  episodes: [],
};

/**
 * Takes readings into a fold, each as far as its time: the episodes are a function of the sorted readings alone,
 * whatever order they came in and however they are cut into calls.
 *
 * Between two readings at most `maxGapMs` apart the temperature is a straight line. A gap ends what is only pending,
 * and leaves open what fires: silence is not cold.
 *
 * @param points  ascending, all later than the fold's last
 */
export function foldTooWarm(
  fold: TooWarmFold,
  points: readonly TemperaturePoint[],
  rule: TooWarmRule,
  series: TooWarmSeries,
): TooWarmFold {
  const running = { ...fold, episodes: [...fold.episodes] };
  for (const point of points) {
    const { last } = running;
    const isFollowed = last !== null && point.at - last.at <= series.maxGapMs;
    running.turn = turnAt(point.temperatureC, isFollowed ? running.turn : unknownTurn);
    if (isFollowed) takeSegment(running, segmentOf(last, point), rule, series);
    else {
      if (last !== null) step(running, 'unknown', last.at, rule);
      step(running, signOf(point.temperatureC, rule), point.at, rule, point.temperatureC);
    }
    running.last = point;
  }
  return running;
}

/** Several sensors in one load: spans that overlap are one episode, as bad as the worst of them. */
export function mergeEpisodes(lists: readonly (readonly Episode[])[]): Episode[] {
  const merged: Episode[] = [];
  for (const episode of lists.flat().sort((a, b) => a.from - b.from)) {
    const before = merged.at(-1);
    if (before === undefined || (before.to ?? Number.POSITIVE_INFINITY) < episode.from) merged.push(episode);
    else merged[merged.length - 1] = union(before, episode);
  }
  return merged;
}

type Running = {
  -readonly [Field in keyof TooWarmFold]: Field extends 'episodes' ? Episode[] : TooWarmFold[Field];
};

function turnAt(temperatureC: number, { isCooling, extremeC }: Turn): Turn {
  const isTurned = isCooling ? temperatureC > extremeC + turnedByC : temperatureC < extremeC - turnedByC;
  if (isTurned) return { isCooling: !isCooling, extremeC: temperatureC };
  return { isCooling, extremeC: (isCooling ? Math.min : Math.max)(extremeC, temperatureC) };
}

function segmentOf(a: TemperaturePoint, b: TemperaturePoint): Segment {
  return { from: a.at, fromC: a.temperatureC, to: b.at, toC: b.temperatureC };
}

/** Cuts a straight piece where it crosses a level, so that each part is all over, all between or all clear. */
function takeSegment(running: Running, whole: Segment, rule: TooWarmRule, series: TooWarmSeries): void {
  const { from, fromC, to, toC } = whole;
  const crossings = [rule.levelC, rule.clearLevelC]
    .filter(levelC => Math.min(fromC, toC) < levelC && Math.max(fromC, toC) > levelC)
    .map(levelC => ({
      at: Math.round(from + ((to - from) * (levelC - fromC)) / (toC - fromC)),
      temperatureC: levelC,
    }))
    .sort((a, b) => a.at - b.at);
  let before: TemperaturePoint = { at: from, temperatureC: fromC };
  for (const after of [...crossings, { at: to, temperatureC: toC }]) {
    const sign = signOf((before.temperatureC + after.temperatureC) / 2, rule);
    step(running, sign, before.at, rule, before.temperatureC);
    if (running.state.phase !== 'quiet') spend(running, before, after, sign === 'over', series);
    // Only readings open and clear: how long it was beyond a level between two of them is a guess.
    if (after.at === to) step(running, sign, after.at, rule, after.temperatureC);
    else if (sign === 'over') running.peakC = Math.max(running.peakC, after.temperatureC);
    before = after;
  }
}

/** What a straight piece costs, by Simpson's rule. */
function spend(
  running: Running,
  a: TemperaturePoint,
  b: TemperaturePoint,
  isAbove: boolean,
  { lossRate }: TooWarmSeries,
): void {
  const hours = (b.at - a.at) / msPerHour;
  const middleC = (a.temperatureC + b.temperatureC) / 2;
  const rate = (lossRate(a.temperatureC) + 4 * lossRate(middleC) + lossRate(b.temperatureC)) / 6;
  running.lifeLostH += hours * rate;
  if (isAbove) running.aboveH += hours;
}

function signOf(temperatureC: number, { levelC, clearLevelC }: TooWarmRule) {
  if (temperatureC > levelC) return 'over';
  return temperatureC < clearLevelC ? 'clear' : 'between';
}

function step(
  running: Running,
  sign: 'over' | 'between' | 'clear' | 'unknown',
  at: number,
  rule: TooWarmRule,
  temperatureC = Number.NEGATIVE_INFINITY,
): void {
  if (running.state.phase === 'quiet') {
    running.lifeLostH = 0;
    running.aboveH = 0;
    running.peakC = Number.NEGATIVE_INFINITY;
  }
  if (sign === 'over') running.peakC = Math.max(running.peakC, temperatureC);
  const urgent = rule.doseLimitH !== null && running.lifeLostH >= rule.doseLimitH;
  const condition = { sign, severity: severityOf(running, rule), urgent };
  const { state, transitions } = stepAlert(running.state, condition, at, rule);
  running.state = state;
  for (const transition of transitions) {
    if (transition.what === 'opened')
      running.episodes.push({
        from: transition.since,
        openedAt: at,
        severity: transition.severity,
        to: null,
        clearedAt: null,
        ...figuresOf(running),
      });
    else if (transition.what === 'cleared') change(running, { to: transition.endedAt, clearedAt: at });
  }
  if (state.phase === 'firing') change(running, { severity: state.severity, ...figuresOf(running) });
}

function change(running: Running, fields: Partial<Episode>): void {
  running.episodes[running.episodes.length - 1] = { ...running.episodes.at(-1)!, ...fields };
}

function figuresOf({ peakC, aboveH, lifeLostH }: Running) {
  return { peakC, aboveH, lifeLostH };
}

/** Twice the dose that nobody should wait for is a risk. */
function severityOf(
  { lifeLostH, turn }: Running,
  { severity, doseLimitH, mildBelowH }: TooWarmRule,
): AlertSeverity {
  if (doseLimitH !== null && lifeLostH >= 2 * doseLimitH) return 'risk';
  return mildBelowH !== null && lifeLostH < (turn.isCooling ? 2 : 1) * mildBelowH ? 'info' : severity;
}

function union(a: Episode, b: Episode): Episode {
  const isOpen = a.to === null || b.to === null;
  return {
    from: Math.min(a.from, b.from),
    openedAt: Math.min(a.openedAt, b.openedAt),
    severity: worseOf(a.severity, b.severity),
    to: isOpen ? null : Math.max(a.to!, b.to!),
    clearedAt: isOpen ? null : Math.max(a.clearedAt!, b.clearedAt!),
    peakC: Math.max(a.peakC, b.peakC),
    aboveH: Math.max(a.aboveH, b.aboveH),
    lifeLostH: Math.max(a.lifeLostH, b.lifeLostH),
  };
}
