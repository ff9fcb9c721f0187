import type { Role } from '../../models/contracts/people.ts';

const everybody: readonly Role[] = ['owner', 'producer', 'distributor', 'researcher', 'viewer'];

/**
 * Which role may do what: the one table. A route that is not here cannot be served, so that forgetting it closes a door
 * instead of opening one.
 */
export const access: Readonly<Record<string, readonly Role[]>> = {
  'get /me': everybody,
  'get /nodes': everybody,
  'post /nodes': ['owner'],
  'get /nodes/:nodeId': everybody,
  'get /nodes/:nodeId/readings': everybody,
  'get /nodes/:nodeId/time-above': everybody,
  'post /nodes/claim-codes': ['owner', 'producer'],
  'post /nodes/:nodeId/replace': ['owner', 'producer'],
  'get /nodes/:nodeId/offsets': everybody,
  'post /nodes/:nodeId/offsets': ['owner', 'producer'],
  'get /bridges': everybody,
  'post /bridges': ['owner'],
  'post /bridges/:bridgeId/secret': ['owner'],
  'get /found-devices': everybody,
  'post /found-devices/:foundDeviceId/claim': ['owner', 'producer'],
  'post /found-devices/:foundDeviceId/ignore': ['owner', 'producer'],
  'get /edge-gateways': everybody,
  'post /edge-gateways': ['owner'],
  'delete /edge-gateways/:gatewayId': ['owner'],
  'get /products': everybody,
  'get /batches': everybody,
  'post /batches': ['owner', 'producer'],
  'get /batches/:batchId': everybody,
  'post /batches/:batchId/placements': ['owner', 'producer', 'distributor'],
  'post /batches/:batchId/sold-out': ['owner', 'producer'],
  'delete /batches/:batchId/sold-out': ['owner', 'producer'],
  'get /batches/:batchId/estimate': everybody,
  'get /batches/:batchId/history': everybody,
  'get /quarantine': ['owner', 'producer', 'distributor', 'researcher'],
  'post /quarantine/:quarantineId/release': ['owner', 'producer'],
  'post /quarantine/:quarantineId/discard': ['owner', 'producer'],
  'post /predict': ['owner', 'producer', 'distributor', 'researcher'],
  'get /live': everybody,
};
