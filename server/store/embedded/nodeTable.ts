import type { Reading } from '../../../models/contracts/reading.ts';
import { StoreUnavailable } from '../../errors.ts';
import { type NodeClockState, nextClockState } from '../nodeClockState.ts';
import type { BlockHead } from './blockFormat.ts';
import type { NodeRecord } from './nodeRecord.ts';
import { mostSeries } from './readingsFile.ts';
import { Rows, width, writeRow } from './rows.ts';

/** A node in memory: its record, and what the log has brought since. */
export interface StoredNode {
  readonly nodeNo: number;
  readonly nodeId: string;
  /** As it is on disk. */
  record: NodeRecord;
  clock: NodeClockState | null;
  battery: { readonly at: number; readonly pct: number } | null;
  readonly series: Series[];
}

export interface Series {
  readonly seriesNo: number;
  readonly probe: string;
  readonly node: StoredNode;
  /** In blocks. */
  readings: number;
  /** The latest reading, as a row. */
  latest: Float64Array | null;
  /** Readings that are not sealed. Keyed by day. */
  readonly windows: Map<number, Window>;
  /** Whether a log entry that will outlive this run of sealing says whose series it is. */
  isNamed: boolean;
}

/** What of a day is not in blocks yet. It has no time in common with the blocks. */
export interface Window {
  readonly day: number;
  readonly rows: Rows;
  /** Heads of the day's blocks; undefined until asked for. */
  parts: readonly StoredBlock[] | undefined;
}

export interface StoredBlock {
  readonly id: number;
  /** As it was written. */
  readonly bytes: Uint8Array;
  readonly head: BlockHead;
}

/** Every node and series, found by name and by number. */
export class NodeTable {
  /** Keyed by node id. */
  readonly nodes = new Map<string, StoredNode>();
  /** Keyed by series number. */
  readonly series = new Map<number, Series>();
  #lastNodeNo = 0;
  #lastSeriesNo = 0;

  find(nodeId: string, probe: string): Series | undefined {
    return this.nodes.get(nodeId)?.series.find(s => s.probe === probe);
  }

  /** Takes a record in as it is on disk. */
  load(record: NodeRecord): StoredNode {
    const { nodeNo, nodeId, clock, battery } = record;
    const node: StoredNode = { nodeNo, nodeId, record, clock, battery, series: [] };
    this.nodes.set(nodeId, node);
    this.#lastNodeNo = Math.max(this.#lastNodeNo, nodeNo);
    for (const { seriesNo, probe, readings, latest } of record.series)
      this.#addSeries(node, seriesNo, probe, readings, latest === null ? null : rowFromText(latest));
    return node;
  }

  /** A new series, of a new node when there is none of this name. `forget` takes it back. */
  create(nodeId: string, probe: string): Series {
    const seriesNo = this.#lastSeriesNo + 1;
    if (seriesNo > mostSeries) throw new StoreUnavailable(`the reading store is full: ${mostSeries} probes`);
    const node = this.nodes.get(nodeId) ?? this.#newNode(nodeId);
    return this.#addSeries(node, seriesNo, probe, 0, null);
  }

  /** Takes back what `create` made. */
  forget(series: Series): void {
    series.node.series.splice(series.node.series.indexOf(series), 1);
    this.series.delete(series.seriesNo);
    if (series.node.series.length === 0) this.nodes.delete(series.node.nodeId);
  }

  #newNode(nodeId: string): StoredNode {
    const nodeNo = this.#lastNodeNo + 1;
    return this.load({ nodeNo, nodeId, clock: null, battery: null, throughLog: 0, series: [] });
  }

  #addSeries(
    node: StoredNode,
    seriesNo: number,
    probe: string,
    readings: number,
    latest: Float64Array | null,
  ): Series {
    const series: Series = {
      ...{ seriesNo, probe, node, readings, latest },
      windows: new Map(),
      isNamed: false,
    };
    node.series.push(series);
    this.series.set(seriesNo, series);
    this.#lastSeriesNo = Math.max(this.#lastSeriesNo, seriesNo);
    return series;
  }
}

/** What a reading that was taken tells of its node and probe. Readings come in the order they arrived. */
export function noteArrival(series: Series, reading: Reading): void {
  const { node } = series;
  node.clock = nextClockState(node.clock, reading);
  const { measuredAt: at, batteryPct: pct } = reading;
  const isLatest = node.battery === null || at > node.battery.at;
  // Two probes at one instant: the lowest, whichever came first.
  if (pct !== null && (isLatest || (at === node.battery!.at && pct < node.battery!.pct)))
    node.battery = { at, pct };
  if (series.latest === null || reading.measuredAt > series.latest[0]!) {
    series.latest ??= new Float64Array(width);
    writeRow(series.latest, 0, reading);
  }
}

/** The record of a node whose windows are all sealed. @param added  readings sealed just now, keyed by series number */
export function sealedRecord(
  { nodeNo, nodeId, clock, battery, series }: StoredNode,
  throughLog: number,
  added: ReadonlyMap<number, number>,
): NodeRecord {
  return {
    ...{ nodeNo, nodeId, clock, battery, throughLog },
    series: series.map(({ seriesNo, probe, readings, latest }) => ({
      ...{ seriesNo, probe },
      readings: readings + (added.get(seriesNo) ?? 0),
      latest: latest === null ? null : rowToText(latest),
    })),
  };
}

export const newWindow = (day: number): Window => ({ day, rows: new Rows(4), parts: undefined });

const rowToText = (row: Float64Array): string =>
  Buffer.from(row.buffer, row.byteOffset, row.byteLength).toString('base64');

function rowFromText(text: string): Float64Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float64Array(bytes.buffer, 0, width);
}
