import type { Goal, MeasuredRow } from '../report/measuredRow.ts';
import { type Spread, spreadOf } from '../store/spread.ts';
import type { Round } from './contender.ts';

/** Rounds by the name of the contender; ours is the first. */
export type Taken = ReadonlyMap<string, readonly Round[]>;

export interface RowOf {
  readonly job: string;
  readonly unit: string;
  readonly better?: 'less' | 'more';
  readonly goals?: readonly Goal[];
}

export function contenderRow(taken: Taken, figure: (round: Round) => number, row: RowOf): MeasuredRow {
  const spreads = [...taken].map(([name, rounds]) => [name, spreadOf(rounds.map(figure))] as const);
  const [ours, ...others] = spreads as [readonly [string, Spread], ...(readonly [string, Spread])[]];
  return { better: 'less', ...row, ours: ours[1], others: Object.fromEntries(others) };
}

/** The figures that every contender has, of one kind of load. */
export function ingestRows(
  taken: Taken,
  what: string,
  goals: { readonly perS: readonly Goal[]; readonly cpu: readonly Goal[] },
): MeasuredRow[] {
  const row = (figure: (round: Round) => number, of: RowOf) => contenderRow(taken, figure, of);
  return [
    row(r => r.perS, { job: `${what}: publishes/s`, unit: '/s', better: 'more', goals: goals.perS }),
    row(r => r.cpuUs, { job: `${what}: CPU of all processes per publish`, unit: 'µs', goals: goals.cpu }),
    row(r => r.ackP50Ms, { job: `${what}: until PUBACK, p50`, unit: 'ms' }),
    row(r => r.ackP99Ms, { job: `${what}: until PUBACK, p99`, unit: 'ms' }),
    row(r => r.rssMiB, { job: `${what}: memory of all processes`, unit: 'MiB' }),
    row(r => r.diskBytes, { job: `${what}: handed to the disk per publish`, unit: 'bytes' }),
  ];
}

/**
 * That the load generator is not what is measured: against a sink it is clearly faster than the fastest, and its CPU, all in
 * one thread, is clearly less than that of the cheapest. The second holds on a busy machine too.
 */
export function generatorRows(taken: Taken, sink: readonly Round[], what: string): MeasuredRow[] {
  const ofAll = (figure: (round: Round) => number) =>
    Object.fromEntries([...taken].map(([name, rounds]) => [name, spreadOf(rounds.map(figure))]));
  const rates = ofAll(round => round.perS);
  const costs = ofAll(round => round.cpuUs);
  const generatorUs = [...taken.values()].flat().map(round => round.generatorCpuUs);
  const namesBy = (figures: Record<string, Spread>) =>
    Object.keys(figures).sort((a, b) => figures[a]!.median - figures[b]!.median);
  return [
    {
      ...{ job: `${what}: the load generator against a sink, publishes/s`, unit: '/s', better: 'more' },
      ...{ ours: spreadOf(sink.map(round => round.perS)), others: rates },
      goals: [{ value: 1.3, against: namesBy(rates).at(-1)! }],
    },
    {
      ...{ job: `${what}: CPU of the load generator per publish`, unit: 'µs', better: 'less' },
      ...{ ours: spreadOf(generatorUs), others: costs },
      goals: [{ value: 1.3, against: namesBy(costs)[0]! }],
    },
  ];
}
