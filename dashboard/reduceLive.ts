import type { AlertView } from '../models/contracts/alert.ts';
import type { BatchView, ProductView } from '../models/contracts/batch.ts';
import type { Estimate } from '../models/contracts/estimate.ts';
import type { FitNews } from '../models/contracts/fit.ts';
import type { LiveEvent } from '../models/contracts/liveEvent.ts';
import type { NodeView } from '../models/contracts/node.ts';
import type { ReadingView } from '../models/contracts/reading.ts';
import { type Alerts, withAlert } from './alertList.ts';

/** What the pages know of the firm, by id. Replaced, never changed in place. */
export interface Fleet {
  readonly batches: Readonly<Record<string, BatchView>>;
  readonly nodes: Readonly<Record<string, NodeView>>;
  readonly products: Readonly<Record<string, ProductView>>;
  /** What is open, and what was over last. */
  readonly alerts: Alerts;
}

export const emptyFleet: Fleet = { batches: {}, nodes: {}, products: {}, alerts: {} };

export interface LiveStep {
  readonly fleet: Fleet;
  /** A batch to ask the server for, because the event only names it or it is not known here. */
  readonly fetchBatchId?: string;
  /** The stream could not resume: everything has to be loaded again. */
  readonly reload?: boolean;
}

/** One event of the live stream applied to what is known. Older news never overwrites newer. */
export function reduceLive(fleet: Fleet, event: LiveEvent): LiveStep {
  switch (event.type) {
    case 'estimate':
      return withEstimate(fleet, event.data);
    case 'reading':
      return { fleet: withReading(fleet, event.data) };
    case 'node':
      return { fleet: { ...fleet, nodes: { ...fleet.nodes, [event.data.nodeId]: event.data } } };
    case 'batch':
      return { fleet, fetchBatchId: event.data.batchId };
    case 'alert':
      return { fleet: { ...fleet, alerts: withAlert(fleet.alerts, event.data) } };
    case 'shipment':
    case 'fit':
      return { fleet };
    case 'reset':
      return { fleet, reload: true };
  }
}

function withEstimate(fleet: Fleet, estimate: Estimate): LiveStep {
  const batch = fleet.batches[estimate.batchId];
  if (batch === undefined) return { fleet, fetchBatchId: estimate.batchId };
  if (Date.parse(estimate.asOf) < Date.parse(batch.estimate.asOf)) return { fleet };
  return { fleet: { ...fleet, batches: { ...fleet.batches, [batch.batchId]: { ...batch, estimate } } } };
}

function withReading(fleet: Fleet, reading: ReadingView): Fleet {
  const node = fleet.nodes[reading.nodeId];
  if (node === undefined) return fleet;
  const lastReading = laterReading(node.lastReading, reading);
  const lastSeenAt =
    node.lastSeenAt !== null && Date.parse(node.lastSeenAt) > Date.parse(reading.receivedAt)
      ? node.lastSeenAt
      : reading.receivedAt;
  const batteryPct =
    lastReading === reading && reading.batteryPct !== null ? reading.batteryPct : node.batteryPct;
  const heard: NodeView = { ...node, lastReading, lastSeenAt, batteryPct, state: 'online' };
  return { ...fleet, nodes: { ...fleet.nodes, [node.nodeId]: heard } };
}

/** "Latest" only moves forward in the time of measurement: a tunnel's backlog never hides a newer value. */
function laterReading(known: ReadingView | null, reading: ReadingView): ReadingView {
  return known !== null && Date.parse(known.measuredAt) > Date.parse(reading.measuredAt) ? known : reading;
}

/** A batch as the server now has it, or its removal (`null`). */
export function withBatch(fleet: Fleet, batchId: string, batch: BatchView | null): Fleet {
  const { [batchId]: _, ...others } = fleet.batches;
  return { ...fleet, batches: batch === null ? others : { ...others, [batchId]: batch } };
}

/**
 * A message of the stream as an event; `undefined` for anything that is not one of ours, so that a newer server may
 * send kinds this page does not know.
 */
export function parseLiveEvent(type: string, data: string): LiveEvent | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(data);
  } catch {
    // Not JSON: no event of ours.
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const has = (...fields: string[]): boolean => fields.every(field => field in parsed);
  switch (type) {
    case 'reading':
      return has('nodeId', 'measuredAt', 'receivedAt') ? { type, data: parsed as ReadingView } : undefined;
    case 'estimate':
      return has('batchId', 'asOf', 'keepsUntil', 'flags') ? { type, data: parsed as Estimate } : undefined;
    case 'node':
      return has('nodeId', 'state') ? { type, data: parsed as NodeView } : undefined;
    case 'batch':
      return has('batchId') ? { type, data: parsed as { batchId: string } } : undefined;
    case 'alert':
      return has('alertId', 'kind', 'state', 'facts', 'history')
        ? { type, data: parsed as AlertView }
        : undefined;
    case 'shipment':
      return has('shipmentId') ? { type, data: parsed as { shipmentId: string } } : undefined;
    case 'fit':
      return has('fitId', 'state') ? { type, data: parsed as FitNews } : undefined;
    case 'reset':
      return { type, data: {} };
    default:
      return undefined;
  }
}
