import type { TemperaturePoint } from '../../../models/temperatureHistory.ts';
import type { BlockStore } from './blockStore.ts';
import { dayOf } from './daySummary.ts';
import type { Series } from './nodeTable.ts';
import { isUsableFlags, type Rows } from './rows.ts';

/**
 * The `count` nearest usable readings before an instant, as far as memory tells: what is not sealed of the instant's day,
 * and blocks that an arriving reading was just held against. So it is for most readings that come in, late ones too.
 *
 * @returns undefined when a block or another day would have to be read
 */
export function usableBefore(
  blocks: BlockStore,
  series: Series,
  time: number,
  count: number,
): TemperaturePoint[] | undefined {
  const window = series.windows.get(dayOf(time));
  if (window?.parts === undefined) return undefined;
  const { rows, parts } = window;
  const found: TemperaturePoint[] = [];
  let row = rows.indexOf(time) - 1;
  let part = parts.length - 1;
  let sealed: Rows | undefined;
  let sealedRow = -1;
  while (found.length < count) {
    const at = row < 0 ? Number.NEGATIVE_INFINITY : rows.measuredAt(row);
    if (sealedRow < 0 && part >= 0 && at <= parts[part]!.head.lastAt) {
      const block = parts[part--]!;
      if (block.head.firstAt >= time) continue;
      sealed = blocks.rowsInMemory(block);
      if (sealed === undefined) return undefined;
      sealedRow = sealed.indexOf(time) - 1;
      continue;
    }
    const isSealed = sealedRow >= 0 && sealed!.measuredAt(sealedRow) > at;
    if (!isSealed && row < 0) return undefined;
    if (isSealed) addUsable(found, sealed!, sealedRow--);
    else addUsable(found, rows, row--);
  }
  return found.reverse();
}

/** As `usableBefore`, after an instant. */
export function usableAfter(
  blocks: BlockStore,
  series: Series,
  time: number,
  count: number,
): TemperaturePoint[] | undefined {
  const window = series.windows.get(dayOf(time));
  if (window?.parts === undefined) return undefined;
  const { rows, parts } = window;
  const found: TemperaturePoint[] = [];
  let row = rows.indexOf(time + 1);
  let part = 0;
  let sealed: Rows | undefined;
  let sealedRow = 0;
  while (found.length < count) {
    const at = row === rows.count ? Number.POSITIVE_INFINITY : rows.measuredAt(row);
    const isOut = sealed === undefined || sealedRow === sealed.count;
    if (isOut && part < parts.length && at >= parts[part]!.head.firstAt) {
      const block = parts[part++]!;
      if (block.head.lastAt <= time) continue;
      sealed = blocks.rowsInMemory(block);
      if (sealed === undefined) return undefined;
      sealedRow = sealed.indexOf(time + 1);
      continue;
    }
    const isSealed = !isOut && sealed!.measuredAt(sealedRow) < at;
    if (!isSealed && row === rows.count) return isLastDay(series, window.day) ? found : undefined;
    if (isSealed) addUsable(found, sealed!, sealedRow++);
    else addUsable(found, rows, row++);
  }
  return found;
}

const isLastDay = (series: Series, day: number): boolean =>
  series.latest !== null && dayOf(series.latest[0]!) === day;

function addUsable(found: TemperaturePoint[], rows: Rows, row: number): void {
  if (isUsableFlags(rows.flags(row)))
    found.push({ at: rows.measuredAt(row), temperatureC: rows.temperatureC(row) });
}
