import type { Estimate } from '../../models/contracts/estimate.ts';
import type { Interval, LifeEstimate } from '../../models/shelf-life/lifeEstimate.ts';

/** The part of an estimate that comes from the maths alone, in the words of the contract. */
export type LifeView = Pick<
  Estimate,
  | 'remainingH'
  | 'keepsUntil'
  | 'countLog10CfuPerG'
  | 'limitLog10CfuPerG'
  | 'limitedBy'
  | 'limits'
  | 'futureTemperatureC'
  | 'measuredShare'
  | 'gapH'
  | 'meanKineticTemperatureC'
  | 'timeOutOfRangeH'
  | 'outOfRangeAboveC'
  | 'lifeAtMakingH'
  | 'modelId'
  | 'parameterSetId'
  | 'parameterSetVersion'
>;

export function toLifeView(life: LifeEstimate): LifeView {
  return {
    remainingH: toIntervalView(life.remainingH),
    keepsUntil: {
      median: iso(life.keepsUntil.median),
      p05: iso(life.keepsUntil.p05),
      p95: iso(life.keepsUntil.p95),
    },
    countLog10CfuPerG: toIntervalView(life.countLog10CfuPerG),
    limitLog10CfuPerG: life.limitLog10CfuPerG,
    limitedBy: life.limitedBy,
    limits: life.limits.map(({ limit, remainingH }) => ({ limit, remainingH })),
    futureTemperatureC: life.futureTemperatureC,
    measuredShare: life.measuredShare,
    gapH: life.gapH,
    meanKineticTemperatureC: life.meanKineticTemperatureC,
    timeOutOfRangeH: life.timeOutOfRangeH,
    outOfRangeAboveC: life.outOfRangeAboveC,
    lifeAtMakingH: life.lifeAtMakingH,
    modelId: life.modelId,
    parameterSetId: life.parameterSetId,
    parameterSetVersion: life.parameterSetVersion,
  };
}

export function toIntervalView({ median, p05, p95 }: Interval): Interval {
  return { median, p05, p95 };
}

const iso = (at: number) => new Date(at).toISOString();
