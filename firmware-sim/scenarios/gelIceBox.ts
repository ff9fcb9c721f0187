import { defineScenario, type Scenario } from '../scenario.ts';
import { type Place, steelProbe, twoCells } from './sensorKinds.ts';

export interface GelIceBox extends Place {
  /** When the frozen gel was put in; the box is at room temperature before. */
  readonly packedAt: number;
}

/** Frozen gel in styrofoam: 8 C when closed, about 15 C five hours later. */
export function gelIceBox(options: GelIceBox): Scenario {
  const { packedAt, ...place } = options;
  return defineScenario({
    ...place,
    battery: twoCells,
    source: {
      kind: 'simulated',
      phases: [
        { from: place.startAt, environment: { kind: 'room' } },
        { from: packedAt, environment: { kind: 'gel-ice-box', packedAt, startC: 8 } },
      ],
      lagsMin: [6],
      probe: steelProbe(place.startAt),
      humidity: false,
    },
  });
}
