import type { DemoBatch, DemoNode, DemoShipment } from './demoNode.ts';
import { type DemoTimes, demoNode, demoTimes, named, place } from './demoTimes.ts';
import { besekPickup } from './scenarios/besekPickup.ts';
import { coldTruck } from './scenarios/coldTruck.ts';
import { wibStamp } from './wib.ts';

const minuteMs = 60_000;

/** What is under way at `now`: one in a cold truck that keeps well, one in a warm pick-up that arrives short. */
export function demoShipments(now: number): DemoShipment[] {
  const at = demoTimes(now);
  const batchesOn = (node: DemoNode) => node.batches.map(batch => batch.batchId);
  return [
    {
      shipmentId: `SBY-${wibStamp(roadOf.surabaya(at).departsAt)}`,
      name: 'Surabaya, truk dingin',
      ...{ from: 'Pabrik', to: 'Toko Sumber Rejeki', vehicle: 'truk-dingin', cooling: 'refrigerated' },
      ...roadOf.surabaya(at),
      needH: 72,
      batchIds: batchesOn(truckToSurabaya(at)),
    },
    {
      shipmentId: `JBR-${wibStamp(roadOf.jember(at).departsAt)}`,
      name: 'Jember, pikap',
      ...{ from: 'Pabrik', to: 'Pasar Tanjung, Jember', vehicle: 'pikap-jember', cooling: 'none' },
      ...roadOf.jember(at),
      needH: 24,
      batchIds: batchesOn(pickupToJember(at)),
    },
  ];
}

/** Kediri to Surabaya by 2.5 h, to Jember by 6 h. */
const roadOf = {
  surabaya: (at: DemoTimes) => ({ departsAt: at.ago(1), arrivesAt: at.ago(-1.5) }),
  jember: (at: DemoTimes) => ({ departsAt: at.ago(2), arrivesAt: at.ago(-4) }),
} as const;

/** Sealed takwa of two days in a cold truck. */
export function truckToSurabaya(at: DemoTimes): DemoNode {
  const scenario = coldTruck(place(at, 8, 'truk-dingin', 'Truk dingin', 'truk-dingin'));
  const { departsAt } = roadOf.surabaya(at);
  const crate = (agoH: number, name: string, amount: number): DemoBatch => {
    const producedAt = at.atLeastAgo(agoH, 4, 50);
    return {
      batchId: `TKV-${wibStamp(producedAt)}-${name}`,
      name: `Takwa vakum, krat ${name}`,
      productId: 'takwa-vakum',
      producedAt,
      quantity: { amount, unit: 'bungkus' },
      treatment: 'packed-heated',
      storage: 'fridge',
      placements: [
        { nodeId: 'kulkas-bu-sri', from: producedAt + 30 * minuteMs, to: departsAt },
        { nodeId: scenario.nodeId, from: departsAt, to: null },
      ],
    };
  };
  return demoNode(scenario, [crate(14, 'K11', 120), crate(38, 'K12', 80)]);
}

/** Takwa of this morning, uncooled under a tarpaulin, on a road that is too long for it. */
export function pickupToJember(at: DemoTimes): DemoNode {
  const { departsAt, arrivesAt } = roadOf.jember(at);
  const scenario = besekPickup({
    ...place(at, 9, 'pikap-jember', 'Pikap Jember', 'pikap-jember'),
    ...{ departsAt, arrivesAt, before: { kind: 'room' }, after: { kind: 'room' } },
  });
  const producedAt = departsAt - 90 * minuteMs;
  return demoNode(scenario, [
    {
      batchId: `TKW-${wibStamp(producedAt)}-J`,
      name: `${named('Takwa', producedAt, at)}, Jember`,
      productId: 'takwa',
      producedAt,
      quantity: { amount: 60, unit: 'besek' },
      treatment: 'turmeric-boiled',
      storage: 'room',
      placements: [
        { nodeId: 'dapur', from: producedAt, to: departsAt },
        { nodeId: scenario.nodeId, from: departsAt, to: null },
      ],
    },
  ]);
}
