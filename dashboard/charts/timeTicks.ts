import { dayMs, hourMs, type Zone } from '../zone.ts';

const stepsH = [1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 672];

/**
 * Round local times between two instants, at most `most` of them: every 1, 2, 3, 6, 12 h, then whole days. Chart.js
 * makes its own ticks in round milliseconds, which are nobody's clock times.
 */
export function timeTicks(from: number, to: number, most: number, zone: Zone): number[] {
  const stepMs = hourMs * (stepsH.find(h => (to - from) / (h * hourMs) <= most) ?? 1344);
  // Half a step of slack finds the next round time on days of 23 and 25 hours too.
  const gridMs = Math.min(stepMs, dayMs);
  const ticks: number[] = [];
  for (let at = zone.floor(from, stepMs); at <= to; at = zone.floor(at + stepMs + gridMs / 2, gridMs)) {
    if (at >= from) ticks.push(at);
  }
  return ticks;
}
