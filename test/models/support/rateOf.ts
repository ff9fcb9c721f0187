import {
  type CardinalTemperatureModel,
  cardinalTemperatureRate,
} from '../../../models/growth/cardinalTemperature.ts';
import {
  type Ratkowsky,
  type RatkowskyExtended,
  ratkowskyExtendedRate,
  ratkowskyRate,
} from '../../../models/growth/ratkowsky.ts';
import type { Segment } from '../../../models/temperatureHistory.ts';

/** A temperature model as the fixtures write it. */
export type FixtureRate =
  | ({ kind: 'ratkowsky' } & Ratkowsky)
  | ({ kind: 'ratkowsky-extended' } & RatkowskyExtended)
  | ({ kind: 'cardinal' } & CardinalTemperatureModel);

export function rateOf(model: FixtureRate): { rate: (temperatureC: number) => number; kinksC: number[] } {
  if (model.kind === 'ratkowsky') return { rate: t => ratkowskyRate(t, model), kinksC: [model.tMinC] };
  const kinksC = [model.tMinC, model.tMaxC];
  if (model.kind === 'cardinal') return { rate: t => cardinalTemperatureRate(t, model), kinksC };
  return { rate: t => ratkowskyExtendedRate(t, model), kinksC };
}

/** The straight pieces of a profile up to an hour; beyond its last point the last value holds. */
export function profileSegments(
  timeH: readonly number[],
  temperatureC: readonly number[],
  interpolation: string,
  untilH: number,
): Segment[] {
  const segments: Segment[] = [];
  for (let index = 0; index < timeH.length; index++) {
    const fromH = timeH[index]!;
    const toH = Math.min(untilH, timeH[index + 1] ?? Number.POSITIVE_INFINITY);
    if (toH <= fromH) continue;
    const fromC = temperatureC[index]!;
    const nextC = temperatureC[index + 1];
    const linear = interpolation === 'linear' && nextC !== undefined;
    const share = linear ? (toH - fromH) / (timeH[index + 1]! - fromH) : 0;
    const toC = linear ? fromC + share * (nextC - fromC) : fromC;
    segments.push({ from: fromH * 3.6e6, fromC, to: toH * 3.6e6, toC });
  }
  return segments;
}
