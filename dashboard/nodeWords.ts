import type { BatchView } from '../models/contracts/batch.ts';
import type { NodeView } from '../models/contracts/node.ts';
import type { Format } from './format.ts';
import { batchesOf, nodeTrouble } from './nodeState.ts';

/** When a node was heard last, as how long ago that is. */
export function lastSeenText(node: NodeView, now: number, format: Format): string {
  if (node.lastSeenAt === null) return format.t('sensors.trouble.neverSeen');
  const agoMs = now - Date.parse(node.lastSeenAt);
  return agoMs < 60_000
    ? format.t('when.justNow')
    : format.t('when.ago', { duration: format.duration(agoMs) });
}

/** "+0,4", "−0,3", "0,0"; a second decimal only where it has one. */
export function signedOffset(offsetC: number, format: Format): string {
  const tenths = Math.abs(offsetC * 10 - Math.round(offsetC * 10)) < 1e-6;
  return `${offsetC > 0 ? '+' : ''}${format.number(offsetC, tenths ? 1 : 2)}`;
}

/** When the next calibration of a node is due and how that stands; `null` when nothing was said about one. */
export function calibrationText(
  node: NodeView,
  now: number,
  format: Format,
): { date: string; note: string; overdue: boolean } | null {
  if (node.calibrationDueAt === null) return null;
  const dueAt = Date.parse(node.calibrationDueAt);
  const date = format.longDate(dueAt);
  const overdue = dueAt <= now;
  const note = overdue
    ? format.t('sensors.node.overdue', { late: format.duration(now - dueAt) })
    : format.t('sensors.node.inFuture', { wait: format.duration(dueAt - now) });
  return { date, note, overdue };
}

/** "1 sensor diam, 2 perlu dicek", or that all is well. */
export function nodesSentence(nodes: readonly NodeView[], now: number, format: Format): string {
  const troubles = nodes.map(node => nodeTrouble(node, now));
  const silent = troubles.filter(trouble => trouble === 'silent').length;
  const check = troubles.filter(trouble => trouble !== 'silent' && trouble !== 'good').length;
  const parts = [
    ...(silent > 0 ? [format.t('sensors.silentCount', { n: silent })] : []),
    ...(check > 0 ? [format.t('sensors.checkCount', { n: check })] : []),
  ];
  return parts.length > 0 ? format.list(parts) : format.t('sensors.allGood');
}

/** Where a node is: its place, and the batches it speaks for. */
export function whereabouts(
  node: NodeView,
  batches: Iterable<BatchView>,
  now: number,
  format: Format,
): string {
  const names = batchesOf(node.nodeId, batches, now);
  const parts = [
    ...(node.placeId === null ? [] : [node.placeId]),
    ...(names.length > 0 ? [format.t('sensors.speaksFor', { batches: format.list(names) })] : []),
  ];
  return parts.length > 0 ? parts.join(' · ') : format.t('sensors.noPlace');
}

/** How many sensors there are and, where all report alike, how often they are to report. */
export function expectedText(nodes: readonly NodeView[], format: Format): string {
  const count = `${format.t('sensors.count', { n: nodes.length })}`;
  const [every] = new Set(nodes.map(node => node.reportEveryS));
  if (every == null || every < 60 || nodes.some(node => node.reportEveryS !== every)) return count;
  return format.t('sensors.expected', { count, every: format.duration(every * 1000) });
}

/** How long a battery lasts, in whole days or months, rounded down. */
export function batteryLeftText(daysLeft: number, format: Format): string {
  return daysLeft < 60
    ? format.t('sensors.daysLeft', { n: daysLeft })
    : format.t('sensors.monthsLeft', { n: Math.floor(daysLeft / 30) });
}
