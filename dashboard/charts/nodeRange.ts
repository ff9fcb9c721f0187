import { dayMs } from '../zone.ts';

export type NodeRange = 'day' | 'week' | 'month' | 'year';

interface RangeOf {
  /** In the address, so that a link opens what was looked at. Indonesian in every language, as paths are. */
  readonly address: string;
  readonly lengthMs: number;
  /** Into how many spans the server divides it, at most. */
  readonly points: number;
}

/** Spans of 5 minutes, half an hour, 2 hours and 18 hours. */
export const nodeRanges: Readonly<Record<NodeRange, RangeOf>> = {
  day: { address: '24-jam', lengthMs: dayMs, points: 288 },
  week: { address: '7-hari', lengthMs: 7 * dayMs, points: 336 },
  month: { address: '30-hari', lengthMs: 30 * dayMs, points: 360 },
  year: { address: '1-tahun', lengthMs: 365 * dayMs, points: 500 },
};

export const nodeRangeNames = Object.keys(nodeRanges) as NodeRange[];

const parameter = 'rentang';

/** @param search  as in `location.search`; anything unknown is the last day */
export function readNodeRange(search: string): NodeRange {
  const wanted = new URLSearchParams(search).get(parameter);
  return nodeRangeNames.find(name => nodeRanges[name].address === wanted) ?? 'day';
}

/** The query of an address with this range; the last day needs none. */
export function withNodeRange(search: string, range: NodeRange): string {
  const query = new URLSearchParams(search);
  if (range === 'day') query.delete(parameter);
  else query.set(parameter, nodeRanges[range].address);
  return query.size === 0 ? '' : `?${query}`;
}

export interface AskedSpan {
  readonly from: number;
  readonly to: number;
  readonly points: number;
}

const minuteMs = 60_000;

/** What to ask the server for at `now`: whole minutes, so that the same question is asked within one minute. */
export function askedSpan(range: NodeRange, now: number): AskedSpan {
  const { lengthMs, points } = nodeRanges[range];
  const to = Math.ceil(now / minuteMs) * minuteMs;
  return { from: to - lengthMs, to, points };
}

/** How often a range is asked for again while it is looked at: once per span, not more often than every minute. */
export const refreshMs = (range: NodeRange): number =>
  Math.max(minuteMs, nodeRanges[range].lengthMs / nodeRanges[range].points);
