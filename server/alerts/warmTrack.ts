import {
  type Episode,
  foldTooWarm,
  noReadings,
  type TooWarmFold,
  type TooWarmRule,
  type TooWarmSeries,
} from '../../models/alerts/tooWarm.ts';
import type { TemperaturePoint } from '../../models/temperatureHistory.ts';
import { usedReadings } from '../shelf-life/usedReadings.ts';
import type { ReadingStore } from '../store/readingStore.ts';

/** When one probe speaks for a position in a load. */
export interface TrackWindow {
  readonly nodeId: string;
  readonly probe: string;
  readonly from: number;
  /** Infinity while open. */
  readonly to: number;
}

/** The verdict on the last two readings (are they spikes?) may still change with the next ones. */
const unsettled = 2;

/** The readings of one position in a load, folded as far as nothing that comes in order can change them. */
export class WarmTrack {
  readonly windows: readonly TrackWindow[];
  readonly #rule: TooWarmRule;
  readonly #series: TooWarmSeries;
  #settled: TooWarmFold = noReadings;
  #seenUntil = Number.NEGATIVE_INFINITY;

  /** @param windows  ascending */
  constructor(windows: readonly TrackWindow[], rule: TooWarmRule, series: TooWarmSeries) {
    this.windows = windows;
    this.#rule = rule;
    this.#series = series;
  }

  /**
   * A reading of this time has come. One that came late begins the fold anew: it may change what its neighbours say.
   *
   * @returns whether it came late
   */
  take(at: number): boolean {
    if (at > this.#seenUntil) return false;
    this.#settled = noReadings;
    return true;
  }

  /** Takes in what has come since the last call, up to `until`. @returns the episodes so far, and the last reading */
  async look(
    store: ReadingStore,
    until: number,
  ): Promise<{ readonly episodes: readonly Episode[]; readonly last: TemperaturePoint | null }> {
    const after = this.#settled.last?.at ?? Number.NEGATIVE_INFINITY;
    const points: TemperaturePoint[] = [];
    for (const { nodeId, probe, from, to } of this.windows) {
      if (to <= after || from > until) continue;
      const span = { from: Math.max(from, after + 1), to: Math.min(to - 1, until) };
      const { used } = await usedReadings(store, { nodeId, probe, ...span, until });
      points.push(...used.filter(p => p.at >= span.from && p.at <= span.to));
    }
    points.sort((a, b) => a.at - b.at);
    const settled = points.slice(0, -unsettled);
    if (settled.length > 0) this.#settled = this.#fold(settled);
    const whole = this.#fold(points.slice(settled.length));
    this.#seenUntil = whole.last?.at ?? Number.NEGATIVE_INFINITY;
    return { episodes: whole.episodes, last: whole.last };
  }

  #fold(points: readonly TemperaturePoint[]): TooWarmFold {
    return foldTooWarm(this.#settled, points, this.#rule, this.#series);
  }
}
