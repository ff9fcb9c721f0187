import type { Reading } from '../../models/contracts/reading.ts';

/** What the arrival of readings tells of a node's clock and presence. Readings come in the order they arrived. */
export interface NodeClockState {
  readonly lastSeenAt: number;
  /** When a reading with a good time of its own last arrived. */
  readonly goodClockAt: number | null;
  /** Arrival of the first reading since then whose time had to be replaced. */
  readonly replacedSince: number | null;
}

/** The state after one more reading. */
export function nextClockState(state: NodeClockState | null, reading: Reading): NodeClockState {
  const before = state ?? { lastSeenAt: reading.receivedAt, goodClockAt: null, replacedSince: null };
  const lastSeenAt = Math.max(before.lastSeenAt, reading.receivedAt);
  if (reading.timeSource === 'device') {
    const goodClockAt = Math.max(before.goodClockAt ?? reading.receivedAt, reading.receivedAt);
    const replacedSince =
      before.replacedSince !== null && before.replacedSince > goodClockAt ? before.replacedSince : null;
    return { lastSeenAt, goodClockAt, replacedSince };
  }
  const counts = before.goodClockAt === null || reading.receivedAt > before.goodClockAt;
  const replacedSince = counts
    ? Math.min(before.replacedSince ?? reading.receivedAt, reading.receivedAt)
    : before.replacedSince;
  return { ...before, lastSeenAt, replacedSince };
}

/** A node that never had a time of its own has no clock that could be wrong. */
export function clockWrongSince(state: NodeClockState): number | null {
  return state.goodClockAt === null ? null : state.replacedSince;
}
