import type { EstimateFlag, LimitId } from '../contracts/estimate.ts';
import { finite, ModelDomainError } from '../errors.ts';
import { baranyiCount } from '../growth/baranyi.ts';
import { integrateRate } from '../growth/integrateRate.ts';
import type { TahuParameters } from '../parameters/tahu.ts';
import { hoursBetween, msPerHour } from '../units.ts';
import { conditionedInterval, type LifeInterval } from './conditionedInterval.ts';
import { type CoveredTime, coverTime, hoursOf, hoursWarmer } from './coverTime.ts';
import { type DrawTable, drawTableFor } from './drawTable.ts';
import { flagsOf } from './estimateFlags.ts';
import type { AssumedSpan } from './gap.ts';
import type { GrowthDating, GrowthLedger } from './growthLedger.ts';
import type { LifeDrawsInput, PathogenCourse } from './lifeDraws.ts';
import type { EstimateInput, Interval, LifeEstimate, LifeEvidence, LifeOutlook } from './lifeEstimate.ts';
import { arrheniusHoursAt, checkTemperature, type LifeSums, meanKineticFromSums } from './lifeSums.ts';
import type { Organism } from './organism.ts';
import { type SortedLives, sortedLives } from './sortedLives.ts';
import { type Branch, branchCurve, TemperatureMoments } from './temperatureMoments.ts';
import { binCentreC, TimeAtTemperature } from './timeAtTemperature.ts';
import { type TimeToLimit, timeToLimit } from './timeToLimit.ts';

export const usualDraws = 20_000;
export const usualSeed = 1;

/** A pathogen carried by at least this share of packs counts for the median too. */
const countsForMedianFrom = 0.5;

/** What the central figures and the draws are worked out from. */
export interface Situation {
  readonly sums: LifeSums;
  readonly parameters: TahuParameters;
  readonly asOf: number;
  readonly futureTemperatureC: number;
  readonly time: CoveredTime;
  readonly table: DrawTable;
  /** Central integral of mu of each organism, gaps on their straight lines. */
  readonly muIntegrals: readonly number[];
  /** Dates what is past; hours are counted from asOf and negative. */
  readonly past: LifeDrawsInput['past'];
}

interface DrawnInterval extends LifeInterval {
  readonly seenFlags: readonly EstimateFlag[];
}

/** A limit on its own at the central parameters. `signedH` is negative when it is past, Infinity when it never comes. */
export interface CentralLimit {
  readonly limit: LimitId;
  readonly signedH: number;
  readonly countsForMedian: boolean;
}

/** What `BatchLife.estimate` does: central figures in closed form, the interval from draws. */
export function estimateLife(sums: LifeSums, input: EstimateInput): LifeEstimate {
  const situation = situationOf(sums, input);
  const { parameters, asOf, time, futureTemperatureC } = situation;
  const limits = centralLimits(situation);
  const median = Math.min(...limits.filter(limit => limit.countsForMedian).map(limit => limit.signedH));
  const drawn = drawInterval(situation, median);
  const evidence = input.evidence ?? [];
  const { signedH, countLog10CfuPerG, limitOfShortest, seenFlags } =
    evidence.length === 0 ? drawn : conditioned(situation, evidence, drawn);
  const remainingH = mapInterval(signedH, hours => Math.max(0, hours));
  return {
    remainingH,
    crossedAt: signedH.median <= 0 ? Math.round(asOf + signedH.median * msPerHour) : null,
    keepsUntil: mapInterval(signedH, hours => Math.round(asOf + hours * msPerHour)),
    countLog10CfuPerG,
    limitLog10CfuPerG: parameters.spoilage.limitLog10Cfu.value,
    limitedBy: limitOfShortest,
    limits: limits.map(({ limit, signedH: hours }) => ({
      limit,
      remainingH: Number.isFinite(hours) ? Math.max(0, hours) : null,
    })),
    futureTemperatureC,
    measuredShare: measuredShareOf(situation),
    gapH: time.gapH,
    meanKineticTemperatureC: meanKineticFromSums(
      sums.arrheniusH() + arrheniusH(time.held),
      sums.measuredH() + time.heldH,
    ),
    timeOutOfRangeH: sums.outOfRangeH() + hoursWarmer(time.held, sums.outOfRangeAboveC),
    outOfRangeAboveC: sums.outOfRangeAboveC,
    lifeAtMakingH: lifeAtMaking(situation),
    lifeUsed: spoilageLife(situation).lifeUsed,
    flags: [...flagsOf(sums, time, futureTemperatureC, remainingH), ...seenFlags],
    modelId: parameters.modelId,
    parameterSetId: parameters.parameterSetId,
    parameterSetVersion: parameters.parameterSetVersion,
  };
}

/**
 * Only how long the batch keeps, bit for bit as {@link estimateLife} says: a fifth of its work, for all batches at once.
 *
 * @param nearH  the p05 of a moment ago, so that it is found sooner
 */
export function outlookOf(sums: LifeSums, input: EstimateInput, nearH?: number): LifeOutlook {
  if (input.evidence !== undefined && input.evidence.length > 0) return estimateLife(sums, input);
  const situation = situationOf(sums, input);
  const limits = centralLimits(situation).filter(limit => limit.countsForMedian);
  const median = Math.min(...limits.map(limit => limit.signedH));
  const near = nearH !== undefined && nearH > 0 ? nearH : undefined;
  const p05 = Math.min(median, sortedLives(drawInput(situation, 'worst'), near).remainingH(0.05));
  return {
    remainingH: { median: Math.max(0, median), p05: Math.max(0, p05) },
    keepsUntil: {
      median: Math.round(input.asOf + median * msPerHour),
      p05: Math.round(input.asOf + p05 * msPerHour),
    },
    lifeAtMakingH: lifeAtMaking(situation),
    lifeUsed: spoilageLife(situation).lifeUsed,
  };
}

export function situationOf(sums: LifeSums, input: EstimateInput): Situation {
  const { asOf, draws = usualDraws, seed = usualSeed } = input;
  const { producedAt, parameters, organisms } = sums;
  if (!(finite('asOf', asOf) >= producedAt))
    throw new ModelDomainError('asOf', asOf, `at or after producedAt (${producedAt})`);
  if (!Number.isInteger(draws) || draws < 100 || draws > 1_000_000)
    throw new ModelDomainError('draws', draws, 'a whole number from 100 to 1000000');
  if (!Number.isInteger(seed)) throw new ModelDomainError('seed', seed, 'a whole number');
  const futureTemperatureC = checkTemperature('futureTemperatureC', input.futureTemperatureC);
  const time = coverTime(sums, input);
  const muIntegrals = organisms.map(({ rate, kinksC }, index) =>
    time.spans.reduce((sum, span) => sum + integrateRate(span.central, rate, kinksC), sums.muIntegral(index)),
  );
  return {
    sums,
    parameters,
    asOf,
    futureTemperatureC,
    time,
    table: drawTableFor(parameters.spoilage, draws, seed),
    muIntegrals,
    past: datingFrom(sums, time.spans, asOf),
  };
}

/** Dates the growth so far; set up only when something is past. */
function datingFrom(sums: LifeSums, spans: readonly AssumedSpan[], asOf: number): LifeDrawsInput['past'] {
  let known: GrowthDating | undefined;
  const dating = (): GrowthDating => {
    known ??= bookSpans(sums, spans).dating(asOf);
    return known;
  };
  return {
    hoursOfShare: share => hoursBetween(asOf, dating().instantOfShare(share)),
    shareOfHours: hours => dating().shareAt(asOf + hours * msPerHour),
  };
}

function bookSpans(sums: LifeSums, spans: readonly AssumedSpan[]): GrowthLedger {
  const { rate, kinksC } = sums.organisms[0]!;
  const ledger = sums.ledger.copy();
  for (const { central } of spans)
    for (const piece of ledger.cut(central)) ledger.book(piece, integrateRate(piece, rate, kinksC), 1);
  return ledger;
}

export function spoilageLife({ sums, muIntegrals, futureTemperatureC }: Situation): TimeToLimit {
  const { rate, limitLog10Cfu, population } = sums.organisms[0]!;
  return timeToLimit(muIntegrals[0]!, rate(futureTemperatureC), limitLog10Cfu, population);
}

/** Share of the time since making that readings cover. */
export function measuredShareOf({ sums, time }: Situation): number {
  const measuredH = sums.measuredH() + time.heldH;
  if (measuredH > 0) return measuredH / (measuredH + time.gapH);
  return time.gapH > 0 ? 0 : 1;
}

/** Every limit at the central parameters. */
export function centralLimits(situation: Situation): CentralLimit[] {
  const { sums, parameters, muIntegrals, futureTemperatureC, asOf } = situation;
  const byGrowth = sums.organisms.map(({ limit, rate, limitLog10Cfu, population, prevalence }, index) => {
    const muIntegral = muIntegrals[index]!;
    const life = timeToLimit(muIntegral, rate(futureTemperatureC), limitLog10Cfu, population);
    const signedH =
      life.remainingH === 0
        ? situation.past.hoursOfShare(muIntegral > 0 ? life.muIntegralRequired! / muIntegral : 0)
        : (life.remainingH ?? Number.POSITIVE_INFINITY);
    return { limit, signedH, countsForMedian: prevalence >= countsForMedianFrom };
  });
  const byRule = parameters.caps.map(({ limit, hours }) => ({
    limit,
    signedH: hours - hoursBetween(sums.producedAt, asOf),
    countsForMedian: true,
  }));
  return [...byGrowth, ...byRule];
}

/** The ends of the 90 % interval: the short lives and high counts of the worst branch, the others of the best. */
function drawInterval(situation: Situation, median: number): DrawnInterval {
  const worst = drawBranch(situation, 'worst');
  const remainingP05H = worst.remainingH(0.05);
  const worstCount = worst.countLog10Cfu();
  const limitOfShortest = worst.limitOfShortest(0.05);
  const best = branchesAgree(situation) ? worst : drawBranch(situation, 'best');
  const remainingP95H = best.remainingH(0.95);
  const bestCount = best === worst ? worstCount : best.countLog10Cfu();
  const count = baranyiCount(situation.muIntegrals[0]!, situation.sums.organisms[0]!.population);
  return {
    signedH: around(median, remainingP05H, remainingP95H),
    countLog10CfuPerG: around(count, bestCount.p05, worstCount.p95),
    limitOfShortest,
    seenFlags: [],
  };
}

function conditioned(
  situation: Situation,
  evidence: readonly LifeEvidence[],
  without: LifeInterval,
): DrawnInterval {
  const branches: Branch[] = branchesAgree(situation) ? ['worst'] : ['worst', 'best'];
  const drawIn = (branch: Branch) => drawInput(situation, branch);
  const { flags, ...interval } = conditionedInterval(drawIn, branches, evidence, without);
  return { ...interval, seenFlags: flags };
}

/** The moments of the whole history of a situation in a branch. */
export function momentsOf(situation: Situation, branch: Branch): TemperatureMoments {
  const { measured, held, curve } = drawInput(situation, branch);
  const moments = new TemperatureMoments();
  moments.sum(measured, held, curve);
  return moments;
}

export function drawInput(situation: Situation, branch: Branch): LifeDrawsInput {
  const { sums, parameters, time } = situation;
  const inBranch = ({ worstC, bestC }: AssumedSpan) => (branch === 'worst' ? worstC : bestC);
  const cap = firstCap(parameters);
  return {
    table: situation.table,
    curve: branchCurve(parameters, branch, sums.organisms[0]!.optimumC),
    measured: sums.measured,
    held: time.spans.map(span => ({
      temperatureC: inBranch(span),
      hours: hoursBetween(span.central.from, span.central.to),
    })),
    pathogens: sums.organisms
      .slice(1)
      .map((organism, index) => pathogenCourse(situation, organism, index + 1, branch)),
    futureTemperatureC: situation.futureTemperatureC,
    capLimit: cap.limit,
    capH: cap.hours - hoursBetween(sums.producedAt, situation.asOf),
    past: situation.past,
  };
}

export function drawBranch(situation: Situation, branch: Branch, nearH?: number): SortedLives {
  return sortedLives(drawInput(situation, branch), nearH);
}

function pathogenCourse(
  { sums, time, futureTemperatureC }: Situation,
  organism: Organism,
  index: number,
  branch: Branch,
): PathogenCourse {
  const { rate, optimumC, limitLog10Cfu, population } = organism;
  // At worst a span is spent where the organism grows fastest within what is possible.
  const rateIn = ({ worstC, bestC }: AssumedSpan) =>
    rate(branch === 'worst' ? Math.min(worstC, Math.max(bestC, optimumC)) : bestC);
  const assumed = time.spans.reduce(
    (sum, span) => sum + rateIn(span) * hoursBetween(span.central.from, span.central.to),
    0,
  );
  const futureC = branch === 'worst' ? Math.min(futureTemperatureC, optimumC) : futureTemperatureC;
  return {
    limit: organism.limit,
    prevalence: organism.prevalence,
    muIntegral: sums.muIntegral(index) + assumed,
    muIntegralRequired:
      timeToLimit(0, 0, limitLog10Cfu, population).muIntegralRequired ?? Number.POSITIVE_INFINITY,
    futureMuLnPerH: rate(futureC),
  };
}

/** Whether the worst and the best branch are the same: no gaps, and no temperature at which they read the model apart. */
export function branchesAgree({ sums, parameters, time, futureTemperatureC }: Situation): boolean {
  if (time.gaps.length > 0 || time.planned.some(span => span.bestC !== span.worstC)) return false;
  const coldestC = parameters.spoilage.heldBelowC ? Number.NEGATIVE_INFINITY : parameters.testedRangeC.min;
  const warmestC = Math.min(...sums.organisms.map(organism => organism.optimumC));
  const agreeAt = (temperatureC: number) => temperatureC >= coldestC && temperatureC <= warmestC;
  let agree = agreeAt(futureTemperatureC) && time.spans.every(span => agreeAt(span.worstC));
  const spoilersOptimumC = sums.organisms[0]!.optimumC;
  sums.measured.forEach(bin => {
    agree &&= binCentreC(bin) >= coldestC && binCentreC(bin) <= spoilersOptimumC;
  });
  return agree;
}

const lives = new WeakMap<TahuParameters, Map<string, number>>();
const livesKept = 256;

/** p05 of a batch made now and kept at the future temperature. Remembered: it is asked for at every estimate. */
export function lifeAtMaking(situation: Situation): number {
  const { parameters, sums, table, futureTemperatureC } = situation;
  const remembered = lives.get(parameters) ?? new Map<string, number>();
  lives.set(parameters, remembered);
  const key = `${futureTemperatureC}:${table.draws}:${table.seed}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const cap = firstCap(parameters);
  const drawn = sortedLives({
    table,
    curve: branchCurve(parameters, 'worst', sums.organisms[0]!.optimumC),
    measured: new TimeAtTemperature(),
    held: [],
    pathogens: sums.organisms.slice(1).map((organism, index) => ({
      ...pathogenCourse(situation, organism, index + 1, 'worst'),
      muIntegral: 0,
    })),
    futureTemperatureC,
    capLimit: cap.limit,
    capH: cap.hours,
    past: situation.past,
  });
  const life = Math.max(0, drawn.remainingH(0.05));
  if (remembered.size >= livesKept) remembered.clear();
  remembered.set(key, life);
  return life;
}

function firstCap({ caps }: TahuParameters): TahuParameters['caps'][number] {
  return caps.reduce((first, cap) => (cap.hours < first.hours ? cap : first));
}

function arrheniusH(spans: readonly AssumedSpan[]): number {
  return spans.reduce((sum, span) => sum + arrheniusHoursAt(span.worstC, hoursOf([span])), 0);
}

/** An interval that holds its median: draws and closed form may differ by a hair at its ends. */
export function around(median: number, p05: number, p95: number): Interval {
  return { median, p05: Math.min(median, p05), p95: Math.max(median, p95) };
}

function mapInterval({ median, p05, p95 }: Interval, map: (value: number) => number): Interval {
  return { median: map(median), p05: map(p05), p95: map(p95) };
}
