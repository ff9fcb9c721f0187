import type { DemoBatch, DemoNode } from './demoNode.ts';
import type { Scenario } from './scenario.ts';
import type { Place } from './scenarios/sensorKinds.ts';
import { lastWibTime, wibHour } from './wib.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How far back the demo's sensors were measuring before it was started. */
const demoHistoryMs = 7 * 24 * hourMs;

export interface DemoTimes {
  /** When the nodes began to measure: a ten-minute mark a week ago. */
  readonly start: number;
  /** So many hours ago, on a ten-minute mark. */
  ago(hours: number): number;
  /** The latest hour:minute in Kediri that lies at least so many hours back. */
  atLeastAgo(hours: number, hour: number, minute: number): number;
}

export function demoTimes(now: number): DemoTimes {
  const mark = Math.floor(now / (10 * minuteMs)) * 10 * minuteMs;
  return {
    start: mark - demoHistoryMs,
    ago: hours => Math.floor((mark - hours * hourMs) / (10 * minuteMs)) * 10 * minuteMs,
    atLeastAgo: (hours, hour, minute) => lastWibTime(mark - hours * hourMs, hour, minute),
  };
}

/** Nodes report one after the other, not all in the same second. */
export const place = (at: DemoTimes, turn: number, nodeId: string, name: string, placeId: string): Place => ({
  nodeId,
  name,
  placeId,
  startAt: at.start + turn * 6000,
});

export const demoNode = (scenario: Scenario, batches: readonly DemoBatch[]): DemoNode => ({
  nodeId: scenario.nodeId,
  name: scenario.name,
  placeId: scenario.placeId,
  reportEveryS: scenario.reportEveryS,
  scenario,
  batches,
});

/** "Takwa pagi", "Takwa sore kemarin": makers call a cook by its time of day. */
export function named(product: string, producedAt: number, at: DemoTimes): string {
  const hour = wibHour(producedAt);
  const time =
    hour < 3 ? 'malam' : hour < 10.5 ? 'pagi' : hour < 14.5 ? 'siang' : hour < 18.5 ? 'sore' : 'malam';
  return `${product} ${time}${producedAt < at.ago(14) ? ' kemarin' : ''}`;
}
