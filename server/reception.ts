import { type BatteryTold, batteryDaysLeft } from './batteryLife.ts';
import { maxGapMs } from './shelf-life/placedWindows.ts';
import type { Node } from './store/metadata/nodes.ts';
import type { ReadingStore } from './store/readingStore.ts';

export interface Reception {
  readonly nodeId: string;
  /** Oldest first. */
  readonly cells: readonly boolean[];
  readonly batteryDaysLeft: number | null;
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly cells: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** How long ago the battery is looked at, besides now. */
const lookedBackDays = [28, 21, 14, 7, 4];
/** A battery says the same for hours. */
const knownForMs = 6 * hourMs;
/** Longest that one question works out batteries; the others come with the next one. */
const batteryTimeMs = 50;

/** Reception and battery of many nodes, each with one question to the store (batteries: now and then some). */
export function createReception({ store }: { readonly store: ReadingStore }) {
  /** Keyed by node id. */
  const batteries = new Map<string, { readonly asOf: number; readonly told: readonly BatteryTold[] }>();

  async function lookBack(nodeId: string, now: number): Promise<readonly BatteryTold[]> {
    const told: BatteryTold[] = [];
    for (const days of lookedBackDays) {
      const from = now - days * dayMs;
      const readings = await store.range({ nodeId, from, to: from + dayMs, limit: 8 });
      const first = readings.find(reading => reading.batteryPct !== null);
      if (first?.batteryPct != null) told.push({ at: first.measuredAt, pct: first.batteryPct });
    }
    return told;
  }

  /** Nodes that are not known yet first; whatever there is no time for stays as it was. */
  async function refreshBatteries(nodeIds: readonly string[], now: number, isTime: () => boolean) {
    const asOf = (nodeId: string) => batteries.get(nodeId)?.asOf ?? Number.NEGATIVE_INFINITY;
    const due = nodeIds.filter(nodeId => now - asOf(nodeId) >= knownForMs);
    for (const nodeId of due.sort((a, b) => asOf(a) - asOf(b))) {
      if (!isTime()) return;
      batteries.set(nodeId, { asOf: now, told: await lookBack(nodeId, now) });
    }
  }

  return {
    async of(nodes: readonly Node[], span: Span, now: number): Promise<Reception[]> {
      const nodeIds = nodes.map(node => node.nodeId);
      const heard = await store.reception({ nodeIds, ...span });
      const summaries = await store.nodeSummaries(nodeIds);
      const withBattery = nodeIds.filter(nodeId => summaries.get(nodeId)?.batteryPct != null);
      const until = performance.now() + batteryTimeMs;
      await refreshBatteries(withBattery, now, () => performance.now() < until);
      return nodes.map(({ nodeId, reportEveryS }) => {
        const pct = summaries.get(nodeId)?.batteryPct ?? null;
        const told = batteries.get(nodeId)?.told ?? [];
        return {
          nodeId,
          cells: withoutShortSilence(heard.get(nodeId) ?? new Array<boolean>(span.cells).fill(false), {
            cellMs: (span.to - span.from) / span.cells,
            silenceMs: maxGapMs(reportEveryS),
          }),
          batteryDaysLeft: pct === null ? null : batteryDaysLeft([...told, { at: now, pct }]),
        };
      });
    },
  };
}

/** A node that reports every hour has no gap in every second half hour: a shorter silence than counts is none. */
export function withoutShortSilence(
  cells: readonly boolean[],
  { cellMs, silenceMs }: { readonly cellMs: number; readonly silenceMs: number },
): boolean[] {
  if (!cells.includes(true)) return [...cells];
  const filled = [...cells];
  for (let start = 0; start < cells.length; ) {
    let end = start;
    while (end < cells.length && cells[end] === cells[start]) end += 1;
    if (cells[start] === false && (end - start) * cellMs < silenceMs) filled.fill(true, start, end);
    start = end;
  }
  return filled;
}
