/**
 * The default tahu models written down a second time, as differential equations and stepped by Runge–Kutta: shares no
 * code with models/, so that agreement means something.
 */
const classes = {
  'turmeric-boiled': { logN0: 5, h0: 0.3, b: 0.0201, tMin: -4.2, floorC: -Infinity },
  'packed-heated-p90': { logN0: 2.5, h0: 1.1, b: 0.0225, tMin: -1.1, floorC: 4 },
} as const;
const c = 0.3;
const tMax = 45;
const lnMax = 8.6 * Math.LN10;
const lnLimit = 7 * Math.LN10;
const stepsPerSegment = 400;

interface Point {
  readonly measuredAt: number;
  readonly temperatureC: number;
}

export function integrateTahu(points: readonly Point[], treatment: keyof typeof classes, futureC: number) {
  const { logN0, h0, b, tMin, floorC } = classes[treatment];
  const rate = (temperatureC: number) => {
    const t = Math.max(temperatureC, floorC);
    return t <= tMin || t >= tMax ? 0 : (b * (t - tMin) * (1 - Math.exp(c * (t - tMax)))) ** 2;
  };
  // d(ln Q)/dt = mu; d(ln N)/dt = mu Q/(1+Q) (1 - N/Nmax)
  let lnQ = -Math.log(Math.expm1(h0));
  let lnN = logN0 * Math.LN10;
  const slope = (mu: number, q: number, n: number) => (mu / (1 + Math.exp(-q))) * (1 - Math.exp(n - lnMax));
  const step = (muStart: number, muMiddle: number, muEnd: number, dt: number) => {
    const qMiddle = lnQ + (dt / 24) * (5 * muStart + 8 * muMiddle - muEnd);
    const qEnd = lnQ + (dt / 6) * (muStart + 4 * muMiddle + muEnd);
    const k1 = slope(muStart, lnQ, lnN);
    const k2 = slope(muMiddle, qMiddle, lnN + (dt / 2) * k1);
    const k3 = slope(muMiddle, qMiddle, lnN + (dt / 2) * k2);
    const k4 = slope(muEnd, qEnd, lnN + dt * k3);
    lnN += (dt / 6) * (k1 + 2 * k2 + 2 * k3 + k4);
    lnQ = qEnd;
  };
  for (let i = 1; i < points.length; i++) {
    const before = points[i - 1]!;
    const after = points[i]!;
    const dt = (after.measuredAt - before.measuredAt) / 3_600_000 / stepsPerSegment;
    const at = (k: number) =>
      rate(before.temperatureC + ((after.temperatureC - before.temperatureC) * k) / stepsPerSegment);
    for (let k = 0; k < stepsPerSegment; k++) step(at(k), at(k + 0.5), at(k + 1), dt);
  }
  const countLog10CfuPerG = lnN / Math.LN10;
  const mu = rate(futureC);
  let remainingH = 0;
  let dt = 0.01;
  while (dt > 1e-12) {
    const [n, q] = [lnN, lnQ];
    step(mu, mu, mu, dt);
    if (lnN < lnLimit) remainingH += dt;
    else [lnN, lnQ, dt] = [n, q, dt / 2];
  }
  return { countLog10CfuPerG, remainingH };
}
