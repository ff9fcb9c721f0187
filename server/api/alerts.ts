import { z } from 'zod';
import {
  alertAssignmentSchema,
  alertFilterSchema,
  alertNoteSchema,
  alertSeveritySchema,
  alertViewSchema,
} from '../../models/contracts/alert.ts';
import { type DeliveryView, deliveryViewSchema } from '../../models/contracts/alertDelivery.ts';
import { alertViews } from '../alerts/alertView.ts';
import { acknowledge, addNote, assign, requireAlert, unacknowledge } from '../alerts/handleAlert.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { listDeliveries } from '../store/metadata/alertDeliveries.ts';
import { listAlerts } from '../store/metadata/alerts.ts';
import { findMembershipIn } from '../store/metadata/memberships.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { instantQuery } from './queryValues.ts';
import { defineRoute, type Principal } from './route.ts';

const cursorSchema = z.tuple([z.number(), z.string()]);

export function alertRoutes(services: Services) {
  const { db, clock, alerts: engine } = services;

  async function view(orgId: string, alertId: string) {
    return (await alertViews(db, orgId, [await requireAlert(db, orgId, alertId)]))[0]!;
  }

  /** Does something about an alert, tells who listens, and shows it as it is then. */
  async function handled(principal: Principal, alertId: string, work: () => Promise<void>) {
    await work();
    await engine.handled(principal.orgId, alertId);
    return view(principal.orgId, alertId);
  }

  /** What was done on a phone without internet was done then; its clock may be a little ahead. */
  const done = (at = Infinity) => Math.min(at, clock.now());

  const success = { status: 200, schema: alertViewSchema } as const;
  return [
    defineRoute({
      method: 'get',
      path: '/alerts',
      summary: 'Incidents, the newest first',
      query: z.strictObject({ ...pageQuery, state: alertFilterSchema.default('open') }),
      success: { status: 200, schema: page('alerts', alertViewSchema) },
      async handle({ principal: { orgId }, query: { state: filter, limit, cursor } }) {
        const place = readCursor(cursor, cursorSchema);
        const after = place && { openedAt: place[0], alertId: place[1] };
        const found = await listAlerts(db, orgId, { after, limit: limit + 1, filter });
        const { items, nextCursor } = toPage(found, limit, a => [a.openedAt, a.alertId]);
        return { alerts: await alertViews(db, orgId, items), nextCursor };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/alerts/:alertId',
      summary: 'One incident with its history',
      success,
      handle: ({ principal, param }) => view(principal.orgId, param('alertId')),
    }),
    defineRoute({
      method: 'get',
      path: '/alerts/:alertId/deliveries',
      summary: 'Who was told of it, how and when, attempt by attempt',
      success: { status: 200, schema: z.object({ deliveries: z.array(deliveryViewSchema) }) },
      async handle({ principal: { orgId }, param }) {
        const { alertId } = await requireAlert(db, orgId, param('alertId'));
        return { deliveries: (await listDeliveries(db, orgId, alertId)).map(toDeliveryView) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/alerts/:alertId/acknowledge',
      summary:
        'Somebody has seen it: nobody is told again until it worsens. `at`: when, if not now; `seen`: as how bad',
      query: z.strictObject({ at: instantQuery.optional(), seen: alertSeveritySchema.optional() }),
      success,
      handle: ({ principal, param, query: { at, seen } }) =>
        handled(principal, param('alertId'), () =>
          acknowledge(db, principal, param('alertId'), done(at), seen),
        ),
    }),
    defineRoute({
      method: 'delete',
      path: '/alerts/:alertId/acknowledge',
      summary: 'Takes back that somebody has seen it; with `of` only if it was this person',
      query: z.strictObject({ of: z.string().min(1).max(128).optional() }),
      success,
      handle: ({ principal, param, query: { of } }) =>
        handled(principal, param('alertId'), () =>
          unacknowledge(db, principal, param('alertId'), clock.now(), of),
        ),
    }),
    defineRoute({
      method: 'post',
      path: '/alerts/:alertId/assign',
      summary: 'Names who takes care of it',
      body: alertAssignmentSchema,
      success,
      async handle({ principal, param, body }) {
        const to = body.name ?? (await nameOf(services, principal.orgId, body.userId!));
        return handled(principal, param('alertId'), () =>
          assign(db, principal, param('alertId'), to, clock.now()),
        );
      },
    }),
    defineRoute({
      method: 'post',
      path: '/alerts/:alertId/notes',
      summary: 'Writes down what was found or done',
      body: alertNoteSchema,
      success,
      handle: ({ principal, param, body }) =>
        handled(principal, param('alertId'), () =>
          addNote(db, principal, param('alertId'), body.note, done(body.at)),
        ),
    }),
  ];
}

type Kept = Awaited<ReturnType<typeof listDeliveries>>[number];

function toDeliveryView({
  deliveryId,
  kind,
  contactId,
  contactName,
  channel,
  state,
  ...kept
}: Kept): DeliveryView {
  return {
    ...{ deliveryId, kind, contactId, contactName, channel, state, dueAt: iso(kept.dueAt) },
    attempts: kept.tried.map(({ at, outcome, reason }) => ({ at: iso(at), outcome, reason })),
  };
}

const iso = (at: number) => new Date(at).toISOString();

async function nameOf({ db, signIn }: Services, orgId: string, userId: string): Promise<string> {
  if ((await findMembershipIn(db, orgId, userId)) === null) {
    const fault = { field: 'userId', value: userId, allowed: 'must be a member of the organisation' };
    throw new ApiError('request.invalid', `${fault.field} ${fault.allowed}`, [fault]);
  }
  return (await signIn.findPeople([userId])).get(userId)?.name ?? userId;
}
