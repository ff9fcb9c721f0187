import { positive } from '../errors.ts';
import { baranyiCountUnchecked } from '../growth/baranyi.ts';
import type { SpoilageFlora } from '../parameters/tahu.ts';
import { lotParameters } from './designInformation.ts';
import type { PlanRequest } from './planExperiments.ts';

const times = 16;
const usualLongestH = 45 * 24;

export interface Candidate {
  readonly temperatureC: number;
  readonly timeH: number;
  readonly expectedLog10Cfu: number;
  /** d(count)/d(parameter) over the error of a count. */
  readonly gradient: Float64Array;
}

/** Points along the expected curve of every temperature, from the start until it has levelled off. */
export function candidatesOf(request: PlanRequest): Candidate[] {
  const { flora, temperaturesC, longestH = usualLongestH, countSdLog10 = 0.3 } = request;
  positive('countSdLog10', countSdLog10);
  const values = [
    Math.log(flora.b.value),
    flora.tMinC.value,
    flora.h0.value,
    flora.initialLog10Cfu.value,
    0,
    flora.maxLog10Cfu.value,
  ];
  const growth =
    (flora.maxLog10Cfu.value - flora.initialLog10Cfu.value) * Math.LN10 + flora.h0.value + Math.LN10;
  const out: Candidate[] = [];
  for (const temperatureC of new Set(temperaturesC)) {
    const mu = rateAt(flora, values, temperatureC);
    if (!(mu > 0)) continue;
    const untilH = Math.min(longestH, growth / mu);
    for (let k = 0; k < times; k++) {
      const timeH = practical((untilH * k) / (times - 1));
      const gradient = new Float64Array(lotParameters);
      for (let j = 0; j < lotParameters; j++) {
        const step = 1e-4 * Math.max(1, Math.abs(values[j]!));
        const up = countAt(flora, moved(values, j, step), temperatureC, timeH);
        const down = countAt(flora, moved(values, j, -step), temperatureC, timeH);
        gradient[j] = (up - down) / (2 * step) / countSdLog10;
      }
      const expectedLog10Cfu = countAt(flora, values, temperatureC, timeH);
      out.push({ temperatureC, timeH, expectedLog10Cfu, gradient });
    }
  }
  return out;
}

/** A time somebody can be at the bench: quarters of an hour, hours, then half days. */
function practical(timeH: number): number {
  const step = timeH < 12 ? 0.25 : timeH < 72 ? 1 : timeH < 240 ? 6 : 12;
  return Math.round(timeH / step) * step;
}

const moved = (values: readonly number[], index: number, by: number): number[] =>
  values.map((value, i) => (i === index ? value + by : value));

function rateAt(flora: SpoilageFlora, values: readonly number[], temperatureC: number): number {
  const above = temperatureC - values[1]!;
  if (!(above > 0 && temperatureC < flora.tMaxC.value)) return 0;
  const root = Math.exp(values[0]!) * above * Math.expm1(flora.c.value * (temperatureC - flora.tMaxC.value));
  return root * root * Math.exp(values[4]!);
}

function countAt(
  flora: SpoilageFlora,
  values: readonly number[],
  temperatureC: number,
  timeH: number,
): number {
  const [, , h0, start, , most] = values;
  return baranyiCountUnchecked(timeH * rateAt(flora, values, temperatureC), start!, Math.max(0, h0!), most!);
}
