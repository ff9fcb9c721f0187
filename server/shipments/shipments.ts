import type { z } from 'zod';
import type { Clock } from '../../models/contracts/intake.ts';
import type {
  arriveSchema,
  custodyCorrectionSchema,
  departSchema,
  handoverSchema,
} from '../../models/contracts/newShipment.ts';
import type {
  ArrivalVerdict,
  FefoView,
  ShipmentState,
  ShipmentSummary,
  ShipmentView,
} from '../../models/contracts/shipment.ts';
import type { ShipmentBoard, ShipmentPreview } from '../../models/contracts/shipmentBoard.ts';
import { ApiError } from '../errors.ts';
import type { LiveHub } from '../liveHub.ts';
import type { BatchLives } from '../shelf-life/batchLives.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { grantedShipments } from '../store/metadata/grants.ts';
import {
  findShipment,
  listOpenShipmentIdsOfBatch,
  listShipments,
  type Shipment,
  type ShipmentCursor,
  stateOf,
} from '../store/metadata/shipments.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import {
  type Actor,
  bookShipment,
  type NewShipmentRequest,
  rebookShipment,
  type ShipmentChange,
} from './bookShipment.ts';
import { fefoView } from './fefoView.ts';
import { type FoundShipment, findShipmentFor } from './findShipmentFor.ts';
import { arrive, cancelShipment, correctCustody, depart, handOver } from './moveShipment.ts';
import { previewShipment } from './previewShipment.ts';
import { shipmentBoard } from './shipmentBoard.ts';
import { inFefoOrder, toLineViews, toShipmentHead } from './shipmentView.ts';
import { contextOf, shipmentSummaries, shipmentView, type ViewParts, weigh } from './shipmentViews.ts';
import { createSiteHistories } from './siteHistories.ts';

/** How a shipment will arrive, in short: for alerts. */
export interface ShipmentArrival {
  readonly shipmentId: string;
  readonly name: string;
  readonly toName: string;
  readonly state: ShipmentState;
  /** Of the worst line. */
  readonly verdict: ArrivalVerdict;
  readonly arrivesAt: number;
  /** The line with the least to spare. */
  readonly batchId: string;
  readonly batchName: string;
  readonly arrivesWithP05H: number;
  readonly needH: number;
}

/** Shipments from plan to arrival. Reads and changes only what the organisation that asks may. */
export interface Shipments {
  /** @throws {ApiError} shipment.exists, batch.not_found, organisation.not_found, request.invalid */
  book(actor: Actor, request: NewShipmentRequest): Promise<ShipmentView>;
  /** @throws {ApiError} shipment.not_found, shipment.wrong_state, batch.not_found, request.invalid; so do all below */
  change(actor: Actor, shipmentId: string, change: ShipmentChange): Promise<ShipmentView>;
  depart(actor: Actor, shipmentId: string, asked: z.output<typeof departSchema>): Promise<ShipmentView>;
  handOver(
    actor: Actor,
    shipmentId: string,
    leg: number,
    asked: z.output<typeof handoverSchema>,
  ): Promise<ShipmentView>;
  arrive(actor: Actor, shipmentId: string, asked: z.output<typeof arriveSchema>): Promise<ShipmentView>;
  correctCustody(
    actor: Actor,
    shipmentId: string,
    asked: z.output<typeof custodyCorrectionSchema>,
  ): Promise<ShipmentView>;
  cancel(actor: Actor, shipmentId: string, reason: string): Promise<ShipmentView>;
  /** @throws {ApiError} batch.not_found, organisation.not_found, request.invalid */
  preview(actor: Actor, request: NewShipmentRequest): Promise<ShipmentPreview>;
  view(orgId: string, shipmentId: string): Promise<ShipmentView>;
  /** As its receiver sees it; `orgId` is whose it is. For whoever holds a link. */
  sharedView(orgId: string, shipmentId: string): Promise<ShipmentView>;
  /** Own and shared ones that are not over, with every line. */
  board(orgId: string): Promise<ShipmentBoard>;
  /** Rows of one page, the latest departure first. */
  summaries(shipments: readonly Shipment[]): Promise<ShipmentSummary[]>;
  list(
    orgId: string,
    page: {
      readonly after?: ShipmentCursor | undefined;
      readonly limit: number;
      readonly state: ShipmentState | 'open' | 'all';
    },
  ): Promise<Shipment[]>;
  /** What other organisations share with this one. */
  received(orgId: string): Promise<ShipmentSummary[]>;
  fefo(orgId: string, placeId: string | null): Promise<FefoView>;
  /** Null when there is none, or it is cancelled, over, or forgotten: two weeks past its planned arrival. */
  arrivalVerdict(orgId: string, shipmentId: string): Promise<ShipmentArrival | null>;
  /** Ids of shipments with this batch that are planned or under way. */
  openShipmentsOf(orgId: string, batchId: string): Promise<string[]>;
}

export interface ShipmentParts {
  readonly db: MetadataDb;
  readonly lives: BatchLives;
  readonly store: ReadingStore;
  readonly clock: Clock;
  readonly hub: LiveHub;
}

const mostReceived = 200;
const mostOpen = 1_000;
/** So long after its planned arrival nobody is told of a shipment any more. */
const forgottenMs = 14 * 24 * 3_600_000;

export function createShipments(parts: ShipmentParts): Shipments {
  const { db, clock, hub } = parts;
  const viewParts: ViewParts = { ...parts, histories: createSiteHistories(db, parts.store) };
  const moveParts = { db, clock, weighLines: (shipment: Shipment) => weighLines(viewParts, shipment) };
  const find = (orgId: string, shipmentId: string) => findShipmentFor(db, orgId, shipmentId, clock.now());

  async function view(orgId: string, shipmentId: string): Promise<ShipmentView> {
    const { shipment, asReceiver } = await find(orgId, shipmentId);
    return shipmentView(viewParts, shipment, asReceiver);
  }

  /** Finds it, lets `step` change it, tells those who watch, and shows it. */
  async function change(
    { orgId }: Actor,
    shipmentId: string,
    may: (found: FoundShipment) => boolean,
    step: (shipment: Shipment) => Promise<void>,
  ): Promise<ShipmentView> {
    const found = await find(orgId, shipmentId);
    if (!may(found)) throw new ApiError('auth.role_not_allowed', 'only the organisation that sends it may');
    await step(found.shipment);
    announce(found.shipment);
    return view(orgId, shipmentId);
  }

  function announce({ orgId, receiverOrgId, shipmentId }: Shipment): void {
    for (const watcher of [orgId, receiverOrgId])
      if (watcher !== null) hub.publish(watcher, { type: 'shipment', data: { shipmentId } });
  }

  const bySender = ({ asReceiver }: FoundShipment) => !asReceiver;

  async function sharedWith(orgId: string): Promise<Shipment[]> {
    const shared: Shipment[] = [];
    for (const granted of (await grantedShipments(db, orgId, clock.now())).slice(0, mostReceived)) {
      const shipment = await findShipment(db, granted.orgId, granted.shipmentId);
      if (
        shipment !== null &&
        !shared.some(s => s.orgId === shipment.orgId && s.shipmentId === shipment.shipmentId)
      )
        shared.push(shipment);
    }
    return shared;
  }

  return {
    view,
    preview: (actor, request) => previewShipment(viewParts, actor, request),
    async sharedView(orgId, shipmentId) {
      return shipmentView(viewParts, (await find(orgId, shipmentId)).shipment, true);
    },
    async board(orgId) {
      const own = await listShipments(db, orgId, { limit: mostOpen, state: 'open' });
      const shared = await sharedWith(orgId);
      return shipmentBoard(
        viewParts,
        [
          ...own.map(shipment => ({ shipment, asReceiver: false })),
          ...shared.map(shipment => ({ shipment, asReceiver: true })),
        ].filter(({ shipment }) => !isForgotten(shipment, clock.now())),
      );
    },
    async book(actor, request) {
      const shipmentId = await bookShipment(parts, actor, request);
      announce((await find(actor.orgId, shipmentId)).shipment);
      return view(actor.orgId, shipmentId);
    },
    change: (actor, id, asked) => change(actor, id, bySender, s => rebookShipment(parts, actor, s, asked)),
    depart: (actor, id, asked) => change(actor, id, bySender, s => depart(moveParts, actor, s, asked)),
    handOver: (actor, id, leg, asked) =>
      change(actor, id, bySender, s => handOver(moveParts, actor, s, leg, asked)),
    arrive: (actor, id, asked) =>
      change(
        actor,
        id,
        ({ shipment, asReceiver }) => !asReceiver || shipment.receiverOrgId === actor.orgId,
        s => arrive(moveParts, actor, s, asked),
      ),
    correctCustody: (actor, id, asked) =>
      change(actor, id, bySender, s => correctCustody(moveParts, actor, s, asked)),
    cancel: (actor, id, reason) =>
      change(actor, id, bySender, s => cancelShipment(moveParts, actor, s, reason)),
    list: (orgId, page) => listShipments(db, orgId, page),
    summaries: shipments => summariesOf(viewParts, shipments, false),
    received: async orgId => summariesOf(viewParts, await sharedWith(orgId), true),
    fefo: (orgId, placeId) => fefoView(viewParts, orgId, placeId),
    arrivalVerdict: (orgId, shipmentId) => shipmentArrival(viewParts, orgId, shipmentId),
    openShipmentsOf: (orgId, batchId) => listOpenShipmentIdsOfBatch(db, orgId, batchId),
  };
}

async function weighLines(parts: ViewParts, shipment: Shipment) {
  const { lines } = await weigh(parts, shipment, await contextOf(parts, [shipment]));
  return new Map(
    lines.flatMap(({ freight, arrival }) =>
      arrival === null ? [] : [[freight.line.line, arrival] as const],
    ),
  );
}

async function summariesOf(
  parts: ViewParts,
  shipments: readonly Shipment[],
  asReceiver: boolean,
): Promise<ShipmentSummary[]> {
  const rows = new Map<Shipment, ShipmentSummary>();
  for (const ofOrg of Map.groupBy(shipments, shipment => shipment.orgId).values()) {
    const summaries = await shipmentSummaries(parts, ofOrg, asReceiver);
    for (const [i, shipment] of ofOrg.entries()) rows.set(shipment, summaries[i]!);
  }
  return shipments.flatMap(shipment => rows.get(shipment) ?? []);
}

/** Nobody said that it left or came, and by now nobody will. */
function isForgotten({ legs }: Shipment, now: number): boolean {
  return now - legs.at(-1)!.arrivesAt > forgottenMs;
}

async function shipmentArrival(
  parts: ViewParts,
  orgId: string,
  shipmentId: string,
): Promise<ShipmentArrival | null> {
  const shipment = await findShipment(parts.db, orgId, shipmentId);
  if (shipment === null) return null;
  const state = stateOf(shipment);
  if (state === 'arrived' || state === 'cancelled') return null;
  if (isForgotten(shipment, parts.clock.now())) return null;
  const { journey, lines } = await weigh(parts, shipment, await contextOf(parts, [shipment]));
  const tightest = inFefoOrder(lines).toSorted(
    (a, b) => (a.arrival?.marginH ?? 0) - (b.arrival?.marginH ?? 0),
  )[0];
  if (tightest?.arrival == null) return null;
  const { name, toName, verdict } = toShipmentHead(shipment, journey, toLineViews(lines, true), false);
  if (verdict === null) return null;
  const { batch } = tightest.freight;
  return {
    ...{ shipmentId, name, toName, state, verdict },
    arrivesAt: journey.arrivesAt,
    batchId: batch.batchId,
    batchName: batch.name,
    arrivesWithP05H: tightest.arrival.remainingH.p05,
    needH: tightest.arrival.needH,
  };
}
