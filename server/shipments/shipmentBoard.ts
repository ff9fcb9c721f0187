import type {
  BoardLine,
  BoardShipment,
  RecentTemperature,
  ShipmentBoard,
} from '../../models/contracts/shipmentBoard.ts';
import { type Shipment, stateOf } from '../store/metadata/shipments.ts';
import type { Bucket } from '../store/readingStore.ts';
import type { Freight } from './freight.ts';
import { toLegViews, toLineViews, toShipmentHead } from './shipmentView.ts';
import { contextOf, type ViewParts, weigh } from './shipmentViews.ts';

/** More cannot be weighed while somebody waits, nor be taken in by one look. */
const mostShipments = 60;
const hourMs = 3_600_000;
const recentMs = 8 * hourMs;
const spanMs = hourMs / 3;

export interface BoardFreight {
  readonly shipment: Shipment;
  readonly asReceiver: boolean;
}

/** Shipments that are not over, the first to arrive first, each line with what its sensors measured of late. */
export async function shipmentBoard(parts: ViewParts, open: readonly BoardFreight[]): Promise<ShipmentBoard> {
  const now = parts.clock.now();
  const inOrder = open
    .filter(({ shipment }) => ['planned', 'under-way'].includes(stateOf(shipment)))
    .toSorted((a, b) => a.shipment.legs.at(-1)!.arrivesAt - b.shipment.legs.at(-1)!.arrivesAt);
  const shipments: BoardShipment[] = [];
  const recent = recentOf(parts, now);
  for (const freight of inOrder.slice(0, mostShipments))
    shipments.push(await boardShipment(parts, freight, recent));
  return {
    asOf: new Date(now).toISOString(),
    shipments,
    leftOut: Math.max(0, inOrder.length - mostShipments),
  };
}

type Recent = (freight: Freight) => Promise<RecentTemperature>;

async function boardShipment(
  parts: ViewParts,
  { shipment, asReceiver }: BoardFreight,
  recent: Recent,
): Promise<BoardShipment> {
  const { context, journey, lines } = await weigh(parts, shipment, await contextOf(parts, [shipment]));
  const views = toLineViews(lines, !asReceiver);
  const withRecent: BoardLine[] = [];
  for (const view of views) {
    const { freight } = lines.find(weighed => weighed.freight.line.line === view.line)!;
    withRecent.push({ ...view, recent: await recent(freight) });
  }
  return {
    ...toShipmentHead(shipment, journey, views, asReceiver),
    vehicle: shipment.legs[0]!.vehicle,
    legs: toLegViews(shipment, journey, context.now),
    lines: withRecent,
  };
}

/** Crates of one truck share its sensors: each is read once. */
function recentOf({ store }: ViewParts, now: number): Recent {
  const to = Math.floor(now / spanMs) * spanMs + spanMs;
  const from = to - recentMs;
  const known = new Map<string, Promise<readonly Bucket[]>>();
  const bucketsOf = (nodeId: string, probe: string) => {
    const key = `${nodeId} ${probe}`;
    const asked = known.get(key) ?? store.buckets({ nodeId, probe, from, to, points: recentMs / spanMs });
    known.set(key, asked);
    return asked;
  };
  return async ({ placements, estimate }) => {
    const warmestC = new Array<number | null>(recentMs / spanMs).fill(null);
    for (const placement of placements) {
      const end = placement.to ?? Number.POSITIVE_INFINITY;
      if (end <= from || placement.from >= to) continue;
      for (const bucket of await bucketsOf(placement.nodeId, placement.probe)) {
        const middle = (bucket.from + bucket.to) / 2;
        const span = Math.floor((middle - from) / spanMs);
        if (bucket.count === 0 || bucket.to <= placement.from || bucket.from >= end) continue;
        if (span < 0 || span >= warmestC.length) continue;
        warmestC[span] = Math.max(warmestC[span] ?? Number.NEGATIVE_INFINITY, bucket.maxC);
      }
    }
    return {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      warmestC,
      limitC: estimate.outOfRangeAboveC,
    };
  };
}
