import { defineScenario, type Scenario } from '../scenario.ts';
import { airProbe, type Place } from './sensorKinds.ts';

/** Where takwa is boiled in turmeric water and dried on bamboo racks; the fires burn from 04.00 to 11.00. */
export function kitchenTakwa(place: Place): Scenario {
  return defineScenario({
    ...place,
    source: {
      kind: 'simulated',
      phases: [{ from: place.startAt, environment: { kind: 'kitchen' } }],
      lagsMin: [4],
      probe: airProbe(place.startAt),
      humidity: true,
    },
  });
}
