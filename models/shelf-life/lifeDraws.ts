import type { LimitId } from '../contracts/estimate.ts';
import type { DrawTable } from './drawTable.ts';
import type { BranchCurve, HeldHours } from './temperatureMoments.ts';
import type { TimeAtTemperature } from './timeAtTemperature.ts';

/** A pathogen's history and future, all it takes to know when a pack that carries it is past its limit. */
export interface PathogenCourse {
  readonly limit: LimitId;
  readonly prevalence: number;
  readonly muIntegral: number;
  readonly muIntegralRequired: number;
  readonly futureMuLnPerH: number;
}

export interface LifeDrawsInput {
  readonly table: DrawTable;
  readonly curve: BranchCurve;
  readonly measured: TimeAtTemperature;
  readonly held: readonly HeldHours[];
  readonly pathogens: readonly PathogenCourse[];
  readonly futureTemperatureC: number;
  /** Hours until the first cap; negative when it is past. */
  readonly capH: number;
  readonly capLimit: LimitId;
  /** Dates what is past, in hours from now (negative), by the share of the growth so far that was done then; and back. */
  readonly past: {
    readonly hoursOfShare: (share: number) => number;
    readonly shareOfHours: (hours: number) => number;
  };
}

/** Hours until a limit, or the share of the growth at which it was passed, less 1. */
export function endOf(muIntegral: number, required: number, futureMu: number): number {
  const left = required - muIntegral;
  if (left > 0) return left / futureMu;
  return required > 0 ? required / muIntegral - 1 : -1;
}
