import { ModelDomainError, positive } from '../errors.ts';
import { baranyiGrowthRequired } from '../growth/baranyi.ts';
import type { SpoilageFlora } from '../parameters/tahu.ts';
import { determinant2, inverse2, lotParameters, withoutNuisance } from './designInformation.ts';
import { type Candidate, candidatesOf } from './samplingCandidates.ts';

/** A point at which plates are counted, in every lot. */
export interface SamplingPoint {
  readonly temperatureC: number;
  readonly timeH: number;
  /** Plates counted there, in each lot. */
  readonly plates: number;
  /** What would be counted, log10 CFU/g. */
  readonly expectedLog10Cfu: number;
}

/**
 *   life   makes ln(life) at the chosen temperature as certain as possible (V-optimal)
 *   rate   makes b and Tmin together as certain as possible, whatever temperature is asked for (D-optimal)
 */
export type PlanAim = 'life' | 'rate';

export interface PlanRequest {
  readonly flora: SpoilageFlora;
  /** Where the life is to be known. */
  readonly temperatureC: number;
  /** Plates over all lots. */
  readonly plates: number;
  /** Where curves may be followed. */
  readonly temperaturesC: readonly number[];
  /** Different cooks, each followed at every point; 1 when absent. */
  readonly lots?: number;
  /** Incubators: how many of the temperatures may be used; 4 when absent. */
  readonly mostTemperatures?: number;
  /** Plates at one point of one lot; 2 when absent. */
  readonly mostPlatesAtPoint?: number;
  /** Longest experiment, hours; 45 days when absent. */
  readonly longestH?: number;
  /** Standard deviation of one count, log10; 0.3 when absent. */
  readonly countSdLog10?: number;
  readonly aim?: PlanAim;
}

/** Standard deviations of ln(life) and what they mean: life times or through `factor` holds nine times in ten. */
export interface LifeKnowledge {
  readonly lnSd: number;
  readonly factor: number;
}

export interface ExperimentPlan {
  /** By temperature, then by time. */
  readonly points: readonly SamplingPoint[];
  readonly lots: number;
  readonly platesUsed: number;
  /** How well the life of a lot with the usual start is known, by the errors of b and Tmin alone. */
  readonly before: LifeKnowledge;
  readonly after: LifeKnowledge;
  /** The same with what differs between batches: start, lag, lot and limit, which no experiment takes away. */
  readonly batchBefore: LifeKnowledge;
  readonly batchAfter: LifeKnowledge;
  /** Best that could be: b and Tmin known exactly. */
  readonly batchAtBest: LifeKnowledge;
  /** Standard errors of b and Tmin. */
  readonly standardErrors: {
    readonly before: { readonly b: number; readonly tMinC: number };
    readonly after: { readonly b: number; readonly tMinC: number };
  };
}

/** Of the stationary phase: known from other tofu within so much, log10. */
const maxLog10Sd = 0.3;

/** 5th and 95th percentile of a normal. */
const ninety = 1.6448536269514722;
const mostPasses = 20;

/**
 * Where to sample next so that the life at a temperature becomes known best. The one-step model (Baranyi with Ratkowsky
 * 1983, c and Tmax as they are) is linearised at the parameters in use. What is known of b and Tmin already counts; start,
 * lag, rate factor and maximum of every lot are its own and are found along with them, so that a single lot cannot pass
 * for all. Points are added one by one and then exchanged for better ones until none is.
 *
 * @throws {ModelDomainError} for a budget below 6 plates a lot, no usable temperature, or numbers out of range
 * @see Atkinson, Donev and Tobias (2007), Optimum Experimental Designs, chapters 10 to 12; Fedorov (1972)
 */
export function planExperiments(request: PlanRequest): ExperimentPlan {
  const { lots = 1, mostTemperatures = 4, mostPlatesAtPoint = 2, aim = 'life' } = request;
  if (!Number.isInteger(lots) || lots < 1 || lots > 20)
    throw new ModelDomainError('lots', lots, 'a whole number from 1 to 20');
  const perLot = Math.floor(positive('plates', request.plates) / lots);
  if (perLot < lotParameters)
    throw new ModelDomainError('plates', request.plates, `at least ${lotParameters} for each lot`);
  if (perLot > 400) throw new ModelDomainError('plates', request.plates, 'at most 400 for each lot');
  const design = new Design(request, lots);
  const counts = new Int32Array(design.candidates.length);
  const rules = { mostTemperatures, mostPlatesAtPoint };
  for (let plate = 0; plate < perLot; plate++) {
    const best = design.best(counts, rules, aim);
    if (best === -1) break;
    counts[best]! += 1;
  }
  design.exchange(counts, rules, aim);
  return design.plan(counts);
}

interface Rules {
  readonly mostTemperatures: number;
  readonly mostPlatesAtPoint: number;
}

/** Information so far, and what more of it would do. */
class Design {
  readonly candidates: readonly Candidate[];
  readonly #request: PlanRequest;
  readonly #lots: number;
  /** What is known of b and Tmin: inverse of their covariance, in (ln b, Tmin). */
  readonly #prior: readonly [number, number, number];
  /** d ln(life)/d(ln b, Tmin) at the chosen temperature. */
  readonly #slope: readonly [number, number];
  readonly #nuisance: readonly number[];

  constructor(request: PlanRequest, lots: number) {
    const { flora, temperatureC } = request;
    this.#request = request;
    this.#lots = lots;
    const lnB = flora.b.sd / flora.b.value;
    const tMin = flora.tMinC.sd;
    const covariance = flora.bTMinCorrelation.value * lnB * tMin;
    this.#prior = inverse2([lnB * lnB, covariance, tMin * tMin]);
    const effectiveC = Math.max(temperatureC, flora.heldBelowC?.value ?? temperatureC);
    if (!(effectiveC > flora.tMinC.value + 1 && effectiveC < flora.tMaxC.value))
      throw new ModelDomainError(
        'temperatureC',
        temperatureC,
        `above ${flora.tMinC.value + 1} and below ${flora.tMaxC.value}, where it grows`,
      );
    // life = M / mu, and ln mu = 2 ln b + 2 ln(T - Tmin) + ...
    this.#slope = [-2, 2 / (effectiveC - flora.tMinC.value)];
    this.#nuisance = [flora.h0.sd, flora.initialLog10Cfu.sd, flora.lotRateLnSd.value, maxLog10Sd].map(
      sd => 1 / Math.max(sd, 1e-6) ** 2,
    );
    this.candidates = candidatesOf(request);
    if (this.candidates.length === 0)
      throw new ModelDomainError('temperaturesC', request.temperaturesC, 'some at which the flora grows');
  }

  /** What is minimised: variance of ln(life), or of b and Tmin together. */
  #criterion(information: Float64Array, aim: PlanAim): number {
    const covariance = this.#covariance(information);
    return aim === 'life' ? this.#lifeVariance(covariance) : determinant2(covariance);
  }

  #lifeVariance([a, b, c]: readonly [number, number, number]): number {
    const [p, q] = this.#slope;
    return p * p * a + 2 * p * q * b + q * q * c;
  }

  /** Covariance of (ln b, Tmin) after all lots: what a lot says once its own parameters are taken out. */
  #covariance(information: Float64Array): [number, number, number] {
    const [a, b, c] = withoutNuisance(information, this.#nuisance);
    const [pa, pb, pc] = this.#prior;
    return inverse2([pa + this.#lots * a, pb + this.#lots * b, pc + this.#lots * c]);
  }

  #informationOf(counts: Int32Array): Float64Array {
    const information = new Float64Array(lotParameters * lotParameters);
    for (const [i, count] of counts.entries()) if (count > 0) this.#add(information, i, count);
    return information;
  }

  #add(information: Float64Array, candidate: number, times_: number): void {
    const { gradient } = this.candidates[candidate]!;
    for (let i = 0; i < lotParameters; i++)
      for (let j = 0; j < lotParameters; j++)
        information[i * lotParameters + j]! += times_ * gradient[i]! * gradient[j]!;
  }

  /** The candidate whose plate helps most; -1 when the rules allow none. */
  best(counts: Int32Array, rules: Rules, aim: PlanAim): number {
    const information = this.#informationOf(counts);
    const allowed = this.#allowed(counts, rules);
    let best = -1;
    let least = Infinity;
    const tried = new Float64Array(lotParameters * lotParameters);
    for (let i = 0; i < this.candidates.length; i++) {
      if (!allowed(i)) continue;
      tried.set(information);
      this.#add(tried, i, 1);
      const value = this.#criterion(tried, aim);
      if (value < least) {
        least = value;
        best = i;
      }
    }
    return best;
  }

  /** Fedorov's exchange: each plate is moved to where it helps most, until moving none helps. */
  exchange(counts: Int32Array, rules: Rules, aim: PlanAim): void {
    for (let pass = 0; pass < mostPasses; pass++) {
      const before = this.#criterion(this.#informationOf(counts), aim);
      for (let i = 0; i < counts.length; i++) {
        if (counts[i] === 0) continue;
        counts[i]! -= 1;
        counts[this.best(counts, rules, aim)]! += 1;
      }
      this.#exchangeTemperatures(counts, rules, aim);
      if (this.#criterion(this.#informationOf(counts), aim) > before * (1 - 1e-6)) break;
    }
  }

  /** Moves all plates of one temperature to another, at the same places of its curve: single moves cannot cross that. */
  #exchangeTemperatures(counts: Int32Array, rules: Rules, aim: PlanAim): void {
    let least = this.#criterion(this.#informationOf(counts), aim);
    const groups = Map.groupBy(this.candidates.keys(), i => this.candidates[i]!.temperatureC);
    for (const from of groups.values())
      for (const to of groups.values()) {
        if (from === to || !from.some(i => counts[i]! > 0)) continue;
        const moved = counts.slice();
        for (const [k, i] of from.entries()) {
          moved[to[k]!] = Math.min(rules.mostPlatesAtPoint, moved[to[k]!]! + moved[i]!);
          moved[i] = 0;
        }
        if (sum(moved) !== sum(counts)) continue;
        const value = this.#criterion(this.#informationOf(moved), aim);
        if (value < least * (1 - 1e-9)) {
          least = value;
          counts.set(moved);
        }
      }
  }

  #allowed(counts: Int32Array, rules: Rules): (candidate: number) => boolean {
    const used = new Set<number>();
    for (const [i, count] of counts.entries()) if (count > 0) used.add(this.candidates[i]!.temperatureC);
    const isFull = used.size >= rules.mostTemperatures;
    return i =>
      counts[i]! < rules.mostPlatesAtPoint && (!isFull || used.has(this.candidates[i]!.temperatureC));
  }

  plan(counts: Int32Array): ExperimentPlan {
    const { flora } = this.#request;
    const priorCovariance = inverse2(this.#prior);
    const after = this.#covariance(this.#informationOf(counts));
    const batchVariance = betweenBatches(flora);
    const [lnBefore, lnAfter] = [this.#lifeVariance(priorCovariance), this.#lifeVariance(after)];
    const errors = ([a, , c]: readonly [number, number, number]) => ({
      ...{ b: flora.b.value * Math.sqrt(a), tMinC: Math.sqrt(c) },
    });
    return {
      points: this.candidates.flatMap(({ temperatureC, timeH, expectedLog10Cfu }, i) =>
        counts[i]! > 0 ? [{ temperatureC, timeH, plates: counts[i]!, expectedLog10Cfu }] : [],
      ),
      lots: this.#lots,
      platesUsed: this.#lots * sum(counts),
      before: knowledge(lnBefore),
      after: knowledge(lnAfter),
      batchBefore: knowledge(lnBefore + batchVariance),
      batchAfter: knowledge(lnAfter + batchVariance),
      batchAtBest: knowledge(batchVariance),
      standardErrors: { before: errors(priorCovariance), after: errors(after) },
    };
  }
}

const knowledge = (variance: number): LifeKnowledge => ({
  lnSd: Math.sqrt(variance),
  factor: Math.exp(ninety * Math.sqrt(variance)),
});

const sum = (counts: Int32Array): number => counts.reduce((total, count) => total + count, 0);

/** Variance of ln(life) from what differs between batches: their start, lag, lot and limit. */
function betweenBatches(flora: SpoilageFlora): number {
  const { initialLog10Cfu, h0, lotRateLnSd, limitLog10Cfu } = flora;
  const needed = (start: number, work: number, limit: number): number =>
    Math.log(
      baranyiGrowthRequired(limit, {
        ...{ initialLog10Cfu: start, h0: Math.max(0, work), maxLog10Cfu: flora.maxLog10Cfu.value },
      }) ?? Infinity,
    );
  const [n, h, l] = [initialLog10Cfu.value, h0.value, limitLog10Cfu.value];
  const slope = (up: number, down: number, step: number) => (up - down) / (2 * step);
  const ofStart = slope(needed(n + 0.1, h, l), needed(n - 0.1, h, l), 0.1) * initialLog10Cfu.sd;
  const ofLag = slope(needed(n, h + 0.05, l), needed(n, h - 0.05, l), 0.05) * h0.sd;
  const [low, high] = limitLog10Cfu.range;
  const ofLimit =
    (slope(needed(n, h, l + 0.05), needed(n, h, l - 0.05), 0.05) * (high - low)) / Math.sqrt(12);
  return ofStart ** 2 + ofLag ** 2 + ofLimit ** 2 + lotRateLnSd.value ** 2;
}
