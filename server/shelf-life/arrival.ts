import type { BatchStatus, EstimateFlag } from '../../models/contracts/estimate.ts';
import type { ArrivalOutlook } from '../../models/shelf-life/arrivalOutlook.ts';
import { batchStatus } from '../../models/shelf-life/batchStatus.ts';
import type { Uncovered } from '../../models/shelf-life/gap.ts';
import type { Interval } from '../../models/shelf-life/lifeEstimate.ts';
import { msPerHour } from '../../models/units.ts';
import { type EstimateParts, silentForH } from './estimateBatch.ts';
import { futureTemperature } from './futureTemperature.ts';
import { toIntervalView } from './lifeView.ts';

/** How warm the goods are expected to be on a part of a journey, in °C: the likely figure within what is plausible. */
export interface PlannedLeg {
  readonly from: number;
  readonly to: number;
  readonly temperatureC: number;
  readonly lowC: number;
  readonly highC: number;
}

export interface ArrivalQuestion {
  /** In any order, not overlapping. Time between now and arrival outside any leg is spent as the batch is kept now. */
  readonly legs: readonly PlannedLeg[];
  readonly arrivesAt: number;
  /** From arrival on; null: as the batch is kept now. */
  readonly keptAtC: number | null;
  /** Hours of life somebody asks for on arrival: answered with `shareShort`. */
  readonly needH?: number | undefined;
  /** Only the lower end is worth its time: unless the status is unknown, p95 is then the median and the best share 0. */
  readonly isBrief?: boolean | undefined;
}

/** What is left of a batch when it arrives. */
export interface Arrival {
  readonly arrivesAt: number;
  /** Hours from arrival; 0 when past. */
  readonly remainingH: Interval;
  readonly status: BatchStatus;
  readonly keptAtC: number;
  /** p05 of the same batch made now and kept so: scales the "use soon" line. */
  readonly lifeAtMakingH: number;
  /** How likely less than `needH` is left: with all gaps and plans at their best and at their worst; null without a need. */
  readonly shareShort: { readonly best: number; readonly worst: number } | null;
  /** Share of the time from production to now (or to an arrival that is past) that readings cover. */
  readonly measuredShare: number;
  readonly lastReadingAt: number | null;
  readonly flags: readonly EstimateFlag[];
}

/**
 * The batch's own history until `knownUntil`, then the legs, then `keptAtC`.
 *
 * A leg that is under way counts only for what lies ahead. What no reading covers of its past is a gap like any other (a
 * plan is no measurement), at worst as warm as the leg's `highC` where that is above the usual worst.
 *
 * @param near  what it was a moment ago: found sooner
 */
export function arrivalOf(
  parts: EstimateParts,
  question: ArrivalQuestion,
  knownUntil: number,
  near?: Interval,
): { readonly life: ArrivalOutlook; readonly arrival: Arrival } {
  const { arrivesAt, needH } = question;
  const keptNowC = futureTemperature(parts.track.batch, parts.recentMeanC).temperatureC;
  const keptAtC = question.keptAtC ?? keptNowC;
  const until = Math.min(knownUntil, arrivesAt);
  const input = {
    asOf: arrivesAt,
    futureTemperatureC: keptAtC,
    evidence: parts.evidence,
    uncovered: [
      ...parts.coverage.uncovered.map(span => withWorstOfLegs(span, question.legs)),
      ...plannedSpans(question, until, keptNowC),
    ],
  };
  const by = needH === undefined ? null : arrivesAt + Math.max(0, needH) * msPerHour;
  const silence = silentForH(parts, until);
  const brief = question.isBrief === true ? parts.life.arrival(input, by, near, true) : null;
  const isEnough = brief !== null && batchStatus({ ...brief, silentForH: silence }) !== 'unknown';
  const life = isEnough ? brief : parts.life.arrival(input, by, near);
  const arrival = {
    arrivesAt,
    remainingH: toIntervalView(life.remainingH),
    status: batchStatus({ ...life, silentForH: silence }),
    keptAtC,
    lifeAtMakingH: life.lifeAtMakingH,
    shareShort: life.limitBefore,
    measuredShare: life.measuredShare,
    lastReadingAt: parts.coverage.lastReading?.at ?? null,
    flags: life.flags,
  };
  return { life, arrival };
}

/** From `from` to arrival without a hole: the legs, and between them the batch as it is kept now. */
function plannedSpans({ legs, arrivesAt }: ArrivalQuestion, from: number, keptNowC: number): Uncovered[] {
  const spans: Uncovered[] = [];
  let at = from;
  const fill = (to: number, plannedC: number, lowC: number, highC: number): void => {
    if (to <= at) return;
    const planned = {
      plannedC,
      plannedLowC: Math.min(lowC, plannedC),
      plannedHighC: Math.max(highC, plannedC),
    };
    spans.push({ from: at, to, beforeC: null, afterC: null, ...planned });
    at = to;
  };
  for (const leg of legs.toSorted((a, b) => a.from - b.from)) {
    fill(Math.min(leg.from, arrivesAt), keptNowC, keptNowC, keptNowC);
    fill(Math.min(leg.to, arrivesAt), leg.temperatureC, leg.lowC, leg.highC);
  }
  fill(arrivesAt, keptNowC, keptNowC, keptNowC);
  return spans;
}

function withWorstOfLegs(span: Uncovered, legs: readonly PlannedLeg[]): Uncovered {
  const during = legs.filter(leg => leg.from < span.to && leg.to > span.from);
  if (during.length === 0) return span;
  return { ...span, warmestC: Math.max(...during.map(leg => leg.highC), span.warmestC ?? -Infinity) };
}
