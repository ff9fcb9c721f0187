import { defineScenario, type Scenario } from '../scenario.ts';
import type { TimeWindow } from '../timeWindow.ts';
import { airProbe, type Place, twoCells } from './sensorKinds.ts';

export interface PowerCut extends Place {
  /** When the mains are off: the fridge warms, the router is down and the node keeps what it measures. */
  readonly cuts: readonly TimeWindow[];
}

/** A fridge on the village mains: in a cut of 3 h its air warms from 5 to 17 C. */
export function powerCut(options: PowerCut): Scenario {
  const { cuts, ...place } = options;
  return defineScenario({
    ...place,
    battery: twoCells,
    signalLost: cuts,
    source: {
      kind: 'simulated',
      phases: [
        {
          from: place.startAt,
          environment: {
            kind: 'fridge',
            setC: 5,
            swingC: 0.9,
            cycleMin: 45,
            doorOpeningsPerDay: 8,
            doorPeakC: 9,
            powerCuts: cuts,
          },
        },
      ],
      lagsMin: [5],
      probe: airProbe(place.startAt),
      humidity: true,
    },
  });
}
