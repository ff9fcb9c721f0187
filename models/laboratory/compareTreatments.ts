import type { LimitId } from '../contracts/estimate.ts';
import { ModelDomainError } from '../errors.ts';
import { baranyiGrowthRequired } from '../growth/baranyi.ts';
import type { TahuParameters } from '../parameters/tahu.ts';
import { type ChosenLever, type CombinedEffect, combineLevers } from '../preservation/combineLevers.ts';
import type { EnteredLimit, FoodLaw } from '../preservation/legalGate.ts';
import type { Graded } from '../preservation/lever.ts';
import { type Organism, organismsOf } from '../shelf-life/organism.ts';
import { quantileInPlace } from '../shelf-life/quantile.ts';
import { type Branch, branchCurve } from '../shelf-life/temperatureMoments.ts';
import { columnsOf, type FloraColumns } from './floraColumns.ts';
import { settingPh } from './treatmentFaults.ts';

/** A way of making and keeping tahu: its class by a parameter set, and what is done beside that. */
export interface TreatmentSetting {
  readonly parameters: TahuParameters;
  readonly levers: readonly ChosenLever[];
  /** Mean count when it is put away, log10 CFU/g; absent: that of the class. It varies between batches as there. */
  readonly initialLog10Cfu?: number;
}

export interface CompareOptions {
  readonly law: FoodLaw;
  readonly entered?: readonly EnteredLimit[];
  /** 2,000 when absent. */
  readonly draws?: number;
  readonly seed?: number;
}

/** Hours from making to the first limit, kept at one temperature. */
export interface LifeRange {
  readonly medianH: number;
  readonly p05H: number;
  readonly p95H: number;
}

/** How many times as long, from draws that share everything but what is compared. */
export interface LifeRatio {
  /** Lower 5 % of the paired ratios: "at least". */
  readonly atLeast: number;
  readonly median: number;
  /** The same of spoilage alone, without pathogens and rules. */
  readonly spoilageAtLeast: number;
  readonly spoilageMedian: number;
  /** Lower 5 % of the hours gained. */
  readonly gainedAtLeastH: number;
}

const usualDraws = 2_000;
const usualSeed = 1;
/** The acids are judged at the pH of the tahu: that of the coagulant, else that of tahu set with salts. */
const usualPh = 6;

/** A pathogen carried by at least this share of packs counts for the median too. */
const countsForMedianFrom = 0.5;

/**
 * Lives of one setting at any temperature. Growth at one temperature needs no integration: hours = M / (mu f), M the
 * integral of mu the flora needs. Every setting uses the same quasi-random points, so two are compared draw by draw.
 *
 * Levers act on the spoilage flora alone: no figure for a pathogen in tahu is known, so pathogens and caps end a life as
 * they do without them. What several levers do is independent of each other; how well they work is one draw for all.
 *
 * @throws {ModelDomainError} for what {@link legalFaults} names, and as combineLevers
 */
export class TreatmentLives {
  readonly setting: TreatmentSetting;
  readonly #options: CompareOptions;
  readonly #draws: number;
  readonly #columns: FloraColumns;
  readonly #required: Float64Array;
  readonly #factor: Float64Array;
  readonly #capH: number;
  readonly #capLimit: LimitId;
  readonly #organisms: readonly Organism[];
  readonly #pathogenRequired: readonly number[];
  readonly #scratch: readonly [Float64Array, Float64Array];
  #effect: CombinedEffect | undefined;
  #requiredFor = '';

  constructor(setting: TreatmentSetting, options: CompareOptions) {
    const { parameters } = setting;
    this.setting = setting;
    this.#options = options;
    this.#draws = options.draws ?? usualDraws;
    this.#columns = columnsOf(parameters.spoilage, this.#draws, options.seed ?? usualSeed);
    this.#required = new Float64Array(this.#draws);
    this.#factor = new Float64Array(this.#draws);
    this.#scratch = [new Float64Array(this.#draws), new Float64Array(this.#draws)];
    const cap = parameters.caps.reduce((first, next) => (next.hours < first.hours ? next : first));
    this.#capH = cap.hours;
    this.#capLimit = cap.limit;
    this.#organisms = organismsOf(parameters);
    this.#pathogenRequired = this.#organisms
      .slice(1)
      .map(({ limitLog10Cfu, population }) => baranyiGrowthRequired(limitLog10Cfu, population) ?? Infinity);
  }

  get draws(): number {
    return this.#draws;
  }

  /** What the levers do together at a temperature. */
  effectAt(temperatureC: number): CombinedEffect {
    const { levers } = this.setting;
    const ph = levers.find(({ leverId }) => settingPh.includes(leverId))?.dose ?? usualPh;
    const { law, entered } = this.#options;
    return combineLevers(levers, { temperatureC, ph }, law, entered);
  }

  /** Median and 90 % interval at a temperature. */
  rangeAt(temperatureC: number): LifeRange {
    const [all, spoilage] = this.#scratch;
    this.livesAt(temperatureC, 'worst', all, spoilage);
    const p05 = quantileInPlace(all, 0.05);
    if (!this.#branchesAgreeAt(temperatureC)) this.livesAt(temperatureC, 'best', all, spoilage);
    const p95 = quantileInPlace(all, 0.95);
    const medianH = this.#centralAt(temperatureC);
    return { medianH, p05H: Math.min(p05, medianH), p95H: Math.max(p95, medianH) };
  }

  /** What ends most of the lives at or below the lower end of the interval. */
  limitAt(temperatureC: number): LimitId {
    const [all, spoilage] = this.#scratch;
    this.livesAt(temperatureC, 'worst', all, spoilage);
    return this.#limitOfShortest(temperatureC, quantileInPlace(all, 0.05), spoilage);
  }

  /** Hours of every draw: until the first limit, and until spoilage alone (Infinity where it never comes). */
  livesAt(temperatureC: number, branch: Branch, all: Float64Array, spoilage: Float64Array): void {
    this.#prepare(temperatureC);
    const { rate, tMinC, presence, lotRate } = this.#columns;
    const curve = branchCurve(this.setting.parameters, branch, this.#organisms[0]!.optimumC);
    const effectiveC = curve.effectiveC(temperatureC);
    const weight = curve.weight(effectiveC);
    const pathogens = this.#pathogensAt(temperatureC, branch);
    for (let i = 0; i < this.#draws; i++) {
      const above = effectiveC - tMinC[i]!;
      const mu = above > 0 ? rate[i]! * above * above * weight * this.#factor[i]! : 0;
      const required = this.#required[i]!;
      const hours = required > 0 ? required / mu : 0;
      spoilage[i] = hours;
      let end = Math.min(hours, this.#capH);
      for (const { prevalence, hours: usual } of pathogens)
        if (presence[i]! < prevalence) end = Math.min(end, usual / lotRate[i]!);
      all[i] = end;
    }
  }

  /** What most often ends a life before spoilage would: a pathogen or a cap; null when nothing does. */
  heldBackByAt(temperatureC: number): LimitId | null {
    const [all, spoilage] = this.#scratch;
    this.livesAt(temperatureC, 'worst', all, spoilage);
    const pathogens = this.#pathogensAt(temperatureC, 'worst').sort((a, b) => a.hours - b.hours);
    const counts = new Map<LimitId, number>();
    for (let i = 0; i < this.#draws; i++) {
      if (all[i]! >= spoilage[i]!) continue;
      const carried = pathogens.find(pathogen => this.#columns.presence[i]! < pathogen.prevalence);
      const limit = all[i] === this.#capH ? this.#capLimit : (carried?.limit ?? this.#capLimit);
      counts.set(limit, (counts.get(limit) ?? 0) + 1);
    }
    const most = Math.max(0, ...counts.values());
    return [...counts].find(([, count]) => count === most)?.[0] ?? null;
  }

  #pathogensAt(
    temperatureC: number,
    branch: Branch,
  ): { limit: LimitId; prevalence: number; hours: number }[] {
    return this.#organisms.slice(1).map(({ limit, prevalence, rate, optimumC }, index) => ({
      limit,
      prevalence,
      hours:
        this.#pathogenRequired[index]! /
        rate(branch === 'worst' ? Math.min(temperatureC, optimumC) : temperatureC),
    }));
  }

  /** Puts what the levers do into the columns; most do the same at every temperature. */
  #prepare(temperatureC: number): void {
    const effect = this.effectAt(temperatureC);
    const { rateFactor, logReduction, addedH0 } = effect;
    const { preservation, h0, initialLog10Cfu, limitLog10Cfu } = this.#columns;
    const key = [rateFactor, logReduction, addedH0].flatMap(one => [one.value, ...one.range]).join(' ');
    if (key === this.#requiredFor) return;
    this.#requiredFor = key;
    this.#effect = effect;
    const { spoilage } = this.setting.parameters;
    const maxLog10Cfu = spoilage.maxLog10Cfu.value;
    const shift =
      (this.setting.initialLog10Cfu ?? spoilage.initialLog10Cfu.value) - spoilage.initialLog10Cfu.value;
    const population = { initialLog10Cfu: 0, h0: 0, maxLog10Cfu };
    for (let i = 0; i < this.#draws; i++) {
      const luck = preservation[i]!;
      this.#factor[i] = within(rateFactor, luck, true);
      population.initialLog10Cfu = Math.min(
        initialLog10Cfu[i]! + shift - within(logReduction, luck, false),
        maxLog10Cfu,
      );
      population.h0 = h0[i]! + within(addedH0, luck, false);
      this.#required[i] = baranyiGrowthRequired(limitLog10Cfu[i]!, population) ?? Infinity;
    }
  }

  /** The life at the central parameters, in closed form, as the median of every estimate is. */
  #centralAt(temperatureC: number): number {
    const { parameters, initialLog10Cfu } = this.setting;
    const [spoilers, ...carriers] = this.#organisms;
    const { rateFactor, logReduction, addedH0 } = this.#effect ?? this.effectAt(temperatureC);
    const { population, limitLog10Cfu, rate } = spoilers!;
    const start = (initialLog10Cfu ?? population.initialLog10Cfu) - logReduction.value;
    const required =
      baranyiGrowthRequired(limitLog10Cfu, {
        initialLog10Cfu: Math.min(start, parameters.spoilage.maxLog10Cfu.value),
        h0: population.h0 + addedH0.value,
        maxLog10Cfu: population.maxLog10Cfu,
      }) ?? Infinity;
    let hours = Math.min(this.#capH, required > 0 ? required / (rate(temperatureC) * rateFactor.value) : 0);
    for (const [index, carrier] of carriers.entries())
      if (carrier.prevalence >= countsForMedianFrom)
        hours = Math.min(hours, this.#pathogenRequired[index]! / carrier.rate(temperatureC));
    return hours;
  }

  #branchesAgreeAt(temperatureC: number): boolean {
    const { spoilage, testedRangeC } = this.setting.parameters;
    const coldestC = spoilage.heldBelowC ? -Infinity : testedRangeC.min;
    return temperatureC >= coldestC && temperatureC <= Math.min(...this.#organisms.map(one => one.optimumC));
  }

  /** @param spoilage  hours until spoilage alone, draw by draw */
  #limitOfShortest(temperatureC: number, until: number, spoilage: Float64Array): LimitId {
    if (until >= this.#capH) return this.#capLimit;
    const pathogens = this.#pathogensAt(temperatureC, 'worst');
    const counts = new Map<LimitId, number>([['spoilage', 0]]);
    const { presence, lotRate } = this.#columns;
    for (let i = 0; i < this.#draws; i++) {
      let limit: LimitId = 'spoilage';
      let end = spoilage[i]!;
      for (const pathogen of pathogens) {
        const hours = pathogen.hours / lotRate[i]!;
        if (presence[i]! >= pathogen.prevalence || hours >= end) continue;
        end = hours;
        limit = pathogen.limit;
      }
      if (end <= until) counts.set(limit, (counts.get(limit) ?? 0) + 1);
    }
    return [...counts].reduce((most, next) => (next[1] > most[1] ? next : most))[0];
  }
}

/**
 * How many times as long `other` keeps as `base` at a temperature, draw by draw.
 *
 * @param otherTemperatureC  where the other one is kept; absent: at the same temperature
 */
export function lifeRatio(
  base: TreatmentLives,
  other: TreatmentLives,
  temperatureC: number,
  otherTemperatureC = temperatureC,
): LifeRatio {
  if (base.draws !== other.draws)
    throw new ModelDomainError('draws', other.draws, `those of the baseline (${base.draws})`);
  const column = () => new Float64Array(base.draws);
  const [baseAll, baseAlone, otherAll, otherAlone] = [column(), column(), column(), column()];
  base.livesAt(temperatureC, 'worst', baseAll, baseAlone);
  other.livesAt(otherTemperatureC, 'worst', otherAll, otherAlone);
  const gained = otherAll.map((hours, i) => hours - baseAll[i]!);
  const all = otherAll.map((hours, i) => timesAsLong(hours, baseAll[i]!));
  const alone = otherAlone.map((hours, i) => timesAsLong(hours, baseAlone[i]!));
  return {
    atLeast: quantileInPlace(all, 0.05),
    median: quantileInPlace(all, 0.5),
    spoilageAtLeast: quantileInPlace(alone, 0.05),
    spoilageMedian: quantileInPlace(alone, 0.5),
    gainedAtLeastH: quantileInPlace(gained, 0.05),
  };
}

/** Neither keeps, or neither ever spoils: nothing was gained. */
const timesAsLong = (hours: number, base: number): number => (hours === base ? 1 : hours / base);

/** Half of the draws on either side of the value, evenly up to the ends of the range. @param isKinderLow  1: less is better */
function within({ value, range }: Graded, luck: number, isKinderLow: boolean): number {
  const [low, high] = range;
  const [harder, kinder] = isKinderLow ? [high, low] : [low, high];
  return luck < 0.5 ? harder + (value - harder) * 2 * luck : value + (kinder - value) * (2 * luck - 1);
}
