import type { LimitId } from '../contracts/estimate.ts';
import { baranyiCountUnchecked } from '../growth/baranyi.ts';
import type { TahuParameters } from '../parameters/tahu.ts';
import type { DrawTable } from './drawTable.ts';
import { spoilageCurve } from './organism.ts';
import { binCentreC, binOf, hotBin, lowestBin, type TimeAtTemperature } from './timeAtTemperature.ts';

/**
 * Which end of the interval is drawn.
 *   worst  gaps at their worst temperature; outside the tested temperatures the worse of model and tested edge
 *   best   gaps at their best temperature; the model as it is
 */
export type Branch = 'worst' | 'best';

/** A constant temperature kept for some hours beside what was measured. */
export interface HeldHours {
  readonly temperatureC: number;
  readonly hours: number;
}

/** A pathogen's history and future, all it takes to know when a pack that carries it is past its limit. */
export interface PathogenCourse {
  readonly limit: LimitId;
  readonly prevalence: number;
  readonly muIntegral: number;
  readonly muIntegralRequired: number;
  readonly futureMuLnPerH: number;
}

export interface LifeDrawsInput {
  readonly parameters: TahuParameters;
  /** Where the spoilage flora grows fastest. */
  readonly optimumC: number;
  readonly table: DrawTable;
  readonly branch: Branch;
  readonly measured: TimeAtTemperature;
  readonly held: readonly HeldHours[];
  readonly pathogens: readonly PathogenCourse[];
  readonly futureTemperatureC: number;
  /** Hours until the first cap; negative when it is past. */
  readonly capH: number;
  readonly capLimit: LimitId;
  /** Hours (negative) since the instant at which a share of the growth so far was done. */
  readonly hoursSinceShare: (share: number) => number;
}

/** One value a draw. `remainingH` is negative when the limit is past; `limiter` indexes `limits`. */
export interface LifeDraws {
  readonly remainingH: Float64Array;
  readonly countLog10CfuPerG: Float64Array;
  readonly limiter: Uint8Array;
  readonly limits: readonly LimitId[];
}

/**
 * Remaining life and count of every draw of the table. For Ratkowsky 1983 with fixed c and Tmax the integral of mu is
 *
 *   M = b^2 [ S2 - 2 Tmin S1 + Tmin^2 S0 ],   Sj = sum over bins above Tmin of hours T^j (1 - e^(c (T - Tmax)))^2
 *
 * so a draw costs a look-up, however long the history.
 */
export function drawLives(input: LifeDrawsInput): LifeDraws {
  const { table, pathogens } = input;
  const growth = drawGrowth(input);
  const remainingH = new Float64Array(table.draws);
  const limiter = new Uint8Array(table.draws);
  for (let draw = 0; draw < table.draws; draw++) {
    let shortest = remaining(
      table.muIntegralRequired[draw]!,
      growth.muIntegral[draw]!,
      growth.futureMu[draw]!,
      input.hoursSinceShare,
    );
    for (let which = 0; which < pathogens.length; which++) {
      const course = pathogens[which]!;
      if (table.presence[draw]! >= course.prevalence) continue;
      const lot = table.lotRate[draw]!;
      const { muIntegral, muIntegralRequired, futureMuLnPerH } = course;
      const left = remaining(
        muIntegralRequired,
        lot * muIntegral,
        lot * futureMuLnPerH,
        input.hoursSinceShare,
      );
      if (left >= shortest) continue;
      shortest = left;
      limiter[draw] = which + 1;
    }
    if (input.capH < shortest) {
      shortest = input.capH;
      limiter[draw] = pathogens.length + 1;
    }
    remainingH[draw] = shortest;
  }
  const limits: LimitId[] = ['spoilage', ...pathogens.map(course => course.limit), input.capLimit];
  return { remainingH, countLog10CfuPerG: drawCounts(input, growth.muIntegral), limiter, limits };
}

/** Integral of mu so far and rate from now on, of the spoilage flora, per draw. */
function drawGrowth(input: LifeDrawsInput): { muIntegral: Float64Array; futureMu: Float64Array } {
  const { table } = input;
  const curve = curveOf(input);
  sumMoments(input, curve);
  const futureC = curve.effectiveC(input.futureTemperatureC);
  const futureWeight = curve.weight(futureC);
  const muIntegral = new Float64Array(table.draws);
  const futureMu = new Float64Array(table.draws);
  for (let draw = 0; draw < table.draws; draw++) {
    const tMinC = table.tMinC[draw]!;
    const rate = table.rate[draw]!;
    const bin = Math.floor(tMinC * 10) + 1 - lowestBin;
    const index = bin < 0 ? 0 : Math.min(bin, binCount);
    muIntegral[draw] = rate * Math.max(0, s2[index]! - tMinC * (2 * s1[index]! - tMinC * s0[index]!));
    const aboveMinC = Math.max(0, futureC - tMinC);
    futureMu[draw] = rate * aboveMinC * aboveMinC * futureWeight;
  }
  return { muIntegral, futureMu };
}

function drawCounts({ table, parameters }: LifeDrawsInput, muIntegral: Float64Array): Float64Array {
  const maxLog10Cfu = parameters.spoilage.maxLog10Cfu.value;
  return muIntegral.map((growth, draw) =>
    baranyiCountUnchecked(growth, table.initialLog10Cfu[draw]!, table.h0[draw]!, maxLog10Cfu),
  );
}

function remaining(
  required: number,
  muIntegral: number,
  futureMu: number,
  hoursSinceShare: (share: number) => number,
): number {
  if (muIntegral >= required) return hoursSinceShare(required > 0 ? required / muIntegral : 0);
  return futureMu > 0 ? (required - muIntegral) / futureMu : Number.POSITIVE_INFINITY;
}

/** How a branch reads a temperature, and the part of the rate that no draw changes. */
interface BranchCurve {
  readonly effectiveC: (temperatureC: number) => number;
  readonly weight: (temperatureC: number) => number;
}

function curveOf({ parameters, branch, optimumC }: LifeDrawsInput): BranchCurve {
  const { c, tMaxC } = spoilageCurve(parameters);
  const worst = branch === 'worst';
  const testedFromC = worst ? parameters.testedRangeC.min : Number.NEGATIVE_INFINITY;
  const floorC = parameters.spoilage.heldBelowC?.value ?? testedFromC;
  const ceilingC = worst ? optimumC : Number.POSITIVE_INFINITY;
  return {
    effectiveC: temperatureC => Math.max(floorC, Math.min(temperatureC, ceilingC)),
    weight: temperatureC => (temperatureC < tMaxC ? Math.expm1(c * (temperatureC - tMaxC)) ** 2 : 0),
  };
}

// Suffix sums over the bins; written anew by every call, which runs to its end before the next begins.
const binCount = hotBin - lowestBin;
const hoursInBin = new Float64Array(binCount + 1);
const s0 = new Float64Array(binCount + 1);
const s1 = new Float64Array(binCount + 1);
const s2 = new Float64Array(binCount + 1);

function sumMoments({ measured, held, branch }: LifeDrawsInput, curve: BranchCurve): void {
  hoursInBin.fill(0);
  measured.forEach((bin, hours) => {
    // Above Tmax the model says no growth. At worst it goes on as at the optimum, until the heat kills (60 C).
    if (bin > hotBin || (bin === hotBin && branch === 'best')) return;
    hoursInBin[binOf(curve.effectiveC(binCentreC(bin))) - lowestBin]! += hours;
  });
  for (const { temperatureC, hours } of held) {
    const tenths = Math.max(lowestBin, curve.effectiveC(temperatureC) * 10);
    const bin = Math.floor(tenths);
    if (bin >= hotBin - 1) continue;
    hoursInBin[bin - lowestBin]! += hours * (bin + 1 - tenths);
    hoursInBin[bin + 1 - lowestBin]! += hours * (tenths - bin);
  }
  for (let index = binCount - 1; index >= 0; index--) {
    const temperatureC = binCentreC(index + lowestBin);
    const hours = hoursInBin[index]!;
    const weighted = hours > 0 ? hours * curve.weight(temperatureC) : 0;
    s0[index] = s0[index + 1]! + weighted;
    s1[index] = s1[index + 1]! + weighted * temperatureC;
    s2[index] = s2[index + 1]! + weighted * temperatureC * temperatureC;
  }
}
