import type { OffsetView } from '../../models/contracts/offset.ts';
import { dayMs } from '../zone.ts';
import type { AxisRange, Span } from './chartModel.ts';

/** One calibration. */
export interface DriftRow {
  readonly at: number;
  /** What the sensor showed minus the reference thermometer: what is added to its readings, turned round. */
  readonly differenceC: number;
  readonly offsetC: number;
  readonly note: string | null;
}

export interface DriftModel extends Span {
  /** Ascending. */
  readonly rows: readonly DriftRow[];
  readonly range: AxisRange;
}

/** What sensors of this kind promise. */
export const sensorLimitC = 0.5;

/** The calibrations of a probe. A line with the same beginning as an older one has taken its place. */
export function driftModel(history: readonly OffsetView[], probe: string, now: number): DriftModel {
  const byTime = new Map<number, OffsetView>();
  const own = history.filter(line => line.probe === probe).sort((a, b) => a.offsetId - b.offsetId);
  for (const one of own) byTime.set(Date.parse(one.from), one);
  const rows = [...byTime]
    .sort(([a], [b]) => a - b)
    .map(([at, { temperatureOffsetC: offsetC, note }]) => ({
      ...{ at, offsetC, note },
      // No negative zero.
      differenceC: offsetC === 0 ? 0 : -offsetC,
    }));
  const first = rows[0]?.at ?? now - 30 * dayMs;
  const last = Math.max(now, rows.at(-1)?.at ?? now);
  const air = Math.max(dayMs / 2, (last - first) * 0.04);
  return { from: first - air, to: last + air, rows, range: driftRange(rows) };
}

/** Both ways alike and never less than what the sensor promises, in four steps. */
function driftRange(rows: readonly DriftRow[]): AxisRange {
  const most = Math.max(sensorLimitC, ...rows.map(row => Math.abs(row.differenceC)));
  const step = [0.3, 0.5, 1, 2, 5].find(s => most <= 2 * s) ?? 5;
  return { min: -2 * step, max: 2 * step, step };
}

/** All calibrations as CSV: ISO times, a decimal point, full units. */
export function driftCsv({ rows }: DriftModel): string {
  const quoted = (text: string | null): string => (text === null ? '' : `"${text.replaceAll('"', '""')}"`);
  const lines = rows.map(row =>
    [new Date(row.at).toISOString(), row.differenceC, row.offsetC, quoted(row.note)].join(','),
  );
  return `${['at,differenceC,offsetC,note', ...lines].join('\r\n')}\r\n`;
}
