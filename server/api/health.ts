import { type Response, Router } from 'express';
import type { Fleet } from '../fleet/fleet.ts';
import { fleetWarnings } from '../fleet/fleetMetrics.ts';
import type { Services } from '../services.ts';
import type { StoreHealth } from '../store/readingStore.ts';

/** Whether the process lives, and whether it can do its work: for supervisors and load balancers, without sign-in. */
export function healthRoutes({ probes, registry, store, fleet }: Services): Router {
  const router = Router();
  router.get('/healthz', (_request, response: Response) => {
    response.set('cache-control', 'no-store').json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response: Response) => {
    const checks: Record<string, string> = {};
    let ready = true;
    for (const [name, probe] of Object.entries(probes)) {
      const answer = await readiness(probe);
      checks[name] = answer === true ? 'ok' : answer;
      ready &&= answer === true;
    }
    response
      .set('cache-control', 'no-store')
      .status(ready ? 200 : 503)
      .json({
        status: ready ? 'ready' : 'not-ready',
        checks,
        warnings: [...warningsOf(store.health()), ...fleetWarnings(fleet, store)],
        ...(fleet.isShared && { fleet: fleetOf(fleet) }),
      });
  });
  router.get('/metrics', async (_request, response: Response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}

function fleetOf(fleet: Fleet) {
  const { isListening, lagMs } = fleet.stats();
  const servers = fleet.members().map(({ serverId }) => serverId);
  return { serverId: fleet.serverId, servers, isListening, lagMs: Math.round(lagMs) };
}

async function readiness(probe: Services['probes'][string]): Promise<true | string> {
  try {
    const answer = await probe();
    return answer === false ? 'not yet' : answer;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What a person should know though the work goes on: readings are acknowledged and safe while their database is away. */
function warningsOf(health: StoreHealth): string[] {
  if (health.state === 'ok') return [];
  const since = new Date(health.since).toISOString();
  return [
    `store: answers may miss readings since ${since}: ${health.reason}; ${health.waiting} readings wait`,
  ];
}
