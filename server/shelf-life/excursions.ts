import type { Segment } from '../../models/temperatureHistory.ts';

/** A continuous span above a limit. */
export interface Excursion {
  readonly from: number;
  readonly to: number;
  readonly peakC: number;
}

/** A door that was open for a moment is no excursion. */
const graceMs = 10 * 60_000;

/** Spans above `limitC` that last longer than the grace time. A gap ends a span: nobody knows how it went on. */
export function excursionsAbove(segments: readonly Segment[], limitC: number): Excursion[] {
  const spans: { from: number; to: number; peakC: number }[] = [];
  for (const segment of segments) {
    const warm = partAbove(segment, limitC);
    if (warm === undefined) continue;
    const last = spans.at(-1);
    if (last !== undefined && last.to === warm.from) {
      last.to = warm.to;
      last.peakC = Math.max(last.peakC, warm.peakC);
    } else spans.push(warm);
  }
  return spans.filter(span => span.to - span.from > graceMs);
}

/** The part of a straight piece above the limit, in whole milliseconds. */
function partAbove({ from, fromC, to, toC }: Segment, limitC: number) {
  const peakC = Math.max(fromC, toC);
  if (peakC <= limitC) return undefined;
  const crossing = Math.round(from + ((to - from) * (limitC - fromC)) / (toC - fromC));
  if (fromC <= limitC) return { from: crossing, to, peakC };
  if (toC <= limitC) return { from, to: crossing, peakC };
  return { from, to, peakC };
}
