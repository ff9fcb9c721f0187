import type { ProbeTraits } from '../probe.ts';
import type { Scenario } from '../scenario.ts';

/** A node, without what happens to it. */
export interface Place {
  readonly nodeId: string;
  readonly name: string;
  readonly placeId: string;
  /** When its first sample is taken. */
  readonly startAt: number;
}

/** A digital air sensor (SHT3x class) with humidity, on the mains. */
export const airProbe = (calibratedAt: number): ProbeTraits => ({
  noiseSdC: 0.06,
  resolutionC: 0.01,
  offsetC: 0.1,
  driftCPerDay: 0.0005,
  calibratedAt,
});

/** A steel probe on a wire (DS18B20 class). */
export const steelProbe = (calibratedAt: number): ProbeTraits => ({
  noiseSdC: 0.04,
  resolutionC: 0.0625,
  offsetC: -0.2,
  driftCPerDay: 0.001,
  calibratedAt,
});

/** Two AA cells that last about 14 months at a report a minute. */
export const twoCells: Scenario['battery'] = { startPct: 93, pctPerDay: 0.24 };
