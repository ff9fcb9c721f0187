import { type Request, type RequestHandler, type Response, Router } from 'express';
import { ipKeyGenerator, type Options, rateLimit } from 'express-rate-limit';
import type { z } from 'zod';
import { type Claimed, claimedSchema, claimRequestSchema } from '../../models/contracts/claimCode.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { findNode } from '../store/metadata/nodes.ts';
import { attemptStore, toldWithoutReset } from './attemptStore.ts';
import { requireJsonBody } from './jsonBody.ts';
import { sendProblem } from './problem.ts';
import type { PublicRoute } from './route.ts';
import { validate } from './validate.ts';

/** For the description of the API: the only thing a stranger may do. */
export const claimRoute: PublicRoute = {
  method: 'post',
  path: '/claim',
  summary:
    'Turns a claim code into the secret of a node, once; without sign-in, five wrong tries in 15 minutes',
  query: undefined,
  body: claimRequestSchema,
  success: { status: 201, schema: claimedSchema },
};

const windowMs = 15 * 60_000;

/** Failures are counted, not claims: a workshop may set up a hundred sensors in an hour. */
const attempts: Partial<Options> = {
  windowMs,
  limit: 5,
  skipSuccessfulRequests: true,
  standardHeaders: 'draft-8',
  legacyHeaders: false,
  handler: (_request, response) =>
    sendProblem(
      response,
      new ApiError('claim_code.too_many_attempts', 'wait up to 15 minutes and try again'),
    ),
};

const perAddress = (): RequestHandler =>
  rateLimit({
    ...attempts,
    store: attemptStore(windowMs),
    validate: toldWithoutReset,
    keyGenerator: request => ipKeyGenerator(request.ip ?? 'unknown'),
  });

const perCode = (): RequestHandler =>
  rateLimit({
    ...attempts,
    store: attemptStore(windowMs),
    validate: toldWithoutReset,
    keyGenerator: request => (request.body as { code: string }).code,
  });

/** A device, or a phone on its behalf, says its code and learns how to connect. */
export function claimRoutes(services: Services): Router {
  const router = Router();
  const check: RequestHandler = (request, response, next) => {
    response.locals.route = claimRoute.path;
    request.body = validate(claimRequestSchema, request.body);
    next();
  };
  router.post(
    claimRoute.path,
    perAddress(),
    ...requireJsonBody,
    check,
    perCode(),
    async (request: Request, response: Response) => {
      response.status(claimRoute.success.status).json(await claim(services, request));
    },
  );
  router.all(claimRoute.path, (request, response) => {
    response.set('allow', 'POST');
    throw new ApiError('route.method_not_allowed', `${request.path} takes POST`);
  });
  return router;
}

async function claim(services: Services, request: Request): Promise<Claimed> {
  const { claimCodes, db, disconnect, hub, nodes, foundDevices } = services;
  const { code, hardwareId } = request.body as z.output<typeof claimRequestSchema>;
  const { orgId, nodeId, secret, replaced } = await claimCodes.redeem(
    code,
    hardwareId,
    request.ip ?? 'unknown',
  );
  if (replaced) {
    await foundDevices.unbind(orgId, nodeId);
    disconnect(nodeId);
  }
  const node = await findNode(db, orgId, nodeId);
  if (node !== null) hub.publish(orgId, { type: 'node', data: await nodes.view(node) });
  return { nodeId, mqtt: { ...mqttAddress(services, request), username: nodeId, password: secret } };
}

/** Where the device that asks can reach the gateway: on the machine it has just reached, unless that is told otherwise. */
function mqttAddress({ config, gateway }: Services, request: Request) {
  if (config.mqttUrl !== null) {
    const { hostname, port, protocol } = new URL(config.mqttUrl);
    const isTls = protocol === 'mqtts:' || protocol === 'ssl:';
    const number = port === '' ? (isTls ? 8883 : 1883) : Number(port);
    return { host: hostname, port: number, tlsPort: isTls ? number : null };
  }
  const host = config.publicUrl === null ? request.hostname : new URL(config.publicUrl).hostname;
  const beside = gateway();
  return {
    host,
    port: beside?.port ?? config.mqtt.port,
    tlsPort: beside ? beside.tlsPort : (config.mqttTls?.port ?? null),
  };
}
