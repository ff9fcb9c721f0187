import type { TemperaturePoint } from '../../../models/temperatureHistory.ts';

/** A flora as differential equations see it; shares nothing with the closed form but the rate. */
export interface OdeFlora {
  readonly rate: (temperatureC: number) => number;
  readonly initialLog10Cfu: number;
  readonly h0: number;
  readonly maxLog10Cfu: number;
}

/**
 * Baranyi and Roberts as two differential equations, d lnQ = mu and d lnN = mu Q/(1+Q) (1 - N/Nmax), by the classical
 * Runge–Kutta method, with temperature on straight lines between the points and every point a step edge.
 */
export class OdeReference {
  #lnQ: number;
  #lnN: number;
  readonly #flora: OdeFlora;
  readonly #lnMax: number;

  constructor(flora: OdeFlora) {
    this.#flora = flora;
    this.#lnQ = -Math.log(Math.expm1(flora.h0));
    this.#lnN = flora.initialLog10Cfu * Math.LN10;
    this.#lnMax = flora.maxLog10Cfu * Math.LN10;
  }

  get countLog10Cfu(): number {
    return this.#lnN / Math.LN10;
  }

  follow(points: readonly TemperaturePoint[], stepsPerSegment: number): void {
    for (let index = 1; index < points.length; index++) {
      const a = points[index - 1]!;
      const b = points[index]!;
      this.#run((b.at - a.at) / 3.6e6, a.temperatureC, b.temperatureC, stepsPerSegment);
    }
  }

  /** Hours at one temperature until a count is reached, by steps of `stepH` and a last one that is halved to fit. */
  hoursUntil(limitLog10Cfu: number, temperatureC: number, stepH: number): number {
    let hours = 0;
    for (let step = stepH; step > 1e-9; ) {
      const before = { lnQ: this.#lnQ, lnN: this.#lnN };
      this.#run(step, temperatureC, temperatureC, 1);
      if (this.countLog10Cfu < limitLog10Cfu) {
        hours += step;
        continue;
      }
      this.#lnQ = before.lnQ;
      this.#lnN = before.lnN;
      step /= 2;
    }
    return hours;
  }

  #run(durationH: number, fromC: number, toC: number, steps: number): void {
    const h = durationH / steps;
    for (let step = 0; step < steps; step++) {
      const temperatureAt = (share: number) => fromC + (toC - fromC) * ((step + share) / steps);
      const [mu0, mu1, mu2] = [0, 0.5, 1].map(share => this.#flora.rate(temperatureAt(share))) as [
        number,
        number,
        number,
      ];
      const k1 = this.#slope(mu0, this.#lnQ, this.#lnN);
      const k2 = this.#slope(mu1, this.#lnQ + (h / 2) * mu0, this.#lnN + (h / 2) * k1);
      const k3 = this.#slope(mu1, this.#lnQ + (h / 2) * mu1, this.#lnN + (h / 2) * k2);
      const k4 = this.#slope(mu2, this.#lnQ + h * mu1, this.#lnN + h * k3);
      this.#lnQ += (h / 6) * (mu0 + 4 * mu1 + mu2);
      this.#lnN += (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4);
    }
  }

  #slope(mu: number, lnQ: number, lnN: number): number {
    return (mu / (1 + Math.exp(-lnQ))) * (1 - Math.exp(lnN - this.#lnMax));
  }
}
