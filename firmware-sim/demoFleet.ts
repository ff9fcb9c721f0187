import type { DemoBatch, DemoNode } from './demoNode.ts';
import { pickupToJember, truckToSurabaya } from './demoRoad.ts';
import { type DemoTimes, demoNode, demoTimes, named, place } from './demoTimes.ts';
import { besekPickup } from './scenarios/besekPickup.ts';
import { gelIceBox } from './scenarios/gelIceBox.ts';
import { kiosk } from './scenarios/kiosk.ts';
import { kitchenTakwa } from './scenarios/kitchenTakwa.ts';
import { measuredFridge } from './scenarios/measuredFridge.ts';
import { mountainRoad } from './scenarios/mountainRoad.ts';
import { powerCut } from './scenarios/powerCut.ts';
import { shopFridge, shopFridgeAir } from './scenarios/shopFridge.ts';
import { waterBucket } from './scenarios/waterBucket.ts';
import { wibStamp } from './wib.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * A small maker in Kediri with its kitchen, fridges, boxes and customers, as it is at `now`: twelve nodes and their batches
 * in every state. Call it once when a demo is set up and keep `now` with its data: what happens is fixed by it.
 */
export function demoScenarios(now: number): DemoNode[] {
  const at = demoTimes(now);
  return [
    shopFridgeNode(at),
    kitchenNode(at),
    measuredFridgeNodeA1(at),
    measuredFridgeNodeA2(at),
    boxOfPakYanto(at),
    gelBoxOfBuTin(at),
    fridgeInKeniten(at),
    silentKiosk(at),
    pickupToMalang(at),
    bucketAtMarket(at),
    truckToSurabaya(at),
    pickupToJember(at),
  ];
}

/** Start of the earliest reading of the demo's nodes. */
export function demoHistoryFrom(now: number): number {
  return demoTimes(now).start;
}

/** The shop's own fridge: yesterday's takwa still good, an older one to be sold now. */
function shopFridgeNode(at: DemoTimes): DemoNode {
  const scenario = shopFridge(place(at, 0, 'kulkas-depan', 'Kulkas depan', 'toko'));
  const chilledTakwa = (producedAt: number, amount: number): DemoBatch => ({
    batchId: `TKW-${wibStamp(producedAt)}`,
    name: named('Takwa', producedAt, at),
    productId: 'takwa',
    producedAt,
    quantity: { amount, unit: 'besek' },
    treatment: 'turmeric-boiled',
    storage: 'fridge',
    placements: [
      { nodeId: 'dapur', from: producedAt, to: producedAt + 20 * minuteMs },
      { nodeId: scenario.nodeId, from: producedAt + 20 * minuteMs, to: null },
    ],
  });
  return demoNode(scenario, [chilledTakwa(at.ago(5), 24), chilledTakwa(at.ago(29), 9)]);
}

/** The kitchen: a cook of an hour ago, drying on its racks. */
function kitchenNode(at: DemoTimes): DemoNode {
  const scenario = kitchenTakwa(place(at, 1, 'dapur', 'Dapur', 'pabrik'));
  const producedAt = at.ago(0.8);
  return demoNode(scenario, [
    {
      batchId: `TKW-${wibStamp(producedAt)}`,
      name: named('Takwa', producedAt, at),
      productId: 'takwa',
      producedAt,
      quantity: { amount: 400, unit: 'potong' },
      treatment: 'turmeric-boiled',
      storage: 'room',
      placements: [{ nodeId: scenario.nodeId, from: producedAt, to: null }],
    },
  ]);
}

/** Measured refrigerator A1: sealed takwa in crate K-07. */
function measuredFridgeNodeA1(at: DemoTimes): DemoNode {
  const scenario = measuredFridge(place(at, 0, 'kulkas-bu-sri', 'Kulkas Bu Sri', 'pabrik'), 'A1');
  const producedAt = at.atLeastAgo(48, 4, 50);
  return demoNode(scenario, [
    {
      batchId: `TKV-${wibStamp(producedAt)}-K07`,
      name: 'Takwa vakum, krat K-07',
      productId: 'takwa-vakum',
      producedAt,
      quantity: { amount: 60, unit: 'bungkus' },
      treatment: 'packed-heated',
      storage: 'fridge',
      placements: [{ nodeId: scenario.nodeId, from: producedAt + 30 * minuteMs, to: null }],
    },
  ]);
}

/** Measured refrigerator A2: fried tahu of last night. */
function measuredFridgeNodeA2(at: DemoTimes): DemoNode {
  const scenario = measuredFridge(place(at, 0, 'kulkas-belakang', 'Kulkas belakang', 'toko'), 'A2');
  const producedAt = at.ago(9);
  return demoNode(scenario, [
    {
      batchId: `PNG-${wibStamp(producedAt)}`,
      name: named('Tahu pong', producedAt, at),
      productId: 'pong',
      producedAt,
      quantity: { amount: 120, unit: 'potong' },
      treatment: 'none',
      storage: 'fridge',
      placements: [{ nodeId: scenario.nodeId, from: producedAt + 10 * minuteMs, to: null }],
    },
  ]);
}

/** Sealed takwa to Surabaya: fridge, a warm pick-up with a loose battery on the way, then the shop's fridge. */
function boxOfPakYanto(at: DemoTimes): DemoNode {
  const producedAt = at.atLeastAgo(60, 4, 50);
  const departsAt = at.ago(14);
  const arrivesAt = departsAt + 2.5 * hourMs;
  const scenario = besekPickup({
    ...place(at, 2, 'boks-yanto', 'Boks Pak Yanto', 'surabaya'),
    departsAt,
    arrivesAt,
    before: shopFridgeAir,
    after: { ...shopFridgeAir, setC: 6.2 },
    powerOff: [{ from: departsAt + 40 * minuteMs, to: departsAt + 95 * minuteMs }],
  });
  return demoNode(scenario, [
    {
      batchId: `TKV-${wibStamp(producedAt)}-K09`,
      name: 'Takwa vakum, krat K-09',
      productId: 'takwa-vakum',
      producedAt,
      quantity: { amount: 40, unit: 'bungkus' },
      treatment: 'packed-heated',
      storage: 'fridge',
      placements: [{ nodeId: scenario.nodeId, from: producedAt + 20 * minuteMs, to: null }],
    },
  ]);
}

/** White tahu on gel ice for a customer in the next town. */
function gelBoxOfBuTin(at: DemoTimes): DemoNode {
  const packedAt = at.ago(2.5);
  const scenario = gelIceBox({ ...place(at, 3, 'boks-bu-tin', 'Boks es Bu Tin', 'tulungagung'), packedAt });
  const producedAt = packedAt - 20 * minuteMs;
  return demoNode(scenario, [
    {
      batchId: `PTH-${wibStamp(producedAt)}`,
      name: `${named('Tahu putih', producedAt, at)}, boks es`,
      productId: 'putih',
      producedAt,
      quantity: { amount: 150, unit: 'potong' },
      treatment: 'none',
      storage: 'fridge',
      placements: [{ nodeId: scenario.nodeId, from: packedAt, to: null }],
    },
  ]);
}

/** A village fridge that was without electricity yesterday; the tahu came after the cut, the sealed packs before. */
function fridgeInKeniten(at: DemoTimes): DemoNode {
  const cutFrom = at.atLeastAgo(12, 14, 0);
  const scenario = powerCut({
    ...place(at, 4, 'kulkas-keniten', 'Kulkas Keniten', 'keniten'),
    cuts: [{ from: cutFrom, to: cutFrom + 3 * hourMs }],
  });
  const producedAt = at.atLeastAgo(96, 5, 20);
  return demoNode(scenario, [
    {
      batchId: `TKV-${wibStamp(producedAt)}-K04`,
      name: 'Takwa vakum, krat K-04',
      productId: 'takwa-vakum',
      producedAt,
      quantity: { amount: 30, unit: 'bungkus' },
      treatment: 'packed-heated',
      storage: 'fridge',
      placements: [{ nodeId: scenario.nodeId, from: producedAt + 30 * minuteMs, to: null }],
    },
  ]);
}

/** A kiosk's fridge; the sensor's cells ran empty seven hours ago, an hour and a half after the takwa came. */
function silentKiosk(at: DemoTimes): DemoNode {
  const scenario = kiosk({
    ...place(at, 5, 'kios-wonokromo', 'Kios Wonokromo', 'surabaya'),
    inside: { ...shopFridgeAir, doorOpeningsPerDay: 12 },
    silentFrom: at.ago(7) + 4 * minuteMs,
  });
  const producedAt = at.ago(9);
  return demoNode(scenario, [
    {
      batchId: `TKW-${wibStamp(producedAt)}-W`,
      name: `${named('Takwa', producedAt, at)}, Wonokromo`,
      productId: 'takwa',
      producedAt,
      quantity: { amount: 20, unit: 'besek' },
      treatment: 'turmeric-boiled',
      storage: 'fridge',
      placements: [{ nodeId: scenario.nodeId, from: producedAt + 30 * minuteMs, to: null }],
    },
  ]);
}

/** Takwa that went over the hills to Malang uncooled. */
function pickupToMalang(at: DemoTimes): DemoNode {
  const departsAt = at.ago(7);
  const scenario = mountainRoad({ ...place(at, 6, 'pikap-malang', 'Pikap Malang', 'malang'), departsAt });
  const producedAt = departsAt - 40 * minuteMs;
  return demoNode(scenario, [
    {
      batchId: `TKW-${wibStamp(producedAt)}-M`,
      name: `${named('Takwa', producedAt, at)}, Malang`,
      productId: 'takwa',
      producedAt,
      quantity: { amount: 30, unit: 'besek' },
      treatment: 'turmeric-boiled',
      storage: 'room',
      placements: [{ nodeId: scenario.nodeId, from: producedAt + 10 * minuteMs, to: null }],
    },
  ]);
}

/** White tahu in water at the market, made before the market opened. */
function bucketAtMarket(at: DemoTimes): DemoNode {
  const filledAt = at.ago(1.2);
  const scenario = waterBucket({
    ...place(at, 7, 'ember-pasar', 'Ember Pasar Setono Betek', 'pasar'),
    filledAt,
  });
  return demoNode(scenario, [
    {
      batchId: `PTH-${wibStamp(filledAt)}-E`,
      name: `${named('Tahu putih', filledAt, at)}, ember`,
      productId: 'putih',
      producedAt: filledAt,
      quantity: { amount: 200, unit: 'potong' },
      treatment: 'water-immersed',
      storage: 'room',
      placements: [{ nodeId: scenario.nodeId, from: filledAt, to: null }],
    },
  ]);
}
