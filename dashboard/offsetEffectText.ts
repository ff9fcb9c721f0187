import type { OffsetEffect } from '../models/contracts/offset.ts';
import type { Format } from './format.ts';

/** Less than this is no change: what is left is told in hours. */
const sameH = 0.05;

/** What an offset would do to the remaining life of the batches: losses rounded up, gains down. */
export function offsetEffectText({ batchCount: n, batches }: OffsetEffect, format: Format): string {
  if (n === 0 || batches.length === 0) return format.t('sensors.offset.effectNone');
  const changesH = batches.map(({ beforeH, afterH }) => Math.max(0, afterH) - Math.max(0, beforeH));
  const least = Math.min(...changesH);
  const most = Math.max(...changesH);
  const loss = format.lossText(-least);
  const gain = format.remainingText(most);
  if (least >= -sameH && most <= sameH) return format.t('sensors.offset.effectSame', { n });
  if (most <= sameH) return format.t('sensors.offset.effectLess', { n, loss });
  if (least >= -sameH) return format.t('sensors.offset.effectMore', { n, gain });
  return format.t('sensors.offset.effectBoth', { n, loss, gain });
}
