import { readdirSync } from 'node:fs';

/** What a server says and shows of itself at one moment. */
export interface ProcessSample {
  readonly atS: number;
  readonly rssMiB: number;
  readonly heapMiB: number;
  /** Open files without the connections of nodes and streams. */
  readonly ownFds: number;
  /** Since the sample before. */
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
}

/** Samples of one start of the server. */
export interface ProcessLife {
  readonly startedS: number;
  readonly readyMs: number;
  readonly endedBy: string | null;
  readonly samples: readonly ProcessSample[];
}

export async function sampleOf(httpUrl: string, pid: number, rssMiB: number, atS: number) {
  const text = await (await fetch(`${httpUrl}/metrics`, { signal: AbortSignal.timeout(5_000) })).text();
  const metric = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const fds = readdirSync(`/proc/${pid}/fd`).length;
  return {
    atS,
    rssMiB,
    heapMiB: metric('nodejs_heap_size_used_bytes') / 2 ** 20,
    ownFds: fds - metric('tahan_gateway_connections') - metric('tahan_live_streams'),
    loopP99Ms: metric('nodejs_eventloop_lag_p99_seconds') * 1_000,
    loopMaxMs: metric('nodejs_eventloop_lag_max_seconds') * 1_000,
  } satisfies ProcessSample;
}

/** Least squares, units an hour; NaN of fewer than three samples. */
export function slopePerHour(
  samples: readonly ProcessSample[],
  of: (sample: ProcessSample) => number,
): number {
  if (samples.length < 3) return Number.NaN;
  const meanX = mean(samples.map(s => s.atS));
  const meanY = mean(samples.map(of));
  let xy = 0;
  let xx = 0;
  for (const sample of samples) {
    xy += (sample.atS - meanX) * (of(sample) - meanY);
    xx += (sample.atS - meanX) ** 2;
  }
  return (xy / xx) * 3_600;
}

/** Of the part of a life after its warming up. */
export function settledPart({ samples }: ProcessLife, warmUpS: number): readonly ProcessSample[] {
  const from = (samples[0]?.atS ?? 0) + warmUpS;
  return samples.filter(({ atS }) => atS >= from);
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
