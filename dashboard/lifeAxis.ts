import type { Format } from './format.ts';
import { letterWidths } from './letterWidths.ts';
import { dayMs, hourMs } from './zone.ts';

export interface AxisMark {
  /** Hours from now. */
  readonly atH: number;
  readonly label: string;
}

const listHorizonsH = [48, 4 * 24, 8 * 24, 16 * 24, 32 * 24];
const steps = [1, 2, 3, 4, 6, 12];

/**
 * Hours that one list of bars spans together: two days as long as anything needs selling within them, else as far as
 * the first batch to go reaches. Longer bars end in an arrow.
 */
export function listHorizonH(loHours: readonly number[]): number {
  const first = Math.min(...loHours.filter(hours => hours > 0));
  if (!Number.isFinite(first)) return 48;
  return listHorizonsH.find(horizon => first <= horizon * 0.8) ?? 48 * 24;
}

/** Hours that a single bar spans: the whole interval and a little air. */
export function barHorizonH(hiH: number): number {
  const wanted = hiH * 1.15;
  return [8, 12, 16, 24, 36, 48].find(h => wanted <= h) ?? Math.ceil(wanted / 24) * 24;
}

/** The midnights (and, on a short axis, hours) of the firm's zone between now and the end of the axis. */
export function axisMarks(now: number, horizonH: number, format: Format): AxisMark[] {
  const { zone, t } = format;
  const stepH = stepFor(horizonH);
  const marks: AxisMark[] = [];
  for (
    let at = zone.floor(now, stepH * hourMs) + stepH * hourMs;
    at < now + horizonH * hourMs;
    at += stepH * hourMs
  ) {
    const midnight = zone.local(at).hour === 0;
    const days = zone.daysBetween(now, at);
    const dayName =
      stepH < 24 || horizonH > 72
        ? format.day(at)
        : days === 1
          ? t('axis.tomorrow')
          : days === 2
            ? t('axis.dayAfter')
            : format.day(at);
    marks.push({ atH: (at - now) / hourMs, label: midnight ? dayName : format.clock(at) });
  }
  return marks;
}

function stepFor(horizonH: number): number {
  if (horizonH > 10 * 24) return (Math.ceil(horizonH / 24 / 8) * dayMs) / hourMs;
  if (horizonH >= 48) return 24;
  return steps.find(step => horizonH / step <= 4) ?? 12;
}

/** Marks whose labels fit: one that would touch its neighbour or leave the axis is dropped. */
export function fittingMarks(
  marks: readonly AxisMark[],
  horizonH: number,
  widthPx: number,
  firstLabel: string,
  charPx = 7,
): AxisMark[] {
  let end = letterWidths(firstLabel) * charPx * 1.1 + charPx;
  return marks.filter(({ atH, label }) => {
    const x = (atH / horizonH) * widthPx;
    const labelPx = letterWidths(label) * charPx + charPx;
    if (x < end || x + labelPx > widthPx + 8) return false;
    end = x + labelPx;
    return true;
  });
}
