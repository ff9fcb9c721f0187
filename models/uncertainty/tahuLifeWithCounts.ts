import { ModelDomainError } from '../errors.ts';
import type { TahuParameters } from '../parameters/tahu.ts';
import { organismsOf } from '../shelf-life/organism.ts';
import { branchCurve, TemperatureMoments } from '../shelf-life/temperatureMoments.ts';
import { TimeAtTemperature } from '../shelf-life/timeAtTemperature.ts';
import type { Segment } from '../temperatureHistory.ts';
import { hoursBetween } from '../units.ts';
import {
  conditionedTimeToLimit,
  type TimeToLimitDraws,
  type WeightedHours,
  weightedQuantile,
} from './timeToLimitDraws.ts';

/** A count of the laboratory on a sample of the batch. */
export interface BatchCount {
  /** When the sample was taken, epoch ms. */
  readonly at: number;
  readonly countLog10CfuPerG: number;
  /** Analyst and sample together, log10; 0.3 when absent. */
  readonly sdLog10?: number;
}

export interface TahuLifeWithCountsInput {
  readonly parameters: TahuParameters;
  readonly producedAt: number;
  readonly asOf: number;
  /** Straight lines from making to asOf. */
  readonly segments: readonly Segment[];
  readonly futureTemperatureC: number;
  /** One or more. */
  readonly counts: readonly BatchCount[];
  readonly draws?: number;
  readonly seed?: number;
}

export interface TahuLifeWithCounts {
  /** Hours until the spoilage limit or the first rule, whichever is earlier; 0 when past. */
  readonly remainingH: { readonly median: number; readonly p05: number; readonly p95: number };
  /** How many equal draws the counts left: few mean that they contradict the model. */
  readonly effectiveDraws: number;
  /** Share of the draws that have reached the limit within so many hours from asOf. */
  readonly shareEndedWithin: (hours: number) => number;
}

const usualDraws = 20_000;

/**
 * Remaining life of tahu after laboratory counts: start, rate, lot and limit are drawn as for any batch, and a draw that
 * predicted the counts weighs more. Of the spoilage flora and the rules; a total count says nothing of pathogens.
 *
 * @throws {ModelDomainError} for a count outside [producedAt, asOf], and when hardly any draw comes near the counts
 */
export function tahuLifeWithCounts(input: TahuLifeWithCountsInput): TahuLifeWithCounts {
  const { parameters, producedAt, asOf, segments, futureTemperatureC, counts } = input;
  for (const [i, { at }] of counts.entries())
    if (!(at >= producedAt && at <= asOf))
      throw new ModelDomainError(
        `counts[${i}].at`,
        at,
        `from making (${producedAt}) to the last reading (${asOf})`,
      );
  const { optimumC } = organismsOf(parameters)[0]!;
  const curve = branchCurve(parameters, 'best', optimumC);
  const momentsUntil = (until: number): TemperatureMoments => {
    const time = new TimeAtTemperature();
    for (const segment of segments) if (segment.from < until) time.add(clipped(segment, until), 1);
    const moments = new TemperatureMoments();
    moments.sum(time, [], curve);
    return moments;
  };
  const integralUntil = (until: number) => {
    const moments = momentsUntil(until);
    return ({ b, tMinC }: Readonly<Record<string, number>>) => moments.muIntegral(b! * b!, tMinC!);
  };
  const futureC = curve.effectiveC(futureTemperatureC);
  const weight = curve.weight(futureC);
  const request: TimeToLimitDraws = {
    ...uncertain(parameters),
    history: integralUntil(asOf),
    futureMuLnPerH: ({ b, tMinC }) => (b! * Math.max(0, futureC - tMinC!)) ** 2 * weight,
    limitLog10Cfu: parameters.spoilage.limitLog10Cfu.range,
    lotRateLnSd: parameters.spoilage.lotRateLnSd.value,
    draws: input.draws ?? usualDraws,
    seed: input.seed ?? 1,
  };
  const weighted = conditionedTimeToLimit(
    request,
    counts.map(({ at, countLog10CfuPerG, sdLog10 }) => ({
      countLog10CfuPerG,
      muIntegral: integralUntil(at),
      ...(sdLog10 === undefined ? {} : { sdLog10 }),
    })),
  );
  const ruleH = Math.min(...parameters.caps.map(cap => cap.hours)) - hoursBetween(producedAt, asOf);
  const quantile = (p: number) => Math.max(0, Math.min(ruleH, weightedQuantile(weighted, p)));
  return {
    remainingH: { median: quantile(0.5), p05: quantile(0.05), p95: quantile(0.95) },
    effectiveDraws: weighted.effectiveDraws,
    shareEndedWithin: hours => (hours >= ruleH ? 1 : shareBelow(weighted, hours)),
  };
}

/** Mean and covariance of what is uncertain about a class of tahu. */
function uncertain({
  spoilage,
}: TahuParameters): Pick<TimeToLimitDraws, 'names' | 'mean' | 'covariance' | 'fixed'> {
  const { b, tMinC, h0, initialLog10Cfu, bTMinCorrelation, maxLog10Cfu } = spoilage;
  const each = [b, tMinC, h0, initialLog10Cfu];
  const covariance = each.map((one, i) => each.map((_, j) => (i === j ? one.sd * one.sd : 0)));
  covariance[0]![1] = covariance[1]![0] = bTMinCorrelation.value * b.sd * tMinC.sd;
  return {
    names: ['b', 'tMinC', 'h0', 'logN0'],
    mean: each.map(parameter => parameter.value),
    covariance,
    fixed: { logNmax: maxLog10Cfu.value },
  };
}

function clipped(segment: Segment, until: number): Segment {
  if (segment.to <= until) return segment;
  const share = (until - segment.from) / (segment.to - segment.from);
  return { ...segment, to: until, toC: segment.fromC + share * (segment.toC - segment.fromC) };
}

function shareBelow({ hours, weights }: WeightedHours, limitH: number): number {
  let share = 0;
  for (const [i, weight] of weights.entries()) {
    if (hours[i]! > limitH) break;
    share += weight;
  }
  return Math.min(1, share);
}
