import { z } from 'zod';
import { placeIdSchema } from '../../models/contracts/ids.ts';
import {
  arriveSchema,
  cancelShipmentSchema,
  custodyCorrectionSchema,
  departSchema,
  handoverSchema,
  newShipmentSchema,
  shipmentChangeSchema,
} from '../../models/contracts/newShipment.ts';
import {
  fefoViewSchema,
  shipmentSummarySchema,
  shipmentViewSchema,
} from '../../models/contracts/shipment.ts';
import { shipmentBoardSchema, shipmentPreviewSchema } from '../../models/contracts/shipmentBoard.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { defineRoute } from './route.ts';

const cursorSchema = z.strictObject({ departsAt: z.number().int(), shipmentId: z.string() });
const stateRule = 'must be one of all, open, planned, under-way, arrived, cancelled';
const listStateSchema = z.enum(['all', 'open', 'planned', 'under-way', 'arrived', 'cancelled'], {
  error: stateRule,
});

export function shipmentRoutes(services: Services) {
  return [...readRoutes(services), ...planRoutes(services), ...wayRoutes(services)];
}

function readRoutes({ shipments }: Services) {
  return [
    defineRoute({
      method: 'get',
      path: '/shipments',
      summary: 'Shipments with what they arrive with, the latest planned departure first',
      query: z.strictObject({ ...pageQuery, state: listStateSchema.default('all') }),
      success: { status: 200, schema: page('shipments', shipmentSummarySchema) },
      fromStore: true,
      async handle({ principal: { orgId }, query: { limit, cursor, state } }) {
        const after = readCursor(cursor, cursorSchema);
        const found = await shipments.list(orgId, { after, limit: limit + 1, state });
        const { items, nextCursor } = toPage(found, limit, s => ({
          departsAt: s.legs[0]!.departsAt,
          shipmentId: s.shipmentId,
        }));
        return { shipments: await shipments.summaries(items), nextCursor };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/shipments/received',
      summary: 'Shipments that other organisations share with this one',
      success: { status: 200, schema: page('shipments', shipmentSummarySchema) },
      fromStore: true,
      handle: async ({ principal }) => ({
        shipments: await shipments.received(principal.orgId),
        nextCursor: null,
      }),
    }),
    defineRoute({
      method: 'get',
      path: '/shipments/board',
      summary: 'All that is planned or on its way, own and shared, with every line: what a board shows',
      success: { status: 200, schema: shipmentBoardSchema },
      fromStore: true,
      handle: ({ principal }) => shipments.board(principal.orgId),
    }),
    defineRoute({
      method: 'get',
      path: '/shipments/:shipmentId',
      summary: 'One shipment: what every batch arrives with, which to unload first, what would help',
      success: { status: 200, schema: shipmentViewSchema },
      fromStore: true,
      handle: ({ principal, param }) => shipments.view(principal.orgId, param('shipmentId')),
    }),
    defineRoute({
      method: 'get',
      path: '/fefo',
      summary: 'First expired, first out: which crate goes first, and to which planned shipment',
      query: z.strictObject({ placeId: placeIdSchema.optional() }),
      success: { status: 200, schema: fefoViewSchema },
      fromStore: true,
      handle: ({ principal, query }) => shipments.fefo(principal.orgId, query.placeId ?? null),
    }),
  ];
}

function planRoutes({ shipments }: Services) {
  return [
    defineRoute({
      method: 'post',
      path: '/shipments',
      summary: 'Plans a shipment: batches from one place to another, in one leg or several',
      body: newShipmentSchema,
      success: { status: 201, schema: shipmentViewSchema },
      handle: ({ principal, body }) => shipments.book(principal, body),
    }),
    defineRoute({
      method: 'post',
      path: '/shipments/preview',
      summary: 'What it would arrive with, until when it may leave, what would help; nothing is saved',
      body: newShipmentSchema,
      success: { status: 200, schema: shipmentPreviewSchema },
      fromStore: true,
      handle: ({ principal, body }) => shipments.preview(principal, body),
    }),
    defineRoute({
      method: 'patch',
      path: '/shipments/:shipmentId',
      summary: 'Changes the plan; on the way only what lies ahead',
      body: shipmentChangeSchema,
      success: { status: 200, schema: shipmentViewSchema },
      handle: ({ principal, param, body }) => shipments.change(principal, param('shipmentId'), body),
    }),
    defineRoute({
      method: 'delete',
      path: '/shipments/:shipmentId',
      summary: 'Cancels a shipment that has not arrived, with the reason; it stays on record',
      body: cancelShipmentSchema,
      success: { status: 200, schema: shipmentViewSchema },
      handle: ({ principal, param, body }) => shipments.cancel(principal, param('shipmentId'), body.reason),
    }),
    defineRoute({
      method: 'post',
      path: '/shipments/:shipmentId/cancel',
      summary: 'The same, for clients that cannot send a body with DELETE',
      body: cancelShipmentSchema,
      success: { status: 200, schema: shipmentViewSchema },
      handle: ({ principal, param, body }) => shipments.cancel(principal, param('shipmentId'), body.reason),
    }),
  ];
}

function wayRoutes({ shipments }: Services) {
  return [
    defineRoute({
      method: 'post',
      path: '/shipments/:shipmentId/depart',
      summary: 'The next leg leaves; with the first, what is promised of every batch is frozen',
      body: departSchema,
      success: { status: 200, schema: shipmentViewSchema },
      handle: ({ principal, param, body }) => shipments.depart(principal, param('shipmentId'), body),
    }),
    defineRoute({
      method: 'post',
      path: '/shipments/:shipmentId/legs/:leg/handover',
      summary: 'A leg ends and the goods change hands: who gave and who took',
      body: handoverSchema,
      success: { status: 200, schema: shipmentViewSchema },
      handle: ({ principal, param, body }) =>
        shipments.handOver(principal, param('shipmentId'), legOf(param('leg')), body),
    }),
    defineRoute({
      method: 'post',
      path: '/shipments/:shipmentId/arrive',
      summary: 'It is there: who received it and whether it was accepted. Its receiver may say so too',
      body: arriveSchema,
      success: { status: 200, schema: shipmentViewSchema },
      handle: ({ principal, param, body }) => shipments.arrive(principal, param('shipmentId'), body),
    }),
    defineRoute({
      method: 'post',
      path: '/shipments/:shipmentId/custody',
      summary: 'Corrects what was written down of custody, by another line under it',
      body: custodyCorrectionSchema,
      success: { status: 200, schema: shipmentViewSchema },
      handle: ({ principal, param, body }) => shipments.correctCustody(principal, param('shipmentId'), body),
    }),
  ];
}

function legOf(text: string): number {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const fault = { field: 'leg', value: text, allowed: 'must be the number of a leg, from 1' };
  throw new ApiError('request.invalid', `${fault.field} ${fault.allowed}`, [fault]);
}
