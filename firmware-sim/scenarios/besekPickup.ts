import type { Environment } from '../environment.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import type { TimeWindow } from '../timeWindow.ts';
import { type Place, steelProbe, twoCells } from './sensorKinds.ts';

export interface BesekPickup extends Place {
  readonly departsAt: number;
  readonly arrivesAt: number;
  /** Where the besek stand before they leave and after they arrive. */
  readonly before: Environment;
  readonly after: Environment;
  /** A loose battery: the node measures nothing. */
  readonly powerOff?: readonly TimeWindow[];
}

/** Besek stacked under the tarpaulin of a pick-up, Kediri to Surabaya (120 km, 2 to 2.5 h by day). */
export function besekPickup(options: BesekPickup): Scenario {
  const { departsAt, arrivesAt, before, after, powerOff = [], ...place } = options;
  return defineScenario({
    ...place,
    battery: twoCells,
    powerOff,
    source: {
      kind: 'simulated',
      phases: [
        { from: place.startAt, environment: before },
        { from: departsAt, environment: { kind: 'truck-bed' } },
        { from: arrivesAt, environment: after },
      ],
      // Tarpaulin and stack, then the besek itself.
      lagsMin: [12, 25],
      probe: steelProbe(place.startAt),
      humidity: false,
    },
  });
}
