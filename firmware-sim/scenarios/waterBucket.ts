import { defineScenario, type Scenario } from '../scenario.ts';
import { type Place, steelProbe, twoCells } from './sensorKinds.ts';

export interface WaterBucket extends Place {
  /** When the bucket was filled with well water of 26 C. */
  readonly filledAt: number;
}

/** White tahu in a bucket of well water, on its way to the market: the water warms towards the air. */
export function waterBucket(options: WaterBucket): Scenario {
  const { filledAt, ...place } = options;
  return defineScenario({
    ...place,
    battery: twoCells,
    source: {
      kind: 'simulated',
      phases: [
        { from: place.startAt, environment: { kind: 'room' } },
        { from: filledAt, environment: { kind: 'water-bucket', filledAt, waterC: 26 } },
      ],
      // The probe hangs in the water.
      lagsMin: [1],
      probe: steelProbe(place.startAt),
      humidity: false,
    },
  });
}
