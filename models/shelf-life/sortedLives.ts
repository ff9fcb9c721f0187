import type { LimitId } from '../contracts/estimate.ts';
import { drawCounts } from './countDraws.ts';
import { endOf, type LifeDrawsInput, type PathogenCourse } from './lifeDraws.ts';
import { quantileInPlace, selectInPlace } from './quantile.ts';
import { type DrawBin, type DrawGroup, type SortedDraws, sortedDrawsOf } from './sortedDraws.ts';
import { TemperatureMoments } from './temperatureMoments.ts';

/** The hours of life of all draws of a table, bit for bit as working out each of them would give, for a fifth of that. */
export interface SortedLives {
  /** Quantile of the hours left, negative where the limit is past. */
  remainingH(p: number): number;
  /** Share of the draws that have ended so many hours from now; hours >= 0. */
  shareEndedWithin(hours: number): number;
  /** The ends of the 90 % interval of the count of the spoilage flora, log10 CFU/g. */
  countLog10Cfu(): { readonly p05: number; readonly p95: number };
  /** The limit that ends most of the draws below a quantile of the hours left. */
  limitOfShortest(p: number): LimitId;
}

/** Draws that say between which ends a quantile is to be looked for. */
const scouts = 512;
/** Shares of the draws before and behind a rank at which the scouts are asked, the nearest first. */
const scoutMargins = [0.012, -0.012, 0.04, -0.04, 0.15, -0.15];
/** As few draws as this are simply worked out. */
const narrowShare = 0.04;
const nearMargin = 0.005;
/** A bound this near its threshold is decided by the draw's own end. */
const slack = 1e-12;

const scoutEnds = new Float64Array(scouts);

/**
 * Answers about one history and future; each stands on its own, whatever is asked in between.
 *
 * @param nearH  hours ahead near which a quantile is likely to lie: finds it sooner, and never another one
 */
export function sortedLives(input: LifeDrawsInput, nearH?: number): SortedLives {
  const pathogens = input.pathogens.toSorted((a, b) => b.prevalence - a.prevalence);
  const sorted = sortedDrawsOf(
    input.table,
    pathogens.map(course => course.prevalence),
  );
  return new Lives(input, pathogens, sorted, nearH);
}

interface CountedEnd {
  readonly end: number;
  /** Draws that have ended by then. */
  readonly count: number;
}

class Lives implements SortedLives {
  readonly #input: LifeDrawsInput;
  /** The most prevalent first. */
  readonly #pathogens: readonly PathogenCourse[];
  readonly #sorted: SortedDraws;
  readonly #moments = new TemperatureMoments();
  readonly #futureC: number;
  readonly #futureWeight: number;
  readonly #capEnd: number;
  readonly #nearH: number | undefined;
  /** Keyed by p. */
  readonly #quantiles = new Map<number, number>();

  constructor(
    input: LifeDrawsInput,
    pathogens: readonly PathogenCourse[],
    sorted: SortedDraws,
    nearH: number | undefined,
  ) {
    this.#nearH = nearH;
    this.#input = input;
    this.#pathogens = pathogens;
    this.#sorted = sorted;
    this.#moments.sum(input.measured, input.held, input.curve);
    this.#futureC = input.curve.effectiveC(input.futureTemperatureC);
    this.#futureWeight = input.curve.weight(this.#futureC);
    this.#capEnd = input.capH < 0 ? input.past.shareOfHours(input.capH) - 1 : input.capH;
  }

  remainingH(p: number): number {
    const end = this.#quantile(p);
    if (end === this.#capEnd) return this.#input.capH;
    return end < 0 ? this.#input.past.hoursOfShare(1 + end) : end;
  }

  shareEndedWithin(hours: number): number {
    return hours >= this.#capEnd ? 1 : this.#endedBy(hours) / this.#input.table.draws;
  }

  countLog10Cfu() {
    return drawCounts(this.#input.table, this.#moments);
  }

  limitOfShortest(p: number): LimitId {
    const until = this.#quantile(p);
    const { table, pathogens, capLimit } = this.#input;
    const ended = this.#endedBy(until);
    const byPathogen = this.#endedByPathogens(until);
    const counts: [LimitId, number][] = [
      ['spoilage', ended - [...byPathogen.values()].reduce((sum, n) => sum + n, 0)],
      ...pathogens.map((course): [LimitId, number] => [course.limit, byPathogen.get(course) ?? 0]),
      [capLimit, until === this.#capEnd ? table.draws - ended : 0],
    ];
    return counts.reduce((most, count) => (count[1] > most[1] ? count : most))[0];
  }

  /** Type 7 quantile of the ends, none later than the cap. */
  #quantile(p: number): number {
    const known = this.#quantiles.get(p);
    if (known !== undefined) return known;
    const position = (this.#input.table.draws - 1) * p;
    const rank = Math.floor(position);
    const [below, above] = this.#endsOfRank(rank);
    const quantile =
      rank === position || above === below ? below : below + (position - rank) * (above - below);
    this.#quantiles.set(p, quantile);
    return quantile;
  }

  /** The ends of a rank (0: the first to end) and of the next. */
  #endsOfRank(rank: number): [number, number] {
    const cap = this.#capEnd;
    const { low, high } = this.#bracket(rank);
    if (low.end === cap) return [cap, cap];
    const between = this.#endsBetween(low.end, high.end);
    const at = (index: number): number =>
      index < between.length ? Math.min(cap, selectInPlace(between, index)) : cap;
    const below = at(rank - low.count);
    return [below, at(rank + 1 - low.count)];
  }

  /** Two ends, the first before the rank and the second behind the next rank (or the cap), with few draws between. */
  #bracket(rank: number): { low: CountedEnd; high: CountedEnd } {
    const { draws } = this.#input.table;
    let low: CountedEnd = { end: -2, count: 0 };
    let high: CountedEnd = { end: this.#capEnd, count: draws };
    const tryEnd = (end: number): void => {
      if (!(end > low.end && end < high.end)) return;
      const count = this.#endedBy(end);
      if (count <= rank) low = { end, count };
      else if (count >= rank + 2) high = { end, count };
    };
    const isNarrow = () => high.count - low.count <= draws * narrowShare;
    const near = this.#nearH;
    if (near !== undefined) {
      tryEnd(near - nearMargin * Math.abs(near));
      tryEnd(near + nearMargin * Math.abs(near));
      if (isNarrow()) return { low, high };
    }
    if (high.end === this.#capEnd) {
      high = { end: this.#capEnd, count: this.#endedBy(this.#capEnd) };
      if (high.count <= rank) return { low: high, high };
    }
    const ends = this.#scoutEnds(Math.min(scouts, draws));
    for (const margin of scoutMargins) {
      if (isNarrow()) break;
      tryEnd(quantileInPlace(ends, Math.min(1, Math.max(0, rank / draws + margin))));
    }
    return { low, high };
  }

  #scoutEnds(count: number): Float64Array {
    const { table, pathogens } = this.#input;
    const ends = scoutEnds.subarray(0, count);
    for (let draw = 0; draw < count; draw++) {
      let end = this.#spoilageEnd(table.rate[draw]!, table.tMinC[draw]!, table.muIntegralRequired[draw]!);
      for (const course of pathogens)
        if (table.presence[draw]! < course.prevalence)
          end = Math.min(end, pathogenEnd(course, table.lotRate[draw]!));
      ends[draw] = end;
    }
    return ends;
  }

  #spoilageEnd(rate: number, tMinC: number, required: number): number {
    const aboveMinC = Math.max(0, this.#futureC - tMinC);
    const futureMu = rate * aboveMinC * aboveMinC * this.#futureWeight;
    return endOf(this.#moments.muIntegral(rate, tMinC), required, futureMu);
  }

  #spoilageEndOf(index: number): number {
    const { rate, tMinC, required } = this.#sorted;
    return this.#spoilageEnd(rate[index]!, tMinC[index]!, required[index]!);
  }

  /** required/rate up to which a draw of this Tmin has ended. */
  #threshold(end: number, tMinC: number): number {
    const shape = this.#moments.muIntegral(1, tMinC);
    if (end < 0) return (1 + end) * shape;
    const aboveMinC = Math.max(0, this.#futureC - tMinC);
    return shape + end * aboveMinC * aboveMinC * this.#futureWeight;
  }

  /** How many draws have ended by `end`, the cap left aside. */
  #endedBy(end: number): number {
    let ended = 0;
    for (const group of this.#sorted.groups) {
      const lot = this.#lotEndedBy(group, end);
      if (lot <= group.lowestLotRate * (1 - slack)) {
        ended += group.to - group.from;
        continue;
      }
      const mayCarry = lot <= group.highestLotRate * (1 + slack);
      for (const bin of group.bins) {
        const { sure, possible } = this.#decided(bin, end, end);
        ended += sure - bin.from;
        for (let i = sure; i < possible; i++) {
          if (this.#spoilageEndOf(i) <= end) ended += 1;
          else if (mayCarry && this.#carriedEndOf(group, i) <= end) ended += 1;
        }
        if (mayCarry) ended += this.#carriersEnded(group, possible, bin.to, lot, end);
      }
    }
    return ended;
  }

  /** Of the draws [from, to) of a group those whose pathogen has ended them. */
  #carriersEnded(group: DrawGroup, from: number, to: number, lot: number, end: number): number {
    const { lotRate } = this.#sorted;
    const surely = lot * (1 + slack);
    const hardly = lot * (1 - slack);
    let ended = 0;
    for (let i = from; i < to; i++) {
      const own = lotRate[i]!;
      if (own >= surely || (own >= hardly && this.#carriedEndOf(group, i) <= end)) ended += 1;
    }
    return ended;
  }

  /** Up to `sure` the draws of a bin have ended by `low`; from `possible` on they have not by `high`. */
  #decided(bin: DrawBin, low: number, high: number): { sure: number; possible: number } {
    // The threshold falls with Tmin.
    const lowest = this.#threshold(low, bin.highestTMinC);
    const highest = this.#threshold(high, bin.lowestTMinC);
    const sure = firstAbove(this.#sorted.need, bin.from, bin.to, lowest - slack * Math.abs(lowest));
    const possible = firstAbove(this.#sorted.need, sure, bin.to, highest + slack * Math.abs(highest));
    return { sure, possible };
  }

  /** The lot rate from which on a pathogen of the group has ended a draw by `end`. */
  #lotEndedBy({ carried }: DrawGroup, end: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (const course of this.#pathogens.slice(0, carried)) {
      const { muIntegral, muIntegralRequired, futureMuLnPerH } = course;
      const grown = end < 0 ? (1 + end) * muIntegral : muIntegral + end * futureMuLnPerH;
      least = Math.min(least, grown > 0 ? muIntegralRequired / grown : Number.POSITIVE_INFINITY);
    }
    return least;
  }

  #carriedEndOf({ carried }: DrawGroup, index: number): number {
    const lot = this.#sorted.lotRate[index]!;
    let end = Number.POSITIVE_INFINITY;
    for (let i = 0; i < carried; i++) end = Math.min(end, pathogenEnd(this.#pathogens[i]!, lot));
    return end;
  }

  /** All ends in (low, high]. */
  #endsBetween(low: number, high: number): Float64Array {
    const ends: number[] = [];
    for (const group of this.#sorted.groups) {
      const mayCarry = this.#lotEndedBy(group, high) <= group.highestLotRate * (1 + slack);
      for (const bin of group.bins) {
        const { sure, possible } = this.#decided(bin, low, high);
        const last = mayCarry ? bin.to : possible;
        for (let i = sure; i < last; i++) {
          const spoiled = this.#spoilageEndOf(i);
          const end = mayCarry ? Math.min(spoiled, this.#carriedEndOf(group, i)) : spoiled;
          if (end > low && end <= high) ends.push(end);
        }
      }
    }
    return new Float64Array(ends);
  }

  /** How many draws each pathogen has ended by `end`. */
  #endedByPathogens(end: number): Map<PathogenCourse, number> {
    const ended = new Map<PathogenCourse, number>();
    for (const group of this.#sorted.groups) {
      if (!(this.#lotEndedBy(group, end) <= group.highestLotRate * (1 + slack))) continue;
      for (let i = group.from; i < group.to; i++) {
        const first = this.#limiterOf(group, i, end);
        if (first !== undefined) ended.set(first, (ended.get(first) ?? 0) + 1);
      }
    }
    return ended;
  }

  /** The pathogen that ends a draw by `end`, before spoilage does. Of equal ones the first of the parameters. */
  #limiterOf({ carried }: DrawGroup, index: number, until: number): PathogenCourse | undefined {
    const lot = this.#sorted.lotRate[index]!;
    let end = this.#spoilageEndOf(index);
    let limiter: PathogenCourse | undefined;
    for (const course of this.#input.pathogens) {
      if (this.#pathogens.indexOf(course) >= carried) continue;
      const own = pathogenEnd(course, lot);
      if (own >= end) continue;
      end = own;
      limiter = course;
    }
    return end <= until ? limiter : undefined;
  }
}

function pathogenEnd(course: PathogenCourse, lotRate: number): number {
  return endOf(lotRate * course.muIntegral, course.muIntegralRequired, lotRate * course.futureMuLnPerH);
}

/** The first index in [from, to) of an ascending column whose value is above `value`; `to` when none is. */
function firstAbove(column: Float64Array, from: number, to: number, value: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
