import { defineScenario, type Scenario } from '../scenario.ts';
import { type Place, steelProbe, twoCells } from './sensorKinds.ts';

export interface MountainRoad extends Place {
  readonly departsAt: number;
}

const minuteMs = 60_000;

/** Kediri, Pare, Kandangan, Pujon, Batu, Malang: minutes under way and metres above the sea. */
const route = [
  { min: 0, altitudeM: 65 },
  { min: 40, altitudeM: 140 },
  { min: 75, altitudeM: 500 },
  { min: 105, altitudeM: 1150 },
  { min: 130, altitudeM: 900 },
  { min: 175, altitudeM: 450 },
] as const;

/** Over the pass between Kandangan and Batu there is no signal for 50 min. */
const noSignalMin = { from: 76, to: 126 } as const;

/** A pick-up over the hills to Malang: cool on the pass, silent for 50 min, then everything at once. */
export function mountainRoad(options: MountainRoad): Scenario {
  const { departsAt, ...place } = options;
  const after = (min: number): number => departsAt + min * minuteMs;
  return defineScenario({
    ...place,
    battery: twoCells,
    signalLost: [{ from: after(noSignalMin.from), to: after(noSignalMin.to) }],
    source: {
      kind: 'simulated',
      phases: [
        { from: place.startAt, environment: { kind: 'room' } },
        {
          from: departsAt,
          environment: {
            kind: 'road',
            waypoints: route.map(({ min, altitudeM }) => ({ at: after(min), altitudeM })),
          },
        },
      ],
      lagsMin: [10, 22],
      probe: steelProbe(place.startAt),
      humidity: false,
    },
  });
}
