import { generator } from '../../models/fitting/startValues.ts';
import { baranyiCountAtRate, baranyiGrowthRequired } from '../../models/growth/baranyi.ts';
import { ratkowskyExtendedRate } from '../../models/growth/ratkowsky.ts';
import { tahuParametersFor } from '../../models/parameters/tahu.ts';
import { normalQuantile } from '../../models/shelf-life/normalDistribution.ts';
import { organismsOf } from '../../models/shelf-life/organism.ts';

/**
 * The tahu of a kitchen that only nature knows: nothing of it is told to the server but the counts of the laboratory.
 * Between batches it varies as the class of fresh tahu says it does (the set keeps these spreads: a fit of one pooled lot
 * cannot know them).
 */
export const secret = {
  ...{ b: 0.0262, tMinC: -3.1, c: 0.3, tMaxC: 45 },
  ...{ h0: 0.55, logN0: 4.1, logNmax: 8.9 },
  ...{ h0Sd: 0.2, logN0Sd: 0.8, lotRateLnSd: 0.25, limitFrom: 6.7, limitTo: 7.3 },
} as const;

/** Of two analysts and their plates, log10. */
const countSd = 0.3;
const temperatures = [4, 10, 20, 30];
const replicates = 3;
const pointsOfCurve = 12;

const rateAt = (temperatureC: number) => ratkowskyExtendedRate(temperatureC, secret);
const central = { initialLog10Cfu: secret.logN0, h0: secret.h0, maxLog10Cfu: secret.logNmax };

/** Even and normal numbers of a seed. */
export function chance(seed: number) {
  const even = generator(seed);
  return {
    even,
    between: (from: number, to: number) => from + even() * (to - from),
    normal: () => normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, even()))),
  };
}

/** What the laboratory writes down: four temperatures, three replicates of one pooled lot, as Excel in Indonesia saves it. */
export function curvesCsv(seed: number): string {
  const { normal } = chance(seed);
  const comma = (value: number) => String(value).replace('.', ',');
  const lines = temperatures.flatMap(temperatureC => {
    const mu = rateAt(temperatureC);
    const endH = (1.35 * (baranyiGrowthRequired(8.5, central) ?? 0)) / mu;
    return Array.from({ length: replicates }, (_, r) =>
      Array.from({ length: pointsOfCurve }, (_, i) => {
        const timeH = Math.round((4 * endH * i) / (pointsOfCurve - 1)) / 4;
        const count = baranyiCountAtRate(timeH, mu, central) + countSd * normal();
        return [temperatureC, comma(timeH), r + 1, comma(Math.round(100 * count) / 100)].join(';');
      }),
    ).flat();
  });
  return `\uFEFFsuhu_C;waktu_jam;ulangan;log10_cfu_g\r\n${lines.join('\r\n')}\r\n`;
}

/** A place: a mean, a compressor that goes on and off, and a sensor that is a little wrong each time. */
export interface Fridge {
  readonly nodeId: string;
  readonly temperatureAt: (hours: number) => number;
}

export function fridges(count: number, seed: number): Fridge[] {
  const { between } = chance(seed);
  return Array.from({ length: count }, (_, i) => {
    const meanC = between(9, 28);
    const phase = between(0, 2 * Math.PI);
    return {
      nodeId: `K-${i + 1}`,
      temperatureAt: hours => meanC + 1.2 * Math.sin((2 * Math.PI * hours) / 0.75 + phase),
    };
  });
}

const stepH = 1 / 30;
const longestH = 24 * 16;

/**
 * When batches in a fridge really end: each organism grows as it must at the temperatures that were and will be, with the
 * lot's own start, lag, rate and limit; pathogens where they happen to be; the cap of the class at the latest.
 */
export function endsIn({ temperatureAt }: Fridge) {
  const parameters = tahuParametersFor('none');
  const pathogens = organismsOf(parameters).slice(1);
  const steps = Math.round(longestH / stepH);
  const integralOf = (rate: (temperatureC: number) => number) => {
    const sums = new Float64Array(steps + 1);
    for (let i = 0; i < steps; i++) sums[i + 1] = sums[i]! + stepH * rate(temperatureAt((i + 0.5) * stepH));
    return sums;
  };
  const spoilage = integralOf(rateAt);
  const ofPathogens = pathogens.map(({ rate }) => integralOf(rate));
  const capH = Math.min(...parameters.caps.map(({ hours }) => hours));
  /** Hours on the clock of the fridge at which a batch made at `madeH` ends. */
  return (madeH: number, { even, between, normal }: ReturnType<typeof chance>): number => {
    const lot = Math.exp(secret.lotRateLnSd * normal());
    const initialLog10Cfu = Math.min(secret.logN0 + secret.logN0Sd * normal(), secret.logNmax);
    let h0 = secret.h0 + secret.h0Sd * normal();
    while (h0 < 0) h0 = secret.h0 + secret.h0Sd * normal();
    const limit = between(secret.limitFrom, secret.limitTo);
    const population = { initialLog10Cfu, h0, maxLog10Cfu: secret.logNmax };
    const required = baranyiGrowthRequired(limit, population) ?? Number.POSITIVE_INFINITY;
    const presence = even();
    const from = Math.round(madeH / stepH);
    const ends = [timeAt(spoilage, from, required / lot)];
    for (const [i, { prevalence, limitLog10Cfu, population: own }] of pathogens.entries())
      if (presence < prevalence)
        ends.push(
          timeAt(ofPathogens[i]!, from, (baranyiGrowthRequired(limitLog10Cfu, own) ?? Infinity) / lot),
        );
    return Math.min(madeH + capH, ...ends);
  };
}

/** Where an integral has grown by so much since a step; a batch that begins past its limit ends when it is made. */
function timeAt(sums: Float64Array, from: number, required: number): number {
  if (required <= 0) return from * stepH;
  const wanted = sums[from]! + required;
  if (!(sums.at(-1)! >= wanted)) return Number.POSITIVE_INFINITY;
  let low = from;
  let high = sums.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sums[middle]! >= wanted) high = middle;
    else low = middle;
  }
  return (low + (wanted - sums[low]!) / (sums[high]! - sums[low]!)) * stepH;
}

/** Central life at a temperature by the truth, hours. */
export const centralLifeH = (temperatureC: number): number =>
  (baranyiGrowthRequired(7, central) ?? 0) / rateAt(temperatureC);
