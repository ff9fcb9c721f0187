import type { Reading } from '../../models/contracts/reading.ts';

/** How much data; everything else follows from it, so that two processes make the same readings. */
export interface World {
  readonly nodes: number;
  readonly days: number;
  /** Of the one node that has a whole year. */
  readonly yearReadings: number;
}

/** A stretch of the world, in the order in which it comes in. */
export type Part =
  | { readonly of: 'year' }
  /** All nodes at once, from minute to minute; may lie past the last day. */
  | { readonly of: 'minutes'; readonly from: number; readonly to: number };

export const minuteMs = 60_000;
export const dayMs = 86_400_000;
const yearMs = 365 * dayMs;
export const startAt = Date.UTC(2026, 0, 5);

export const nodeIdOf = (node: number): string => `node-${String(node).padStart(4, '0')}`;
export const yearNodeId = 'node-year';

/** The whole bench has 1,000 nodes of two weeks and one of a year, a reading a minute; fewer readings, fewer nodes. */
export function worldOf(readings: number): World {
  const days = 14;
  const yearReadings = Math.min(yearMs / minuteMs, Math.floor(readings / 2));
  return { nodes: Math.max(1, Math.round((readings - yearReadings) / (days * 1440))), days, yearReadings };
}

export const endAtOf = ({ days }: World): number => startAt + days * dayMs;
export const yearSpanOf = (world: World) => ({ from: endAtOf(world) - yearMs, to: endAtOf(world) });

export function countOf(world: World, part: Part): number {
  return part.of === 'year' ? world.yearReadings : (part.to - part.from) * world.nodes;
}

/** The readings of a part in commits of this size; the last may be smaller. */
export function* commitsOf(world: World, part: Part, size: number): Generator<Reading[]> {
  let commit: Reading[] = [];
  for (const reading of readingsOf(world, part)) {
    commit.push(reading);
    if (commit.length < size) continue;
    yield commit;
    commit = [];
  }
  if (commit.length > 0) yield commit;
}

function* readingsOf(world: World, part: Part): Generator<Reading> {
  if (part.of === 'year') {
    const { from } = yearSpanOf(world);
    const everyMs = yearMs / world.yearReadings;
    for (let i = 0; i < world.yearReadings; i++)
      yield readingOf(world.nodes, yearNodeId, from + Math.floor(i * everyMs));
    return;
  }
  const ids = Array.from({ length: world.nodes }, (_, node) => nodeIdOf(node));
  for (let minute = part.from; minute < part.to; minute++)
    for (let node = 0; node < world.nodes; node++)
      // Switched on at different moments of the minute.
      yield readingOf(node, ids[node]!, startAt + minute * minuteMs + ((node * 7_919) % (minuteMs - 1_000)));
}

/** A node measures up to 40 ms after its time, and its reading is here 20 to 83 ms later. */
function readingOf(node: number, nodeId: string, dueAt: number): Reading {
  const random = mix(node, dueAt);
  const measuredAt = dueAt + (random % 40);
  return {
    nodeId,
    probe: 'main',
    measuredAt,
    receivedAt: measuredAt + 20 + ((random >>> 6) & 63),
    timeSource: 'device',
    temperatureC: temperatureC(node, dueAt, random >>> 12),
    humidityPct: null,
    batteryPct: null,
    sequence: null,
    quality: 'good',
  };
}

/** Fridges with a compressor, a day's swing and a door that is left open at times; each tenth node hangs in the room. */
function temperatureC(node: number, at: number, noise: number): number {
  const swing = Math.sin((2 * Math.PI * at) / dayMs + node);
  const hundredths = (noise & 31) - 16;
  if (node % 10 === 9) return Math.round(2_600 + 300 * swing + hundredths) / 100;
  const compressor = Math.sin((2 * Math.PI * at) / (40 * minuteMs) + 3 * node);
  const hour = Math.floor(at / 3_600_000);
  const isOpen = mix(node, hour) % 40 === 0 && at % 3_600_000 < 15 * minuteMs;
  return Math.round(420 + 60 * swing + 80 * compressor + (isOpen ? 600 : 0) + hundredths) / 100;
}

/** 32 bits that depend on both numbers alone (murmur3's finaliser). */
function mix(a: number, b: number): number {
  let h = Math.imul(a + 1, 0x9e3779b1) ^ (b % 0x1_0000_0000) ^ Math.floor(b / 0x1_0000_0000);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
