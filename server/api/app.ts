import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { Histogram } from 'prom-client';
import packageJson from '../../package.json' with { type: 'json' };
import { ApiError } from '../errors.ts';
import { publicPages } from '../publicPage/publicPages.ts';
import type { Services } from '../services.ts';
import { access } from './access.ts';
import { alertRuleRoutes } from './alertRules.ts';
import { alertRoutes } from './alerts.ts';
import { auditRoutes } from './audit.ts';
import { authenticate } from './authenticate.ts';
import { batchRoutes } from './batches.ts';
import { batchesInLifeRoutes } from './batchesInLife.ts';
import { bridgeRoutes } from './bridges.ts';
import { calibrationRoutes } from './calibration.ts';
import { claimRoute, claimRoutes } from './claim.ts';
import { claimCodeRoutes } from './claimCodes.ts';
import { compressJson } from './compressJson.ts';
import { contactRoutes } from './contacts.ts';
import { dashboardFiles } from './dashboardFiles.ts';
import { edgeGatewayRoutes } from './edgeGateways.ts';
import { epcisRoutes } from './epcis.ts';
import { estimateRoutes } from './estimate.ts';
import { experimentArchiveRoutes } from './experimentArchives.ts';
import { experimentRoutes } from './experiments.ts';
import { fitRoutes } from './fits.ts';
import { foundDeviceRoutes } from './foundDevices.ts';
import { grantRoutes } from './grants.ts';
import { healthRoutes } from './health.ts';
import { historyRoutes } from './history.ts';
import { invitationRoutes } from './invitations.ts';
import { joinPublicRoutes, joinRoutes } from './joinRoutes.ts';
import { bytesUpTo, jsonBodyUpTo } from './jsonBody.ts';
import { labelRoutes } from './labels.ts';
import { linkedShipmentRoute, linkedShipmentRoutes } from './linkedShipment.ts';
import { liveRoutes } from './live.ts';
import { meRoutes } from './me.ts';
import { memberRoutes } from './members.ts';
import { nodeRoutes } from './nodes.ts';
import { observationRoutes } from './observations.ts';
import { observationsCsvRoute } from './observationsCsv.ts';
import { offsetRoutes } from './offsets.ts';
import { openApiDocument } from './openapi.ts';
import { organisationRoutes } from './organisation.ts';
import { parameterSetProposalRoutes } from './parameterSetProposals.ts';
import { parameterSetRoutes } from './parameterSets.ts';
import { placementRoutes } from './placements.ts';
import { placeRoutes } from './places.ts';
import { predictRoutes } from './predict.ts';
import { problemHandler } from './problem.ts';
import { productRoutes } from './products.ts';
import { pushRoutes } from './push.ts';
import { quarantineRoutes } from './quarantine.ts';
import { readingRoutes } from './readings.ts';
import { receptionRoutes } from './reception.ts';
import { recordRoutes } from './records.ts';
import { replaceNodeRoutes } from './replaceNode.ts';
import { createRequestLimit, type RequestLimit } from './requestLimit.ts';
import type { Route } from './route.ts';
import { sessionRoutes } from './sessions.ts';
import { sharedReadingRoutes } from './sharedReadings.ts';
import { shipmentRoutes } from './shipments.ts';
import { createSignInLimits } from './signInLimits.ts';
import { signInPublicRoutes, signInRoutes } from './signInRoutes.ts';
import { staleMark } from './staleMark.ts';
import { timeAboveRoutes } from './timeAbove.ts';
import { tokenRoutes } from './tokens.ts';
import { validate } from './validate.ts';

const base = '/api/v1';

/** Every endpoint that needs to know who asks. */
export function allRoutes(services: Services): Route[] {
  return [
    ...meRoutes(services),
    ...sessionRoutes(services),
    ...organisationRoutes(services),
    ...memberRoutes(services),
    ...invitationRoutes(services),
    ...tokenRoutes(services),
    ...grantRoutes(services),
    ...sharedReadingRoutes(services),
    ...claimCodeRoutes(services),
    ...nodeRoutes(services),
    ...receptionRoutes(services),
    ...replaceNodeRoutes(services),
    ...offsetRoutes(services),
    ...edgeGatewayRoutes(services),
    ...readingRoutes(services),
    ...timeAboveRoutes(services),
    ...bridgeRoutes(services),
    ...foundDeviceRoutes(services),
    ...productRoutes(services),
    ...batchRoutes(services),
    ...batchesInLifeRoutes(services),
    ...observationRoutes(services),
    observationsCsvRoute(services),
    ...experimentRoutes(services),
    ...experimentArchiveRoutes(services),
    ...fitRoutes(services),
    ...parameterSetRoutes(services),
    ...parameterSetProposalRoutes(services),
    ...calibrationRoutes(services),
    ...placeRoutes(services),
    ...placementRoutes(services),
    ...labelRoutes(services),
    ...epcisRoutes(services),
    ...estimateRoutes(services),
    ...historyRoutes(services),
    ...recordRoutes(services),
    ...shipmentRoutes(services),
    ...alertRoutes(services),
    ...alertRuleRoutes(services),
    ...quarantineRoutes(services),
    ...auditRoutes(services),
    ...contactRoutes(services),
    ...pushRoutes(services),
    ...predictRoutes(),
    ...liveRoutes(services),
  ];
}

/** Every endpoint that asks nobody who they are. */
const publicRoutes = [claimRoute, linkedShipmentRoute, ...signInPublicRoutes, ...joinPublicRoutes];

/** The HTTP side of the server, from first header to last error. */
export function createApp(services: Services, dashboardDir?: string): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', 'loopback');
  app.set('query parser', 'simple');
  app.set('json escape', true);
  app.use(securityHeaders(services.config.publicUrl?.startsWith('https:') ?? false));
  app.use(healthRoutes(services));
  const routes = allRoutes(services);
  app.use(base, noStore, timed(services), compressJson, signInAndRoutes(services, routes));
  app.use(publicPages(services));
  if (dashboardDir !== undefined) app.use(dashboardFiles(dashboardDir));
  app.use((request: Request) => {
    throw new ApiError('route.not_found', `there is nothing at ${request.path}`);
  });
  app.use(problemHandler(services.log));
  return app;
}

function signInAndRoutes(services: Services, routes: readonly Route[]) {
  const router = express.Router();
  const limits = createSignInLimits();
  const requestLimit = createRequestLimit();
  router.use('/auth', signInRoutes(services, limits));
  router.use(joinRoutes(services, limits));
  router.use(linkedShipmentRoutes(services, limits));
  router.use(claimRoutes(services));
  let document: object | undefined;
  router.get('/openapi.json', (_request, response) => {
    document ??= openApiDocument(routes, publicRoutes, packageJson.version);
    response.json(document);
  });
  for (const route of routes) router[route.method](route.path, ...handlersOf(services, route, requestLimit));
  for (const [path, samePath] of Map.groupBy(routes, route => route.path)) {
    const allowed = samePath.map(route => route.method.toUpperCase());
    router.all(path, (request, response) => {
      response.set('allow', allowed.join(', '));
      throw new ApiError('route.method_not_allowed', `${request.path} takes ${allowed.join(' and ')}`);
    });
  }
  return router;
}

function handlersOf(services: Services, route: Route, requestLimit: RequestLimit) {
  const roles = access[`${route.method} ${route.path}`];
  if (roles === undefined) throw new Error(`${route.method} ${route.path} is missing in the table of access`);
  const identify = async (request: Request, response: Response, next: NextFunction) => {
    const principal = await authenticate(services, request);
    await requestLimit.use(principal, response);
    if (!roles.includes(principal.role))
      throw new ApiError('auth.role_not_allowed', `${principal.role} may not; ${roles.join(', ')} may`);
    response.locals.principal = principal;
    response.locals.route = route.path;
    next();
  };
  const handle = async (request: Request, response: Response) => {
    const before = services.store.health();
    const result = await route.handle({
      principal: response.locals.principal,
      param: name => String(request.params[name]),
      query: route.query && validate(route.query, { ...request.query }),
      body: route.body && validate(route.body, request.body),
      request,
      response,
    });
    if (result === undefined) return;
    const mark = () => staleMark(before, services.store.health());
    response.status(route.success.status).json(route.fromStore ? { ...result, ...mark() } : result);
  };
  if (route.method === 'get') return [identify, handle];
  const { binaryBody, largestBody } = route;
  const body = binaryBody === undefined ? jsonBodyUpTo(largestBody) : bytesUpTo(binaryBody, largestBody);
  return [identify, ...body, handle];
}

function securityHeaders(overHttps: boolean) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Promising HTTPS for a year on a plain address would lock people out of it.
    strictTransportSecurity: overHttps,
    xFrameOptions: { action: 'deny' },
  });
}

function noStore(_request: Request, response: Response, next: NextFunction): void {
  response.set('cache-control', 'no-store');
  next();
}

/** How long answers take, by route as written (not by address, which would be without bound). */
function timed({ registry }: Services) {
  const seconds = new Histogram({
    name: 'tahan_http_request_seconds',
    help: 'Time from request to answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  return (request: Request, response: Response, next: NextFunction) => {
    const end = seconds.startTimer();
    response.on('finish', () => {
      end({ method: request.method, route: response.locals.route ?? 'other', status: response.statusCode });
    });
    next();
  };
}
