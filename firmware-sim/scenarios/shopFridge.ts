import type { Fridge } from '../fridgeAir.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { airProbe, type Place } from './sensorKinds.ts';

/** 4 to 7 C with a 40 min compressor cycle; doors open 20 times a day and bring the air to 11 C. */
export const shopFridgeAir: Fridge = {
  kind: 'fridge',
  setC: 5.4,
  swingC: 1.1,
  cycleMin: 40,
  doorOpeningsPerDay: 20,
  doorPeakC: 11,
};

/** The fridge at the front of a shop. */
export function shopFridge(place: Place): Scenario {
  return defineScenario({
    ...place,
    source: {
      kind: 'simulated',
      phases: [{ from: place.startAt, environment: shopFridgeAir }],
      lagsMin: [3],
      probe: airProbe(place.startAt),
      humidity: true,
    },
  });
}
