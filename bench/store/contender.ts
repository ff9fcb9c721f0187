import type { Part } from './world.ts';

/** A store under test, with the readings of one world. Times are taken beside the store, without the way there. */
export interface Contender {
  /** Commit by commit, each durable before the next is sent. */
  append(part: Part, commitRows?: number): Promise<Appended>;
  /** Every reading of a node within a span. */
  range(nodeId: string, from: number, to: number): Promise<Timed<Sum>>;
  /** Minimum, mean, maximum and count of the node of a year, in 500 spans. */
  year(): Promise<Timed<readonly YearSpan[]>>;
  /** The last reading of every node. */
  latest(): Promise<Timed<Sum>>;
  /** Hours above 8 °C of every node and day, added up. */
  hoursAbove(): Promise<Timed<number>>;
  /** kill -9, start again, ask for the last reading of one node: milliseconds from start to answer. */
  killAndOpen(): Promise<number>;
  /** The same after a stop in good order. */
  stopAndOpen(): Promise<number>;
  /** Waits until it has put its files in order; false when it did not come to rest in time. */
  settle(): Promise<boolean>;
  count(): Promise<number>;
  diskBytes(): number;
  rssMiB(): number;
  close(): Promise<void>;
}

export interface Appended {
  readonly rows: number;
  readonly wallMs: number;
  /** Of all processes that have to do with it, without making the readings. */
  readonly cpuMs: number;
  readonly commitMs: readonly number[];
}

export interface Timed<T> {
  readonly ms: number;
  /** Of the process that holds the readings. */
  readonly cpuMs: number;
  readonly answer: T;
}

/** Enough of an answer to see that two stores gave the same one. */
export interface Sum {
  readonly count: number;
  readonly sumC: number;
  readonly lastAt: number;
}

export interface YearSpan {
  readonly minC: number;
  readonly meanC: number;
  readonly maxC: number;
  readonly count: number;
}

export const levelC = 8;
export const yearPoints = 500;

/** @param cpuMs  CPU time so far of the process that holds the readings */
export async function timed<T>(cpuMs: () => number, job: () => Promise<T>): Promise<Timed<T>> {
  const before = cpuMs();
  const began = performance.now();
  const answer = await job();
  return { ms: performance.now() - began, cpuMs: cpuMs() - before, answer };
}

export function sumOf(points: readonly (readonly [at: number, temperatureC: number])[]): Sum {
  let sumC = 0;
  let lastAt = 0;
  for (const [at, temperatureC] of points) {
    sumC += temperatureC;
    if (at > lastAt) lastAt = at;
  }
  return { count: points.length, sumC, lastAt };
}
