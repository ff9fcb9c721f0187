import type { TemperaturePoint } from '../temperatureHistory.ts';

/** How long a probe may repeat one value to the last digit before it counts as stuck. */
export interface StuckPatience {
  /** Longer than this, in ms, and */
  readonly longerThanMs: number;
  /** at least so many readings. */
  readonly readings: number;
}

const hourMs = 3_600_000;

/** No probe is stuck before: six hours as for finished files, and a slow one has said little in them. */
export const leastPatience: StuckPatience = { longerThanMs: 6 * hourMs, readings: 24 };
/** Silence is no repetition: a pause longer than this ends a run of equal values. */
export const longestPauseMs = hourMs;
/** From so many readings before a run it is learnt how its probe speaks. */
export const readingsLearntFrom = 48;

/** A step of floating point numbers that stand for two decimals. */
const dustC = 1e-6;
/** The last digit of such a probe never stands still: no sensor of a cold chain is as quiet as 0.02 C. */
const finestC = 0.02;
/** Melting ice or a bath can hold a probe with steps up to this for hours; night and day together they cannot. */
const fineC = 0.125;
const wholeDayMs = 24 * hourMs;
/** A small change of direction: the noise of the probe, not a door. */
const smallC = 0.3;

/**
 * Learns from the readings before a run of equal values how long that run may be. A false alarm is worse than a stuck probe
 * that is told of late or never, so only those are judged that have shown a last digit that moves: fine steps, changes of
 * direction, and no long repetitions. Coarse probes (0.5 or 1 C), smooth ones, quiet ones and new ones never are.
 *
 * @param before  the last `readingsLearntFrom` readings before the run, ascending
 * @returns null when this probe may repeat itself for ever
 */
export function stuckPatience(before: readonly TemperaturePoint[]): StuckPatience | null {
  if (before.length < readingsLearntFrom || !before.every(isReadOff)) return null;
  const steps = before.slice(1).map((point, i) => point.temperatureC - before[i]!.temperatureC);
  const moved = steps.map(Math.abs).filter(stepC => stepC > dustC);
  const finestStepC = moved.reduce((least, stepC) => Math.min(least, stepC), Number.POSITIVE_INFINITY);
  const readings = Math.max(leastPatience.readings, 8 * longestRepetition(steps));
  if (finestStepC <= finestC + dustC && turns(steps, Number.POSITIVE_INFINITY) >= before.length / 8)
    return { longerThanMs: leastPatience.longerThanMs, readings };
  if (finestStepC <= fineC + dustC && turns(steps, smallC) >= before.length / 8)
    return { longerThanMs: wholeDayMs, readings };
  return null;
}

/** Probes have at most the four decimals of a sixteenth; a mean or a simulation may stand still for other reasons. */
function isReadOff({ temperatureC }: TemperaturePoint): boolean {
  return Math.abs(temperatureC * 1e4 - Math.round(temperatureC * 1e4)) < 1e-3;
}

/** How often two steps, neither larger than `mostC`, go opposite ways. */
function turns(steps: readonly number[], mostC: number): number {
  let count = 0;
  for (let i = 1; i < steps.length; i++) {
    const [a, b] = [steps[i - 1]!, steps[i]!];
    if (a * b < 0 && Math.max(Math.abs(a), Math.abs(b)) <= mostC) count += 1;
  }
  return count;
}

/** In readings. */
function longestRepetition(steps: readonly number[]): number {
  let longest = 1;
  let run = 1;
  for (const stepC of steps) {
    run = stepC === 0 ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest;
}
