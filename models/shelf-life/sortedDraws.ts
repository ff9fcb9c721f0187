import type { DrawTable } from './drawTable.ts';

/** Draws whose Tmin is nearly the same, ascending by how much growth they need. */
export interface DrawBin {
  /** Index of the first, and one behind the last. */
  readonly from: number;
  readonly to: number;
  readonly lowestTMinC: number;
  readonly highestTMinC: number;
}

/** Draws that carry the same pathogens: the first `carried` of the pathogens, the most prevalent first. */
export interface DrawGroup {
  readonly carried: number;
  readonly bins: readonly DrawBin[];
  readonly from: number;
  readonly to: number;
  readonly highestLotRate: number;
  readonly lowestLotRate: number;
}

/**
 * A draw table put in order, so that how many draws have ended by an instant is found without looking at each.
 *
 *   a draw ends by x  ⟺  required/rate <= shape(Tmin) + x (Tfuture - Tmin)^2 weight
 *
 * The left side belongs to the draw alone, the right side falls with Tmin: in a bin of nearly one Tmin, sorted by the
 * left side, nearly all draws are decided by a binary search.
 */
export interface SortedDraws {
  readonly table: DrawTable;
  readonly groups: readonly DrawGroup[];
  /** muIntegralRequired / rate; ascending within a bin. */
  readonly need: Float64Array;
  readonly rate: Float64Array;
  readonly tMinC: Float64Array;
  readonly required: Float64Array;
  readonly lotRate: Float64Array;
}

const drawsPerBin = 256;
const kept = new WeakMap<DrawTable, Map<string, SortedDraws>>();

/**
 * Sorts a table; remembered.
 *
 * @param prevalences  of the pathogens, descending
 */
export function sortedDrawsOf(table: DrawTable, prevalences: readonly number[]): SortedDraws {
  const ofTable = kept.get(table) ?? new Map<string, SortedDraws>();
  kept.set(table, ofTable);
  const key = prevalences.join(' ');
  const sorted = ofTable.get(key) ?? sortDraws(table, prevalences);
  ofTable.set(key, sorted);
  return sorted;
}

function sortDraws(table: DrawTable, prevalences: readonly number[]): SortedDraws {
  const column = () => new Float64Array(table.draws);
  const sorted = { need: column(), rate: column(), tMinC: column(), required: column(), lotRate: column() };
  const needOf = (draw: number) => table.muIntegralRequired[draw]! / table.rate[draw]!;
  const carriedBy = (draw: number) => prevalences.filter(p => table.presence[draw]! < p).length;
  const byCarried = Map.groupBy(
    Array.from({ length: table.draws }, (_, draw) => draw),
    carriedBy,
  );
  let next = 0;
  const place = (draw: number): void => {
    sorted.need[next] = needOf(draw);
    sorted.rate[next] = table.rate[draw]!;
    sorted.tMinC[next] = table.tMinC[draw]!;
    sorted.required[next] = table.muIntegralRequired[draw]!;
    sorted.lotRate[next] = table.lotRate[draw]!;
    next += 1;
  };
  const groups = [...byCarried.entries()].map(([carried, draws]) => {
    const from = next;
    const bins: DrawBin[] = [];
    const byTMin = draws.sort((a, b) => table.tMinC[a]! - table.tMinC[b]!);
    for (let first = 0; first < byTMin.length; first += drawsPerBin) {
      const bin = byTMin.slice(first, first + drawsPerBin);
      const start = next;
      const ends = { lowestTMinC: table.tMinC[bin[0]!]!, highestTMinC: table.tMinC[bin.at(-1)!]! };
      bin.sort((a, b) => needOf(a) - needOf(b) || a - b).forEach(place);
      bins.push({ from: start, to: next, ...ends });
    }
    const lots = sorted.lotRate.subarray(from, next);
    const highestLotRate = lots.reduce((most, lot) => Math.max(most, lot), 0);
    const lowestLotRate = lots.reduce((least, lot) => Math.min(least, lot), Number.POSITIVE_INFINITY);
    return { carried, bins, from, to: next, highestLotRate, lowestLotRate };
  });
  return { table, groups, ...sorted };
}
