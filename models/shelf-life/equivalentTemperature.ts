import type { TahuParameters } from '../parameters/tahu.ts';
import { organismsOf } from './organism.ts';

/** Colder than any food is kept at. */
const coldestC = -30;
const steps = 60;

/**
 * The constant temperature at which the spoilage flora would have grown as much in a time: what a fit takes for the
 * temperature of a batch that warmed and cooled. Below the optimum, where each rate belongs to one temperature.
 *
 * @param muIntegral  ln units, at the central parameters
 * @param hours       above 0
 * @returns the optimum for growth that no constant temperature reaches; null without growth
 */
export function equivalentTemperatureC(
  parameters: TahuParameters,
  muIntegral: number,
  hours: number,
): number | null {
  const { rate, optimumC } = organismsOf(parameters)[0]!;
  const mean = muIntegral / hours;
  if (!(mean > rate(coldestC))) return null;
  let [low, high] = [coldestC, optimumC];
  for (let step = 0; step < steps; step++) {
    const middle = (low + high) / 2;
    if (rate(middle) < mean) low = middle;
    else high = middle;
  }
  return high;
}
