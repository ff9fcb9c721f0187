import { readFileSync } from 'node:fs';
import { type Load, type LoadResult, type LoadRun, startLoad } from '../load/load.ts';
import type { PublisherLogin } from '../load/publisher.ts';
import { cpuMsOf, rssMiBOf } from '../store/processFigures.ts';

/** What publishes are sent to, with every process that has to do with it. */
export interface Contender {
  readonly name: string;
  readonly port: number;
  readonly logins: readonly PublisherLogin[];
  pids(): readonly number[];
  /** Resolves when all acknowledged so far can be asked for; left out, the PUBACK is the end of it. */
  queryable?(acknowledgedOf: readonly number[]): Promise<void>;
  close(): Promise<void>;
}

export interface Round {
  readonly perS: number;
  /** Of all processes of the contender, for each publish. */
  readonly cpuUs: number;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  readonly rssMiB: number;
  /** Handed to the disk, for each publish. */
  readonly diskBytes: number;
  readonly generatorCpuUs: number;
  readonly result: LoadResult;
}

export interface Shape {
  readonly window: number;
  readonly firstAt: number;
  readonly stepMs: number;
}

export const startLoadOf = ({ port, logins }: Contender, shape: Shape): Promise<Load> =>
  startLoad({ host: '127.0.0.1', port, publishers: logins, ...shape });

/** One round with everything counted that its processes did until the last publish had arrived where it should. */
export async function oneRound(contender: Contender, load: Load, run: LoadRun): Promise<Round> {
  const before = { cpuMs: sumOf(contender, cpuMsOf), bytes: sumOf(contender, bytesWrittenOf) };
  const result = await load.run(run);
  if (result.cut > 0) throw new Error(`${contender.name} cut ${result.cut} connections`);
  const began = performance.now();
  await contender.queryable?.(result.acknowledgedOf);
  const seconds = result.seconds + (contender.queryable ? (performance.now() - began) / 1_000 : 0);
  const { acknowledged, ackMs } = result;
  return {
    perS: acknowledged / seconds,
    cpuUs: ((sumOf(contender, cpuMsOf) - before.cpuMs) * 1_000) / acknowledged,
    ackP50Ms: ackMs.p50,
    ackP99Ms: ackMs.p99,
    rssMiB: sumOf(contender, rssMiBOf),
    diskBytes: (sumOf(contender, bytesWrittenOf) - before.bytes) / acknowledged,
    generatorCpuUs: result.cpuUs,
    result,
  };
}

const sumOf = (contender: Contender, figure: (pid: number) => number): number =>
  contender.pids().reduce((sum, pid) => sum + figure(pid), 0);

/** Bytes that a process has caused to be sent to the disk. */
function bytesWrittenOf(pid: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0);
}
