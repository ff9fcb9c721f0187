import type { BatchView } from '../models/contracts/batch.ts';
import type { NodeView } from '../models/contracts/node.ts';
import type { ShownStatus } from './shownLife.ts';

/** Below this a battery is to be changed at the next chance. */
export const lowBatteryPct = 20;

export type NodeTrouble =
  | 'silent'
  | 'late'
  | 'neverSeen'
  | 'stuck'
  | 'clockWrong'
  | 'calibrationDue'
  | 'weakSignal'
  | 'lowBattery'
  | 'good';

const order: readonly NodeTrouble[] = [
  'silent',
  'late',
  'neverSeen',
  'stuck',
  'clockWrong',
  'calibrationDue',
  'weakSignal',
  'lowBattery',
  'good',
];

export const troubleStatus: Record<NodeTrouble, ShownStatus> = {
  silent: 'risk',
  late: 'soon',
  neverSeen: 'none',
  stuck: 'soon',
  clockWrong: 'soon',
  calibrationDue: 'soon',
  weakSignal: 'soon',
  lowBattery: 'soon',
  good: 'fresh',
};

/** A value measured longer ago than this is not "now": three reports missed, half an hour at least. */
export function currentForMs(node: NodeView): number {
  return Math.max(30 * 60_000, 3000 * (node.reportEveryS ?? 0));
}

/** Below this a radio loses what it sends: LoRa is made for weak signals, Wi-Fi, Bluetooth and Zigbee are not. */
const weakBelowDbm = { lora: -115, other: -90 } as const;
const loraFamilies = ['chirpstack-v4', 'tts-v3', 'cayenne-lpp'];

function isWeak({ device }: NodeView): boolean {
  if (device?.rssiDbm == null) return false;
  return device.rssiDbm < weakBelowDbm[loraFamilies.includes(device.family) ? 'lora' : 'other'];
}

/** The worst that is wrong with a node. A node that is still sending its backlog is late, whatever it sends. */
export function nodeTrouble(node: NodeView, now: number): NodeTrouble {
  if (node.state === 'stale') return 'silent';
  if (node.state === 'never-seen') return 'neverSeen';
  const measuredAt = node.lastReading === null ? now : Date.parse(node.lastReading.measuredAt);
  if (now - measuredAt > currentForMs(node)) return 'late';
  if (node.stuckSince != null) return 'stuck';
  if (node.clockWrongSince !== null) return 'clockWrong';
  if (node.calibrationDueAt !== null && Date.parse(node.calibrationDueAt) <= now) return 'calibrationDue';
  if (isWeak(node)) return 'weakSignal';
  const low = node.device?.batteryLow === true || (node.batteryPct ?? 100) < lowBatteryPct;
  return low ? 'lowBattery' : 'good';
}

/** Nodes with the worst trouble first, then by name. */
export function worstFirst(nodes: Iterable<NodeView>, now: number): NodeView[] {
  return [...nodes].sort(
    (a, b) =>
      order.indexOf(nodeTrouble(a, now)) - order.indexOf(nodeTrouble(b, now)) ||
      a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
}

/** Names of the unsold batches a node speaks for at `now`. */
export function batchesOf(nodeId: string, batches: Iterable<BatchView>, now: number): string[] {
  return [...batches]
    .filter(
      batch =>
        batch.soldOutAt === null &&
        batch.placements.some(
          p => p.nodeId === nodeId && Date.parse(p.from) <= now && (p.to === null || Date.parse(p.to) > now),
        ),
    )
    .map(batch => batch.name);
}
