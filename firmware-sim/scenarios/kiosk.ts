import type { Environment } from '../environment.ts';
import { defineScenario, type Scenario } from '../scenario.ts';
import { airProbe, type Place, twoCells } from './sensorKinds.ts';

export interface Kiosk extends Place {
  /** Where in the kiosk the node is: in the open unless told. */
  readonly inside?: Environment;
  /** When the cells are empty and the node falls silent for good. */
  readonly silentFrom?: number;
}

/** A market kiosk. */
export function kiosk(options: Kiosk): Scenario {
  const { silentFrom, inside = { kind: 'room' }, ...place } = options;
  return defineScenario({
    ...place,
    battery: twoCells,
    powerOff: silentFrom === undefined ? [] : [{ from: silentFrom, to: Infinity }],
    source: {
      kind: 'simulated',
      phases: [{ from: place.startAt, environment: inside }],
      lagsMin: [8],
      probe: airProbe(place.startAt),
      humidity: true,
    },
  });
}
