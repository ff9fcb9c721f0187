import { dayMs, hourMs, type Zone } from '../zone.ts';

const stepsH = [1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 672];

/**
 * Round local times between two instants, at most `most` of them: every 1, 2, 3, 6, 12 h, then whole days. Chart.js
 * makes its own ticks in round milliseconds, which are nobody's clock times.
 */
export function timeTicks(from: number, to: number, most: number, zone: Zone): number[] {
  const stepMs = hourMs * (stepsH.find(h => (to - from) / (h * hourMs) <= most) ?? 1344);
  const ticks: number[] = [];
  let at = zone.floor(from, stepMs);
  while (at <= to) {
    if (at >= from) ticks.push(at);
    const next = zone.floor(at + stepMs, Math.min(stepMs, dayMs));
    // A skipped or repeated hour must never hold the loop in place.
    at = next > at ? next : at + stepMs;
  }
  return ticks;
}
