import type { AlertView } from '../../models/contracts/alert.ts';
import type { BatchView } from '../../models/contracts/batch.ts';
import type { Me } from '../../models/contracts/people.ts';
import type { LegView } from '../../models/contracts/shipment.ts';
import type { BoardLine, BoardShipment, ShipmentBoard } from '../../models/contracts/shipmentBoard.ts';
import type { ShownLife } from '../shownLife.ts';
import { aBatch, anEstimate, hourMs, iso, now } from './builders.ts';

const inH = (hours: number): string => iso(now + hours * hourMs);

/** A kitchen in Kediri, by the one who owns it. */
export const producer: Me = {
  userId: 'sri',
  name: 'Bu Sri',
  email: 'sri@example.com',
  phone: null,
  role: 'owner',
  organisation: {
    ...{ orgId: 'kediri', name: 'Tahu Bu Sri', kind: 'producer', timeZone: 'Asia/Jakarta' },
    ...{ publicName: null, address: null, halalNumber: null, pirtNumber: null },
    ...{ gs1CompanyPrefix: null, gln: null },
  },
  liveEventId: 'a-1',
  organisations: [{ orgId: 'kediri', name: 'Tahu Bu Sri', kind: 'producer', role: 'owner' }],
};

export function aLife(with_: Partial<ShownLife>): ShownLife {
  const loH = with_.loH ?? 14;
  return {
    ...{ status: 'fresh', say: 'left', loH, medianH: loH + 4, hiH: loH + 9 },
    ...{ untilAt: now + loH * hourMs, lastReadingAt: now - 120_000, noSensor: false, lowered: false },
    ...with_,
  };
}

const estimateOf = (batchId: string, left: [number, number, number], with_: object = {}) =>
  anEstimate({ lo: left[0], median: left[1], hi: left[2] }, { batchId, ...with_ });

/** A batch in each of the states a person meets, by what it is called here. */
export const batches: Readonly<Record<string, BatchView>> = {
  fresh: aBatch({
    batchId: 'fresh',
    name: 'Takwa kulkas depan',
    storage: 'fridge',
    estimate: estimateOf('fresh', [60, 80, 110], { lastTemperatureC: 4.6, lifeAtMakingH: 120 }),
  }),
  soon: aBatch({ batchId: 'soon', estimate: estimateOf('soon', [4.2, 7, 11], { status: 'use-soon' }) }),
  'maybe past': aBatch({
    batchId: 'maybe',
    name: 'Tahu putih subuh',
    estimate: estimateOf('maybe', [-1, 2, 5], { status: 'spoilage-risk', lastTemperatureC: 31.4 }),
  }),
  past: aBatch({
    batchId: 'past',
    name: 'Takwa kemarin',
    estimate: estimateOf('past', [-9, -6, -2], { status: 'spoilage-risk' }),
  }),
  silent: aBatch({
    batchId: 'silent',
    name: 'Takwa ruang jadi',
    estimate: estimateOf('silent', [5, 9, 14], { status: 'unknown', lastReadingAt: inH(-5) }),
  }),
  'lowered, silent for a while': aBatch({
    batchId: 'lowered',
    name: 'Takwa rak 2',
    estimate: estimateOf('lowered', [7, 11, 15], { flags: ['silent'], lastReadingAt: inH(-1) }),
  }),
  'no sensor': aBatch({
    batchId: 'none',
    name: 'Tahu pong',
    estimate: estimateOf('none', [9, 12, 16], {
      ...{ status: 'unknown', flags: ['no-sensor'], lastReadingAt: null, lastTemperatureC: null },
    }),
  }),
  'out of the tested range, sealed, wide': aBatch({
    batchId: 'range',
    name: 'Tahu bungkus vakum dengan nama yang panjang sekali untuk satu baris',
    estimate: estimateOf('range', [12, 30, 70], {
      flags: ['outside-tested-range', 'wide-interval', 'sealed-pack-unchilled'],
    }),
  }),
  'sold out': aBatch({ batchId: 'sold', name: 'Takwa habis', soldOutAt: inH(-0.5) }),
  'not sent yet': aBatch({ batchId: 'unsent', name: 'Takwa baru' }),
};

export function anAlert(with_: Partial<AlertView> = {}, facts: Partial<AlertView['facts']> = {}): AlertView {
  return {
    ...{ alertId: 'a-1', kind: 'too-warm', severity: 'warning', state: 'open', batchId: 'fresh' },
    ...{ nodeId: null, shipmentId: null, gatewayId: null, beganAt: inH(-6), openedAt: inH(-5.5) },
    ...{ clearedAt: null, knownLate: false, acknowledgedAt: null, acknowledgedBy: null, assignedTo: null },
    facts: {
      ...{ subjectName: 'K-07', placeName: 'Kulkas depan', levelC: 8, peakC: 22.3, aboveH: 3.7 },
      ...{ temperatureC: 21.4, lifeLostH: 10.2, keepsUntilP05: inH(46), ...facts },
    },
    history: [{ at: inH(-5.5), what: 'opened', by: null, note: null }],
    ...with_,
  };
}

interface Crate {
  readonly crate: string;
  readonly verdict: NonNullable<BoardLine['arrival']>['verdict'];
  readonly leftH: readonly [number, number, number];
  readonly celsius: number | null;
  readonly atRiskIdr?: number;
  readonly readingAt?: string | null;
}

function aLine(facts: Crate, line: number): BoardLine {
  const { crate, verdict, leftH, celsius, atRiskIdr = null, readingAt = iso(now - 60_000) } = facts;
  const [p05, median, p95] = leftH;
  const arrivesInH = 6;
  return {
    ...{ line, fefoRank: line, fefoReason: 'enough', crate, quantity: { amount: 40, unit: 'besek' } },
    batch: {
      ...{ batchId: `batch-${crate}`, name: `Takwa ${crate}`, productId: 'takwa', productName: 'Takwa' },
      ...{ producedAt: inH(-10), quantity: null, endedAt: null },
    },
    ...{ unitPriceIdr: 12_000, valueIdr: 480_000, atRiskIdr, promise: null },
    now: {
      status: 'fresh',
      remainingH: { p05: p05 + arrivesInH, median: median + arrivesInH, p95: p95 + arrivesInH },
      ...{ lastReadingAt: readingAt, lastTemperatureC: celsius },
    },
    arrival: {
      ...{ arrivesAt: inH(arrivesInH), remainingH: { p05, median, p95 }, verdict, needH: 24 },
      ...{ marginH: p05 - 24, keptAtC: 5, shareShort: { best: 0, worst: 0 }, measuredShare: 1 },
      ...{ lastReadingAt: readingAt, assumptions: [] },
    },
    recent: {
      ...{ from: inH(-8), to: iso(now), limitC: 8 },
      warmestC: celsius === null ? [] : [6, 6.2, null, 7, 9.4, celsius + 1, celsius],
    },
  };
}

function aLeg(leg: number, fields: Partial<LegView> = {}): LegView {
  return {
    ...{ leg, fromName: 'Kediri', toName: 'Surabaya', fromPlaceId: null, toPlaceId: null },
    ...{ vehicle: 'L 9214 UK', vehiclePlaceId: null, driverPhone: null, departsAt: inH(-3) },
    ...{ arrivesAt: inH(6), cooling: 'ice', temperatureC: null, departedAt: inH(-3), arrivedAt: null },
    ...{ expectedDepartureAt: inH(-3), expectedArrivalAt: inH(6), planned: null, ...fields },
  };
}

function aShipment(shipmentId: string, lines: BoardLine[], fields: Partial<BoardShipment>): BoardShipment {
  return {
    ...{ shipmentId, name: shipmentId, state: 'under-way', fromName: 'Kediri', toName: 'Surabaya' },
    ...{ departsAt: inH(-3), arrivesAt: inH(6), departedAt: inH(-3), arrivedAt: null },
    ...{ expectedArrivalAt: inH(6), needH: null, keptAtC: null, ownerOrgId: 'kediri' },
    ...{ receiverOrgId: null, asReceiver: false, verdict: 'enough', vehicle: 'L 9214 UK' },
    totals: {
      ...{ lines: lines.length, enough: 0, tight: 0, short: 0, unsure: 0, valueIdr: null, atRiskIdr: null },
    },
    ...{ legs: [aLeg(1)], lines, ...fields },
  };
}

/** Two trucks under way, one of them late, and one that is planned. */
export const board: ShipmentBoard = {
  asOf: iso(now),
  leftOut: 0,
  shipments: [
    aShipment(
      'K-1',
      [
        aLine({ crate: 'P-11', verdict: 'short', leftH: [8, 12, 18], celsius: 14.2, atRiskIdr: 460_000 }, 1),
        aLine({ crate: 'P-12', verdict: 'tight', leftH: [20, 31, 44], celsius: 8.3, atRiskIdr: 40_000 }, 2),
        aLine({ crate: 'P-13', verdict: 'unsure', leftH: [0, 30, 60], celsius: null, readingAt: null }, 3),
      ],
      { verdict: 'short', expectedArrivalAt: inH(7.5) },
    ),
    aShipment('K-2', [aLine({ crate: 'P-21', verdict: 'enough', leftH: [44, 60, 80], celsius: 5.1 }, 1)], {
      toName: 'Warung Bu Tatik, Malang',
      legs: [
        aLeg(1, { arrivedAt: inH(-1), toName: 'Blitar' }),
        aLeg(2, { fromName: 'Blitar', toName: 'Malang' }),
      ],
    }),
    aShipment('K-3', [aLine({ crate: 'P-31', verdict: 'enough', leftH: [70, 90, 110], celsius: 4.4 }, 1)], {
      ...{ state: 'planned', departedAt: null, departsAt: inH(2), toName: 'Gudang Sidoarjo', vehicle: null },
      legs: [aLeg(1, { vehicle: null, departedAt: null })],
    }),
  ],
};
