import type { TahuParameters } from '../../models/parameters/tahu.ts';
import { createBatchLife } from '../../models/shelf-life/batchLife.ts';
import { organismsOf } from '../../models/shelf-life/organism.ts';

/** What warmth costs a kind of tahu that is assumed to be kept at a temperature. */
export interface LossRates {
  /** Hours of life lost in an hour at a temperature, beyond the hour itself. */
  readonly lossRate: (temperatureC: number) => number;
  /** Lower end of the life it has when it is made, kept as assumed. */
  readonly lifeAtMakingH: number;
}

/** By set and temperature: there are few. */
const known = new WeakMap<TahuParameters, Map<number, LossRates>>();

/** By the central growth rate of its spoilage flora: at twice the rate, an hour costs an hour more. */
export function lossRatesOf(parameters: TahuParameters, assumedC: number): LossRates {
  const ofSet = known.get(parameters) ?? new Map<number, LossRates>();
  known.set(parameters, ofSet);
  const rates = ofSet.get(assumedC) ?? make(parameters, assumedC);
  ofSet.set(assumedC, rates);
  return rates;
}

function make(parameters: TahuParameters, assumedC: number): LossRates {
  const { rate } = organismsOf(parameters)[0]!;
  const assumed = rate(assumedC);
  const life = createBatchLife({ producedAt: 0, parameters, maxGapMs: 3_600_000 });
  const { lifeAtMakingH } = life.estimate({ asOf: 0, futureTemperatureC: assumedC, uncovered: [] });
  return {
    lossRate: temperatureC => (assumed > 0 ? Math.max(0, rate(temperatureC) / assumed - 1) : 0),
    lifeAtMakingH,
  };
}
