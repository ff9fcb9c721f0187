import { defineScenario, type Scenario } from '../scenario.ts';
import { airProbe, type Place, twoCells } from './sensorKinds.ts';

export interface Kiosk extends Place {
  /** When the cells are empty and the node falls silent for good. */
  readonly silentFrom?: number;
}

/** A market kiosk without cooling. */
export function kiosk(options: Kiosk): Scenario {
  const { silentFrom, ...place } = options;
  return defineScenario({
    ...place,
    battery: twoCells,
    powerOff: silentFrom === undefined ? [] : [{ from: silentFrom, to: Infinity }],
    source: {
      kind: 'simulated',
      phases: [{ from: place.startAt, environment: { kind: 'room' } }],
      lagsMin: [8],
      probe: airProbe(place.startAt),
      humidity: true,
    },
  });
}
