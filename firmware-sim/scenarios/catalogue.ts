import type { Scenario } from '../scenario.ts';
import { besekPickup } from './besekPickup.ts';
import { gelIceBox } from './gelIceBox.ts';
import { kiosk } from './kiosk.ts';
import { kitchenTakwa } from './kitchenTakwa.ts';
import { measuredFridge } from './measuredFridge.ts';
import { mountainRoad } from './mountainRoad.ts';
import { powerCut } from './powerCut.ts';
import type { Place } from './sensorKinds.ts';
import { shopFridge } from './shopFridge.ts';
import { waterBucket } from './waterBucket.ts';

const hourMs = 3_600_000;

/** Every scenario by the name it has on the command line; what happens in it begins an hour after its start. */
export const scenarioCatalogue: Readonly<Record<string, (place: Place) => Scenario>> = {
  'kitchen-takwa': kitchenTakwa,
  'besek-pickup': place => {
    const departsAt = place.startAt + hourMs;
    const room = { kind: 'room' } as const;
    return besekPickup({
      ...place,
      departsAt,
      arrivesAt: departsAt + 2.5 * hourMs,
      before: room,
      after: room,
    });
  },
  'gel-ice-box': place => gelIceBox({ ...place, packedAt: place.startAt + hourMs }),
  'shop-fridge': shopFridge,
  'power-cut': place =>
    powerCut({ ...place, cuts: [{ from: place.startAt + hourMs, to: place.startAt + 4 * hourMs }] }),
  'mountain-road': place => mountainRoad({ ...place, departsAt: place.startAt + hourMs }),
  'water-bucket': place => waterBucket({ ...place, filledAt: place.startAt + hourMs }),
  kiosk,
  'fridge-a1': place => measuredFridge(place, 'A1'),
  'fridge-a2': place => measuredFridge(place, 'A2'),
};
