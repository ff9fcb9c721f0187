import type { Fridge } from '../fridgeAir.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { airProbe, type Place } from './sensorKinds.ts';

/** 3 to 5 C; opened at a few stops a day. */
const coldTruckAir: Fridge = {
  kind: 'fridge',
  setC: 4,
  swingC: 0.8,
  cycleMin: 25,
  doorOpeningsPerDay: 6,
  doorPeakC: 9,
};

/** The load of a refrigerated truck, cooled day and night. */
export function coldTruck(place: Place): Scenario {
  return defineScenario({
    ...place,
    source: {
      kind: 'simulated',
      phases: [{ from: place.startAt, environment: coldTruckAir }],
      lagsMin: [4],
      probe: airProbe(place.startAt),
      humidity: true,
    },
  });
}
