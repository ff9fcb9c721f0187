import { z } from 'zod';
import { newPlaceSchema, placeChangeSchema, placeViewSchema } from '../../models/contracts/place.ts';
import { changedFields } from '../audit/changedFields.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { addPlace, changePlace, findPlace, listPlaces } from '../store/metadata/places.ts';
import { page, pageQuery, readCursor, toPage } from './paging.ts';
import { defineRoute, type Principal } from './route.ts';

export function placeRoutes({ db, clock }: Services) {
  const audit = (
    { orgId, actor }: Principal,
    action: string,
    subject: string,
    change: { readonly before?: unknown; readonly after: unknown },
  ) => addAudit(db, { at: clock.now(), orgId, actor, action, subject, detail: '', ...change });
  return [
    defineRoute({
      method: 'get',
      path: '/places',
      summary: 'Where goods are made, kept, carried and sold',
      query: z.strictObject(pageQuery),
      success: { status: 200, schema: page('places', placeViewSchema) },
      async handle({ principal, query }) {
        const after = readCursor(query.cursor, z.string());
        const found = await listPlaces(db, principal.orgId, { after, limit: query.limit + 1 });
        const { items, nextCursor } = toPage(found, query.limit, place => place.placeId);
        return { places: items, nextCursor };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/places',
      summary: 'Adds a place',
      body: newPlaceSchema,
      success: { status: 201, schema: placeViewSchema },
      async handle({ principal, body }) {
        if (!(await addPlace(db, principal.orgId, body, clock.now())))
          throw new ApiError('place.exists', `there is a place ${body.placeId} already`);
        await audit(principal, 'place.added', body.placeId, { after: body });
        return body;
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/places/:placeId',
      summary: 'Gives a place another name or kind',
      body: placeChangeSchema,
      success: { status: 200, schema: placeViewSchema },
      async handle({ principal, param, body }) {
        const placeId = param('placeId');
        const place = await findPlace(db, principal.orgId, placeId);
        if (place === null) throw new ApiError('place.not_found', `there is no place ${placeId}`);
        const changed = { placeId, name: body.name ?? place.name, kind: body.kind ?? place.kind };
        await changePlace(db, principal.orgId, changed);
        await audit(principal, 'place.changed', placeId, changedFields({ ...place }, changed));
        return changed;
      },
    }),
  ];
}
