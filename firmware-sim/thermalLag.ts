/**
 * What lies behind a chain of first-order lags (box wall, crate, probe sleeve) when the surroundings change along a
 * straight line from `fromC` to `toC` during `durationMin`.
 *
 *   dT_i/dt = (T_{i-1} - T_i) / tau_i,   T_0 = surroundings
 *
 * Solved in closed form, so the result does not depend on how the line is cut into steps.
 *
 * @param temperaturesC  state of each stage at the start, outermost first
 * @param lagsMin        time constant of each stage in minutes; all above 0 and all different
 * @returns the state at the end, outermost first
 * @throws RangeError when a time constant is not above 0, two are equal, or the counts differ
 */
export function advanceLags(
  temperaturesC: readonly number[],
  lagsMin: readonly number[],
  durationMin: number,
  fromC: number,
  toC: number,
): number[] {
  checkLags(temperaturesC, lagsMin);
  if (durationMin === 0) return [...temperaturesC];
  // A signal is offset + slope * t + sum of weight * exp(-t / tau).
  let offset = fromC;
  const slope = (toC - fromC) / durationMin;
  let decays: { readonly weight: number; readonly tau: number }[] = [];
  return lagsMin.map((tau, stage) => {
    offset -= slope * tau;
    decays = decays.map(d => ({ tau: d.tau, weight: (d.weight * d.tau) / (d.tau - tau) }));
    const forcedAtStart = offset + decays.reduce((sum, d) => sum + d.weight, 0);
    decays.push({ tau, weight: temperaturesC[stage]! - forcedAtStart });
    return decays.reduce(
      (sum, d) => sum + d.weight * Math.exp(-durationMin / d.tau),
      offset + slope * durationMin,
    );
  });
}

function checkLags(temperaturesC: readonly number[], lagsMin: readonly number[]): void {
  if (temperaturesC.length !== lagsMin.length)
    throw new RangeError(
      `temperaturesC must have one value per lag, got ${temperaturesC.length} for ${lagsMin.length}`,
    );
  for (const [i, tau] of lagsMin.entries()) {
    if (!(tau > 0 && Number.isFinite(tau))) throw new RangeError(`lagsMin must be above 0, got ${tau}`);
    if (lagsMin.indexOf(tau) !== i) throw new RangeError(`lagsMin must all differ, got ${tau} twice`);
  }
}
