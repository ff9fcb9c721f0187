import { normalAt } from './seededRandom.ts';
import { type TimeWindow, windowAt } from './timeWindow.ts';

/** How a temperature probe differs from the truth. */
export interface ProbeTraits {
  /** Standard deviation of one reading. */
  readonly noiseSdC: number;
  /** Smallest step it tells apart: 0.0625 for a DS18B20, 0.01 for an SHT3x. 0 = exact. */
  readonly resolutionC: number;
  /** Constant error. */
  readonly offsetC: number;
  /** Slow error since `calibratedAt`. */
  readonly driftCPerDay: number;
  readonly calibratedAt: number;
}

export type ProbeFault =
  | (TimeWindow & { readonly kind: 'disconnected' | 'power-on' | 'nan' })
  | (TimeWindow & { readonly kind: 'stuck'; readonly atC: number });

/** What a DS18B20 answers when its wire is broken, and after its power returned. */
const disconnectedC = -127;
const powerOnC = 85;

/**
 * What the probe believes, which is not the truth.
 *
 * @param key  seed and node, so that noise differs between nodes and is the same again for the same instant
 * @returns degrees Celsius; `null` when the probe yields no number ("nan")
 */
export function sampleProbe(
  traits: ProbeTraits,
  faults: readonly ProbeFault[],
  at: number,
  trueC: number,
  key: readonly (number | string)[],
): number | null {
  const fault = windowAt(faults, at);
  switch (fault?.kind) {
    case 'disconnected':
      return disconnectedC;
    case 'power-on':
      return powerOnC;
    case 'nan':
      return null;
    case 'stuck':
      return fault.atC;
    case undefined:
      return believedC(traits, at, trueC, key);
  }
}

function believedC(
  traits: ProbeTraits,
  at: number,
  trueC: number,
  key: readonly (number | string)[],
): number {
  const days = (at - traits.calibratedAt) / 86_400_000;
  const noise = traits.noiseSdC === 0 ? 0 : traits.noiseSdC * normalAt(...key, 'probe', at);
  return toStep(trueC + traits.offsetC + traits.driftCPerDay * days + noise, traits.resolutionC);
}

/** Rounds to a multiple of `step` and to four decimals, so that 0.1 steps print as 4.3 and not 4.300000000000001. */
export function toStep(value: number, step: number): number {
  if (step === 0) return value;
  const rounded = Number((Math.round(value / step) * step).toFixed(4));
  return rounded === 0 ? 0 : rounded; // no -0 on the wire
}
