import type { NodeView } from '../models/contracts/node.ts';
import type { ReceptionView } from '../models/contracts/reception.ts';

/** `unknown`: after the last answer of the server, or before anything came. */
export type Cell = 'data' | 'gap' | 'unknown';

/**
 * Reception of a node up to `now`, oldest cell first. The answer may be old: then what it does not reach to is not known,
 * which is no gap. News that came by the live stream count.
 */
export function cellsAt(
  answer: Pick<ReceptionView, 'from' | 'to'>,
  cells: string,
  node: Pick<NodeView, 'lastReading'>,
  now: number,
): Cell[] {
  const [from, to] = [Date.parse(answer.from), Date.parse(answer.to)];
  const cellMs = (to - from) / cells.length;
  const moved = Math.min(cells.length, Math.max(0, Math.floor((now - to) / cellMs)));
  const known = [...cells].map((cell): Cell => (cell === '1' ? 'data' : 'gap'));
  const shown = [...known.slice(moved), ...new Array<Cell>(moved).fill('unknown')];
  const measuredAt = node.lastReading === null ? null : Date.parse(node.lastReading.measuredAt);
  if (measuredAt === null) return shown;
  const own = Math.floor((measuredAt - from) / cellMs) - moved;
  if (own >= 0) shown[Math.min(own, shown.length - 1)] = 'data';
  return shown;
}

/** The gaps of a strip, as cells. @returns how many, and how long the longest is */
export function gapsIn(cells: readonly Cell[]): { count: number; longest: number } {
  let count = 0;
  let longest = 0;
  let run = 0;
  for (const cell of cells) {
    run = cell === 'gap' ? run + 1 : 0;
    if (run === 1) count += 1;
    longest = Math.max(longest, run);
  }
  return { count, longest };
}
