import { type Request, type Response, Router } from 'express';
import type { z } from 'zod';
import { linkSchema } from '../../models/contracts/people.ts';
import type { ShipmentView } from '../../models/contracts/shipment.ts';
import { type LinkedShipment, linkedShipmentSchema } from '../../models/contracts/shipmentBoard.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { findLinkedShipmentOfAnyOrganisation } from '../store/metadata/grants.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { requireJsonBody } from './jsonBody.ts';
import type { PublicRoute } from './route.ts';
import type { SignInLimits } from './signInLimits.ts';
import { validate } from './validate.ts';

/** For the description of the API. */
export const linkedShipmentRoute: PublicRoute = {
  method: 'post',
  path: '/shared/shipment',
  summary: 'The shipment a link shows, as its receiver sees it; without sign-in, by its secret',
  query: undefined,
  body: linkSchema,
  success: { status: 200, schema: linkedShipmentSchema },
};

/** Wrong secrets count as failed sign-ins. The secret stands in the body, so that it is in no log on the way. */
export function linkedShipmentRoutes(services: Services, { perAddress }: SignInLimits): Router {
  const router = Router();
  const { path, body } = linkedShipmentRoute;
  router.post(path, perAddress, ...requireJsonBody, async (request: Request, response: Response) => {
    const { token } = (body && validate(body, request.body)) as z.output<typeof linkSchema>;
    response.json(await linkedShipment(services, token));
  });
  router.all(path, (request, response) => {
    response.set('allow', 'POST');
    throw new ApiError('route.method_not_allowed', `${request.path} takes POST`);
  });
  return router;
}

async function linkedShipment({ db, clock, shipments }: Services, secret: string): Promise<LinkedShipment> {
  const linked = await findLinkedShipmentOfAnyOrganisation(db, secret, clock.now());
  if (linked === null)
    throw new ApiError('grant.not_found', 'it was taken back or has expired: ask for another');
  const { orgId, shipmentId, expiresAt } = linked;
  const organisation = await findOrganisation(db, orgId);
  return {
    organisationName: organisation?.name ?? orgId,
    timeZone: organisation?.timeZone ?? 'Asia/Jakarta',
    expiresAt: new Date(expiresAt).toISOString(),
    shipment: withoutPeople(await shipments.sharedView(orgId, shipmentId)),
  };
}

/** A link may be passed on: no telephone numbers, and no accounts. */
function withoutPeople(shipment: ShipmentView): ShipmentView {
  return {
    ...shipment,
    receiverOrgId: null,
    legs: shipment.legs.map(leg => ({ ...leg, driverPhone: null })),
    custody: shipment.custody.map(line => ({ ...line, recordedBy: '' })),
  };
}
