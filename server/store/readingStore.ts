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

  /** Makes everything appended so far durable and moves `durablePosition` up. Cheap when nothing changed. */
  sync(): Promise<void>;

  /** Readings of a node ascending by (measuredAt, probe), at most `limit`, starting after `after` when given. */
  range(query: RangeQuery): Promise<Reading[]>;

  /** What may age a batch: readings of one probe with a temperature and quality good, ascending by measuredAt. */
  usable(query: SeriesQuery): Promise<TemperaturePoint[]>;

  /** How many readings of a probe have a temperature of quality suspect. */
  suspectCount(query: SeriesQuery): Promise<number>;

  /** The `count` usable readings nearest to `at` on each side; one exactly at `at` is in neither. Both ascending. */
  neighbours(
    nodeId: string,
    probe: string,
    at: number,
    count: number,
  ): Promise<{ before: TemperaturePoint[]; after: TemperaturePoint[] }>;

  /** Usable readings of a probe in `points` spans of equal length over [from, to); spans without any are left out. */
  buckets(query: BucketQuery): Promise<Bucket[]>;

  /** What is known of a node from its readings; null when none ever came. */
  nodeSummary(nodeId: string): Promise<NodeSummary | null>;

  count(): Promise<number>;

  /** Syncs and closes. */
  close(): Promise<void>;
}

export interface AppendResult {
  /** The readings that were new, in the order given. */
  readonly inserted: readonly Reading[];
  readonly duplicates: number;
  /** Refused because the key is taken by other values. */
  readonly conflicts: readonly Reading[];
}

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
}

export interface BucketQuery extends SeriesQuery {
  readonly points: number;
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
  /** Battery of the latest reading that told one. */
  readonly batteryPct: number | null;
  /** Since when readings of a node that had a good clock come with times that had to be replaced. */
  readonly clockWrongSince: number | null;
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
