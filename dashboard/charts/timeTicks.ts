import { dayMs, hourMs, type Zone } from '../zone.ts';

const stepsH = [1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 672];

/** From here on, ticks stand on the first days of months. */
export const monthsFromMs = 120 * dayMs;

/**
 * Round local times between two instants, at most `most` of them: every 1, 2, 3, 6, 12 h, then whole days,
 * then months. Chart.js makes its own ticks in round milliseconds, which are nobody's clock times.
 */
export function timeTicks(from: number, to: number, most: number, zone: Zone): number[] {
  if (to - from >= monthsFromMs) return monthTicks(from, to, most, zone);
  const stepMs = hourMs * (stepsH.find(h => (to - from) / (h * hourMs) <= most) ?? 1344);
  // Half a step of slack finds the next round time on days of 23 and 25 hours too.
  const gridMs = Math.min(stepMs, dayMs);
  const ticks: number[] = [];
  for (let at = zone.floor(from, stepMs); at <= to; at = zone.floor(at + stepMs + gridMs / 2, gridMs)) {
    if (at >= from) ticks.push(at);
  }
  return ticks;
}

function monthTicks(from: number, to: number, most: number, zone: Zone): number[] {
  const start = zone.local(from);
  const first = (months: number): number => zone.at(start.year, start.month + months, 1, 0, 0);
  const count = Math.ceil((to - from) / (28 * dayMs)) + 1;
  const all = Array.from({ length: count }, (_, months) => first(months)).filter(
    at => at >= from && at <= to,
  );
  const step = [1, 2, 3, 6, 12].find(months => all.length / months <= most) ?? 24;
  return all.filter(at => zone.local(at).month % step === 0);
}
