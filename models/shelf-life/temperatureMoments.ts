import type { TahuParameters } from '../parameters/tahu.ts';
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

/** How a branch reads a temperature, and the part of the rate that is the same in every draw. */
export interface BranchCurve {
  readonly branch: Branch;
  readonly effectiveC: (temperatureC: number) => number;
  /** (1 - e^(c (T - Tmax)))^2, 0 from Tmax on. */
  readonly weight: (temperatureC: number) => number;
}

/**
 * The curve of a branch. At worst growth does not slow down above the optimum nor below the tested temperatures: outside
 * what was tested the worse of model and tested edge counts.
 *
 * @param optimumC  where the spoilage flora grows fastest
 */
export function branchCurve(parameters: TahuParameters, branch: Branch, optimumC: number): BranchCurve {
  const { c, tMaxC } = spoilageCurve(parameters);
  const worst = branch === 'worst';
  const testedFromC = worst ? parameters.testedRangeC.min : Number.NEGATIVE_INFINITY;
  const floorC = parameters.spoilage.heldBelowC?.value ?? testedFromC;
  const ceilingC = worst ? optimumC : Number.POSITIVE_INFINITY;
  return {
    branch,
    effectiveC: temperatureC => Math.max(floorC, Math.min(temperatureC, ceilingC)),
    weight: temperatureC => (temperatureC < tMaxC ? Math.expm1(c * (temperatureC - tMaxC)) ** 2 : 0),
  };
}

const binCount = hotBin - lowestBin;
const hoursInBin = new Float64Array(binCount);

/**
 * Suffix sums over temperature bins, Sj = sum over bins from one upwards of hours T^j weight(T). With them the integral
 * of mu of any draw is rate (S2 - 2 Tmin S1 + Tmin^2 S0), taken from the first bin above its Tmin: a look-up, however
 * long the history.
 *
 * One object serves all estimates: what {@link sum} writes holds until it is called again.
 */
export class TemperatureMoments {
  readonly #s0 = new Float64Array(binCount + 1);
  readonly #s1 = new Float64Array(binCount + 1);
  readonly #s2 = new Float64Array(binCount + 1);

  sum(measured: TimeAtTemperature, held: readonly HeldHours[], curve: BranchCurve): void {
    hoursInBin.fill(0);
    measured.forEach((bin, hours) => {
      // Above Tmax the model says no growth. At worst it goes on as at the optimum, until the heat kills (60 C).
      if (bin > hotBin || (bin === hotBin && curve.branch === 'best')) return;
      hoursInBin[binOf(curve.effectiveC(binCentreC(bin))) - lowestBin]! += hours;
    });
    for (const { temperatureC, hours } of held) {
      // Shared between the two bins beside it: a long stay must not be moved by half a bin.
      const tenths = Math.max(lowestBin, curve.effectiveC(temperatureC) * 10);
      const bin = Math.floor(tenths);
      if (bin >= hotBin - 1) continue;
      hoursInBin[bin - lowestBin]! += hours * (bin + 1 - tenths);
      hoursInBin[bin + 1 - lowestBin]! += hours * (tenths - bin);
    }
    this.#accumulate(curve);
  }

  /** Integral of mu for one draw, ln units: `rate` is b^2 times the lot factor. */
  muIntegral(rate: number, tMinC: number): number {
    const bin = Math.floor(tMinC * 10) + 1 - lowestBin;
    const index = Math.max(0, Math.min(bin, binCount));
    const shape = this.#s2[index]! - tMinC * (2 * this.#s1[index]! - tMinC * this.#s0[index]!);
    return shape > 0 ? rate * shape : 0;
  }

  #accumulate(curve: BranchCurve): void {
    for (let index = binCount - 1; index >= 0; index--) {
      const temperatureC = binCentreC(index + lowestBin);
      const hours = hoursInBin[index]!;
      const weighted = hours > 0 ? hours * curve.weight(temperatureC) : 0;
      this.#s0[index] = this.#s0[index + 1]! + weighted;
      this.#s1[index] = this.#s1[index + 1]! + weighted * temperatureC;
      this.#s2[index] = this.#s2[index + 1]! + weighted * temperatureC * temperatureC;
    }
  }
}
