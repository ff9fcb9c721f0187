import type { Reading } from '../../models/contracts/reading.ts';
import type { TemperaturePoint } from '../../models/temperatureHistory.ts';

/**
 * Readings as a set with key (nodeId, probe, measuredAt). All implementations pass one contract test.
 *
 * Times are epoch milliseconds; `from` is inclusive, `to` exclusive. Results never alias the store's own state.
 * Every method may reject with StoreUnavailable; nothing is half done then.
 */
export interface ReadingStore {
  /**
   * Adds readings that are not there yet, all or none, and records in the same step that the journal is applied up to
   * `throughPosition`. The first reading of a key stays for ever; the same key with other values is a conflict and
   * changes nothing. Resolves when the readings are visible to queries, not yet when they survive power loss.
   */
  append(readings: readonly Reading[], throughPosition?: number): Promise<AppendResult>;

  /** Highest `throughPosition` that survives power loss together with everything before it; 0 when none. */
  durablePosition(): number;

  /**
   * Of a store that several servers share: tells the highest `throughPosition` up to which that store has everything, each
   * time it moves. Others have no such place.
   */
  onStored?(listener: (throughPosition: number) => void): void;

  /** Makes everything appended so far durable and moves `durablePosition` up. Cheap when nothing changed. */
  sync(): Promise<void>;

  /** Readings of a node ascending by (measuredAt, probe), at most `limit`, starting after `after` when given. */
  range(query: RangeQuery): Promise<Reading[]>;

  /** What may age a batch: readings of one probe with a temperature and quality good, ascending by measuredAt. */
  usable(query: SeriesQuery): Promise<TemperaturePoint[]>;

  /** How many readings of a probe have a temperature of quality suspect. */
  suspectCount(query: SeriesQuery): Promise<number>;

  /**
   * The `count` usable readings nearest to `at` on each side; one exactly at `at` is in neither. Both ascending.
   *
   * @param knownUntil  as in `SeriesQuery`
   */
  neighbours(
    nodeId: string,
    probe: string,
    at: number,
    count: number,
    knownUntil?: number,
  ): Promise<{ before: TemperaturePoint[]; after: TemperaturePoint[] }>;

  /**
   * Usable readings of a probe in at most `points` spans over [from, to), laid out by `bucketGrid`; spans without any are
   * left out. Where only summaries are left (`forget`), an hour or day counts in the span in which it begins.
   */
  buckets(query: BucketQuery): Promise<Bucket[]>;

  /**
   * How long a probe was above a level within [from, to). Between two usable readings at most `longestGapMs` apart the
   * temperature is a straight line (crossings are exact); what lies between others is not known. Spans that meet add up.
   */
  timeAbove(query: TimeAboveQuery): Promise<TimeAboveLevel>;

  /**
   * Earliest and latest measuredAt of a node, of any probe and quality; an hour or day of which only a summary is left
   * counts with its beginning. Null when there is neither.
   */
  bounds(nodeId: string): Promise<{ readonly earliestAt: number; readonly latestAt: number } | null>;

  /**
   * Of each of these nodes, in which of `cells` equal parts of [from, to) anything was measured, of any probe and quality;
   * nodes without are left out. Cheap for many nodes at once; only of readings that are kept.
   */
  reception(query: ReceptionQuery): Promise<Map<string, boolean[]>>;

  /** What is known of a node from its readings; null when there are none (any more). */
  nodeSummary(nodeId: string): Promise<NodeSummary | null>;

  /** The same of many nodes at once; those without readings are left out. */
  nodeSummaries(nodeIds: readonly string[]): Promise<Map<string, NodeSummary>>;

  /** Every node that has readings, ascending. */
  nodeIds(): Promise<string[]>;

  /** Readings, without those of which only summaries are left. */
  count(): Promise<number>;

  /**
   * Retention. Readings measured before `readingsBefore` go and leave hourly summaries of what is usable; those of hours
   * before `hoursBefore` leave daily ones (UTC), which stay. Later readings for a time that is forgotten are not taken:
   * `append` counts them as `expired`. Both bounds only move forward, are cut down to a whole UTC day and may be
   * -Infinity; hours are never forgotten before their readings.
   */
  forget(bounds: { readonly readingsBefore: number; readonly hoursBefore: number }): Promise<Forgotten>;

  /** Whether queries answer from everything that is known, or (its database cannot be reached) from a part of it. */
  health(): StoreHealth;

  /** Of a store whose database other processes write to as well; left out, nobody else does. */
  readonly shared?: SharedReadings;

  /** Syncs and closes. */
  close(): Promise<void>;
}

/** What several processes on one database of readings have to tell each other. */
export interface SharedReadings {
  /** Told of readings of this process once its database has them. */
  onStored(listener: (readings: readonly Reading[]) => void): void;
  /** Takes note of readings that another process has stored; those of a key that is taken otherwise here are conflicts. */
  takeStored(readings: readonly Reading[]): Promise<AppendResult>;
  /** Takes note that another process has stored readings of these series that are not told. */
  takeMarks(marks: readonly SeriesMark[]): Promise<void>;
  /** Others may have stored anything: the database is asked anew. */
  forgetAll(): Promise<void>;
  /** Another process has let readings go: see `forget`. */
  takeForgotten(bounds: Parameters<ReadingStore['forget']>[0]): Promise<void>;
  /** Asked for `health`: since when and why others are not heard; null while they are. */
  unheard(ask: () => { readonly since: number; readonly reason: string } | null): void;
}

/** Readings of a series that another process has stored, all measured until `until`. */
export interface SeriesMark {
  readonly nodeId: string;
  readonly probe: string;
  readonly until: number;
  /** The one measured last. */
  readonly newest: Reading;
}

export interface AppendResult {
  /** The readings that were new, in the order given. */
  readonly inserted: readonly Reading[];
  readonly duplicates: number;
  /** Refused because the key is taken by other values. */
  readonly conflicts: readonly Reading[];
  /** How many are older than what is kept. */
  readonly expired: number;
  /** Probes whose earlier readings are believed otherwise than before; left out: none. */
  readonly rejudged?: readonly { readonly nodeId: string; readonly probe: string }[];
}

export interface Forgotten {
  readonly readings: number;
  /** Hourly summaries that became part of daily ones. */
  readonly hours: number;
}

/** `stale`: what is asked is answered from what this process still knows; `waiting` readings are on disk but not there. */
export type StoreHealth =
  | { readonly state: 'ok'; readonly waiting?: number }
  | { readonly state: 'stale'; readonly since: number; readonly reason: string; readonly waiting: number };

export interface ReadingCursor {
  readonly measuredAt: number;
  readonly probe: string;
}

export interface RangeQuery {
  readonly nodeId: string;
  readonly from: number;
  readonly to: number;
  readonly after?: ReadingCursor | undefined;
  readonly limit: number;
}

export interface SeriesQuery {
  readonly nodeId: string;
  readonly probe: string;
  readonly from: number;
  readonly to: number;
  /** What is believed by the readings up to this instant (inclusive); left out: by all. See `believedReadingStore`. */
  readonly knownUntil?: number;
}

export interface BucketQuery extends SeriesQuery {
  readonly points: number;
}

export interface ReceptionQuery {
  readonly nodeIds: readonly string[];
  readonly from: number;
  /** After `from`. */
  readonly to: number;
  /** 1 or more. */
  readonly cells: number;
}

export interface TimeAboveQuery extends SeriesQuery {
  readonly levelC: number;
  readonly longestGapMs: number;
}

export interface TimeAboveLevel {
  /** Strictly above the level. */
  readonly aboveMs: number;
  /** How much of the span lies between readings close enough to each other. */
  readonly knownMs: number;
}

export interface Bucket {
  readonly from: number;
  readonly to: number;
  readonly minC: number;
  readonly meanC: number;
  readonly maxC: number;
  readonly count: number;
}

export interface NodeSummary {
  /** Highest measuredAt of any probe and quality. */
  readonly lastReading: Reading;
  /** Highest receivedAt: a node that delivers old readings is alive. */
  readonly lastSeenAt: number;
  /** Battery of the latest reading that told one; the lowest where several probes told one at that instant. */
  readonly batteryPct: number | null;
  /** Since when readings of a node that had a good clock come with times that had to be replaced. */
  readonly clockWrongSince: number | null;
  /** Since when the probe of its last reading repeats one value and is not believed; see `believedReadingStore`. */
  readonly stuckSince?: number | null;
}

/** Whether a reading may age a batch. */
export function isUsable(reading: Reading): reading is Reading & { readonly temperatureC: number } {
  return reading.quality === 'good' && reading.temperatureC !== null;
}

/** Whether two readings of one key say the same. When they arrived is no part of what they say. */
export function sameValues(a: Reading, b: Reading): boolean {
  return (
    a.temperatureC === b.temperatureC &&
    a.humidityPct === b.humidityPct &&
    a.batteryPct === b.batteryPct &&
    a.sequence === b.sequence &&
    a.quality === b.quality
  );
}
