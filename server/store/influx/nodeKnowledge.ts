import type { Reading } from '../../../models/contracts/reading.ts';
import { clockWrongSince, type NodeClockState, nextClockState } from '../nodeClockState.ts';
import type { NodeSummary } from '../readingStore.ts';

/** What is known of a node from all its readings, wherever they are. */
export interface NodeKnowledge {
  /** Highest (measuredAt, probe). */
  readonly latest: Reading;
  readonly clock: NodeClockState;
  /** The latest that was told, the lowest of those at one instant. */
  readonly battery: Battery | null;
}

export interface Battery {
  readonly at: number;
  readonly pct: number;
}

export function afterReading(known: NodeKnowledge | null, reading: Reading): NodeKnowledge {
  const told = reading.batteryPct;
  const battery = told === null ? null : { at: reading.measuredAt, pct: told };
  return {
    latest: known === null || isLater(reading, known.latest) ? { ...reading } : known.latest,
    clock: nextClockState(known?.clock ?? null, reading),
    battery: laterBattery(known?.battery ?? null, battery),
  };
}

/** Two parts of the knowledge of one node: of readings taken before and after. */
export function joinKnowledge(before: NodeKnowledge, after: NodeKnowledge | null): NodeKnowledge {
  if (after === null) return before;
  return {
    // The first reading of a key is the one that stays.
    latest: isLater(after.latest, before.latest) ? after.latest : before.latest,
    clock: joinClockStates(before.clock, after.clock),
    battery: laterBattery(before.battery, after.battery),
  };
}

export function summaryOf(known: NodeKnowledge, forgottenBefore: number): NodeSummary | null {
  if (known.latest.measuredAt < forgottenBefore) return null;
  const { battery } = known;
  return {
    lastReading: { ...known.latest },
    lastSeenAt: known.clock.lastSeenAt,
    batteryPct: battery === null || battery.at < forgottenBefore ? null : battery.pct,
    clockWrongSince: clockWrongSince(known.clock),
  };
}

/** What a reading alone tells of the clock: true of most nodes at most times, so that nothing more need be written. */
export const impliedClock = (reading: Reading): NodeClockState => nextClockState(null, reading);

/** Whether two states mean the same; since when a node without a clock of its own has none means nothing. */
export function sameClock(a: NodeClockState, b: NodeClockState): boolean {
  return (
    a.lastSeenAt === b.lastSeenAt &&
    a.goodClockAt === b.goodClockAt &&
    (a.goodClockAt === null || a.replacedSince === b.replacedSince)
  );
}

function joinClockStates(a: NodeClockState, b: NodeClockState): NodeClockState {
  const goodClockAt = greatest([a.goodClockAt, b.goodClockAt]);
  const replaced = [a.replacedSince, b.replacedSince].filter(
    since => since !== null && (goodClockAt === null || since > goodClockAt),
  ) as number[];
  return {
    lastSeenAt: Math.max(a.lastSeenAt, b.lastSeenAt),
    goodClockAt,
    replacedSince: replaced.length === 0 ? null : Math.min(...replaced),
  };
}

const greatest = (values: readonly (number | null)[]): number | null =>
  values.reduce((most, value) => (most === null || (value !== null && value > most) ? value : most), null);

export function isLater(a: { measuredAt: number; probe: string }, b: { measuredAt: number; probe: string }) {
  return a.measuredAt > b.measuredAt || (a.measuredAt === b.measuredAt && a.probe > b.probe);
}

function laterBattery(a: Battery | null, b: Battery | null): Battery | null {
  if (a === null || b === null) return a ?? b;
  return b.at > a.at || (b.at === a.at && b.pct < a.pct) ? b : a;
}
