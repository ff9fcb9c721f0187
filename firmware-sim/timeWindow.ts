/** From `from` (inclusive) to `to` (exclusive), epoch milliseconds; `Infinity` for one that does not end. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

export const within = (window: TimeWindow, at: number): boolean => window.from <= at && at < window.to;

/** The window an instant lies in. */
export function windowAt<W extends TimeWindow>(windows: readonly W[], at: number): W | undefined {
  return windows.find(w => within(w, at));
}

/** When the first of these windows after `at` begins or ends; `Infinity` when none does. */
export function nextEdge(windows: readonly TimeWindow[], at: number): number {
  return windows.flatMap(w => [w.from, w.to]).reduce((next, t) => (t > at && t < next ? t : next), Infinity);
}
