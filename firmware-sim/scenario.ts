import { nodeIdSchema } from '../models/contracts/ids.ts';
import type { Environment } from './environment.ts';
import type { ProbeFault, ProbeTraits } from './probe.ts';
import type { TimeWindow } from './timeWindow.ts';

/** The node's clock shows something else than the time: off by `offsetMs`, standing still, or it has none at all. */
export type ClockFault =
  | (TimeWindow & { readonly kind: 'offset'; readonly offsetMs: number })
  | (TimeWindow & { readonly kind: 'frozen'; readonly showsAt: number })
  | (TimeWindow & { readonly kind: 'none' });

/** Where a node stands, from `from` until the next phase; the first phase also holds before its start. */
export interface Phase {
  readonly from: number;
  readonly environment: Environment;
}

/** What the node measures: a made-up world, or a series somebody measured, repeated for ever. */
export type Source =
  | {
      readonly kind: 'simulated';
      readonly phases: readonly Phase[];
      /** What stands between the air and the probe (box, crate, sleeve), outermost first, in minutes; all different. */
      readonly lagsMin: readonly number[];
      readonly probe: ProbeTraits;
      readonly humidity: boolean;
    }
  | {
      readonly kind: 'replay';
      /** Values at `anchorAt + offsetMs`, ascending; the series begins again after `periodMs`. */
      readonly series: readonly { readonly offsetMs: number; readonly temperatureC: number }[];
      readonly periodMs: number;
      readonly anchorAt: number;
    };

/** A node and everything that will happen to it. */
export interface Scenario {
  readonly nodeId: string;
  readonly name: string;
  readonly placeId: string;
  /** First sample; sampling times count from here. */
  readonly startAt: number;
  readonly sampleEveryS: number;
  readonly reportEveryS: number;
  readonly source: Source;
  /** `per-report`: a battery node that connects, tells what it has, says goodbye and sleeps. */
  readonly radio: 'always-on' | 'per-report';
  /** `null` for a node on the mains. */
  readonly battery: { readonly startPct: number; readonly pctPerDay: number } | null;
  /** No radio: the node goes on measuring and keeps what it has. */
  readonly signalLost: readonly TimeWindow[];
  /** No power: the node measures nothing. */
  readonly powerOff: readonly TimeWindow[];
  readonly probeFaults: readonly ProbeFault[];
  readonly clockFaults: readonly ClockFault[];
}

/**
 * Fills in what most nodes share, and refuses what cannot be simulated.
 *
 * @throws RangeError naming the field, the value and what is allowed
 */
export function defineScenario(
  given: Pick<Scenario, 'nodeId' | 'name' | 'placeId' | 'startAt' | 'source'> & Partial<Scenario>,
): Scenario {
  const scenario: Scenario = {
    sampleEveryS: 60,
    reportEveryS: 60,
    radio: 'always-on',
    battery: null,
    signalLost: [],
    powerOff: [],
    probeFaults: [],
    clockFaults: [],
    ...given,
  };
  refuseUnless(nodeIdSchema.safeParse(scenario.nodeId).success, 'nodeId', scenario.nodeId, 'a node id');
  refuseUnless(Number.isInteger(scenario.startAt), 'startAt', scenario.startAt, 'epoch milliseconds');
  refuseUnless(isInterval(scenario.sampleEveryS), 'sampleEveryS', scenario.sampleEveryS, '0.001 to 86400');
  refuseUnless(isInterval(scenario.reportEveryS), 'reportEveryS', scenario.reportEveryS, '0.001 to 86400');
  for (const field of ['signalLost', 'powerOff', 'probeFaults', 'clockFaults'] as const)
    for (const w of scenario[field])
      refuseUnless(w.from < w.to, field, `${w.from} to ${w.to}`, 'a window that ends after it begins');
  refuseBadSource(scenario.source);
  return scenario;
}

function refuseBadSource(source: Source): void {
  if (source.kind === 'simulated') {
    const ascending = source.phases.every((p, i) => i === 0 || p.from > source.phases[i - 1]!.from);
    refuseUnless(
      source.phases.length > 0 && ascending,
      'phases',
      source.phases.length,
      'ascending, at least 1',
    );
    return;
  }
  const { series, periodMs } = source;
  const ascending = series.every(
    (p, i) => p.offsetMs >= 0 && (i === 0 || p.offsetMs > series[i - 1]!.offsetMs),
  );
  refuseUnless(series.length > 0 && ascending, 'series', series.length, 'ascending from 0, at least 1');
  refuseUnless(periodMs > (series.at(-1)?.offsetMs ?? 0), 'periodMs', periodMs, 'longer than the series');
}

const isInterval = (seconds: number): boolean => seconds >= 0.001 && seconds <= 86_400;

function refuseUnless(holds: boolean, field: string, value: unknown, allowed: string): void {
  if (!holds) throw new RangeError(`${field} must be ${allowed}, got ${String(value)}`);
}
