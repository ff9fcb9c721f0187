import { hourMs } from '../bucketGrid.ts';
import type { Forgotten } from '../readingStore.ts';
import { dayMs, type ForgetBounds } from '../summarise.ts';
import { encodeSummaries } from './blockFormat.ts';
import type { BlockStore } from './blockStore.ts';
import type { SpanSummary } from './daySummary.ts';
import { encodeNode } from './nodeRecord.ts';
import type { Series, StoredBlock, StoredNode } from './nodeTable.ts';
import { blockId, dayWithin, fromBlockId, type ReadingsFile } from './readingsFile.ts';

/**
 * Takes a node's readings before the bounds out of their blocks, of which the hours stay, or one summary of the day. What
 * is not sealed is not looked at. Ended half-way, the next run does the rest.
 */
export function forgetNode(
  file: ReadingsFile,
  blocks: BlockStore,
  node: StoredNode,
  { readingsBefore, hoursBefore }: ForgetBounds,
): Forgotten {
  const removed = { readings: 0, hours: 0 };
  /** Keyed by series number. */
  const gone = new Map<number, number>();
  const { unforgotten, unjoined } = file.statements;
  file.transaction(() => {
    for (const series of node.series) {
      for (const day of daysOf(unforgotten, series, readingsBefore)) {
        const readings = keepHours(blocks, series, day);
        gone.set(series.seriesNo, (gone.get(series.seriesNo) ?? 0) + readings);
        removed.readings += readings;
      }
      for (const day of daysOf(unjoined, series, hoursBefore)) removed.hours += keepDay(blocks, series, day);
    }
    if (gone.size > 0) file.statements.setNode.run(node.nodeNo, encodeNode(lessened(node, gone)));
  });
  if (gone.size > 0) node.record = lessened(node, gone);
  for (const series of node.series) series.readings -= gone.get(series.seriesNo) ?? 0;
  return removed;
}

function daysOf(
  statement: ReadingsFile['statements']['unforgotten'],
  { seriesNo }: Series,
  before: number,
): Set<number> {
  if (!Number.isFinite(before)) return new Set();
  const first = blockId(seriesNo, dayWithin(Number.NEGATIVE_INFINITY));
  const rows = statement.all(first, blockId(seriesNo, dayWithin(before)));
  return new Set(rows.map(row => fromBlockId(Number(row.id)).day));
}

/** How many readings went. */
function keepHours(blocks: BlockStore, series: Series, day: number): number {
  const parts = blocks.between(series, day, day);
  replace(blocks, series, day, parts, 'hours', joinSpans(parts, hourMs));
  return parts.reduce((sum, { head }) => sum + head.count, 0);
}

/** How many hours became part of the day. */
function keepDay(blocks: BlockStore, series: Series, day: number): number {
  const parts = blocks.between(series, day, day);
  const hours = joinSpans(parts, hourMs).length;
  replace(blocks, series, day, parts, 'day', joinSpans(parts, dayMs));
  return hours;
}

function replace(
  blocks: BlockStore,
  series: Series,
  day: number,
  parts: readonly StoredBlock[],
  kind: 'hours' | 'day',
  spans: readonly SpanSummary[],
): void {
  for (const { id } of parts) blocks.remove(id);
  const [first, last] = [spans[0], spans.at(-1)];
  if (first === undefined || last === undefined) return;
  const key = { nodeId: series.node.nodeId, probe: series.probe, day, part: 0 };
  blocks.put(series, day, 0, encodeSummaries(key, kind, spans, { firstAt: first.at, lastAt: last.at }));
}

/** Summaries of longer spans, of what is usable. */
function joinSpans(parts: readonly StoredBlock[], spanMs: number): SpanSummary[] {
  const joined: SpanSummary[] = [];
  for (const hour of parts.flatMap(({ head }) => head.hours)) {
    if (hour.count === 0) continue;
    const at = Math.floor(hour.at / spanMs) * spanMs;
    const open = joined.at(-1);
    if (open?.at !== at) joined.push({ ...hour, at });
    else
      joined[joined.length - 1] = {
        ...{ at, count: open.count + hour.count, suspects: open.suspects + hour.suspects },
        ...{ minC: Math.min(open.minC, hour.minC), maxC: Math.max(open.maxC, hour.maxC) },
        sumC: open.sumC + hour.sumC,
      };
  }
  return joined;
}

const lessened = ({ record }: StoredNode, gone: ReadonlyMap<number, number>) => ({
  ...record,
  series: record.series.map(s => ({ ...s, readings: s.readings - (gone.get(s.seriesNo) ?? 0) })),
});
