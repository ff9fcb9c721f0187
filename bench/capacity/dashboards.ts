import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import express from 'express';
import type { LiveEvent } from '../../models/contracts/liveEvent.ts';
import { liveRoutes } from '../../server/api/live.ts';
import type { Principal } from '../../server/api/route.ts';
import { createLiveHub } from '../../server/liveHub.ts';
import type { Services } from '../../server/services.ts';
import type { MeasuredRow } from '../run.ts';
import { spreadOf } from '../store/spread.ts';

const dashboards = 50;
const eventsARound = 1_000;
const orgId = 'bench';

/** Opens streams in a process of its own, which throws away what comes, so that its CPU is not counted. */
const reader = `
  const { get } = require('node:http');
  let open = 0;
  for (let n = 0; n < ${dashboards}; n++)
    get({ port: process.argv[1], path: '/live?n=' + n, agent: false }, answer => {
      answer.resume();
      if (++open === ${dashboards}) console.log('open');
    });
`;

const event: LiveEvent = {
  type: 'reading',
  data: {
    ...{ nodeId: 'N-1', probe: 'main', measuredAt: '2026-11-24T03:00:00.000Z', temperatureC: 4.25 },
    ...{ receivedAt: '2026-11-24T03:00:00.400Z', timeSource: 'device', humidityPct: 88.1, batteryPct: 93 },
    ...{ sequence: 1207, quality: 'good', rawTemperatureC: 4.25 },
  },
} as LiveEvent;

/** CPU of the server for each event and each dashboard that it is written to, one event at a time. */
export async function costOfDashboards(rounds: number): Promise<MeasuredRow[]> {
  const hub = createLiveHub({ epoch: 'bench' });
  // The route asks for nothing else of the services in the first seconds of a stream.
  const route = liveRoutes({ hub } as unknown as Services)[0]!;
  const app = express();
  app.get('/live', async (request, response) => {
    const actor = `dashboard-${String(request.query.n)}`;
    const principal: Principal = {
      ...{ orgId, role: 'owner', name: actor, actor, userId: null, email: null, sessionId: null },
      tokenId: actor,
    };
    await route.handle({ principal, request, response } as unknown as Parameters<typeof route.handle>[0]);
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const us: number[] = [];
  try {
    for (let round = 0; round < rounds; round++)
      us.push(await oneRound((server.address() as AddressInfo).port));
  } finally {
    hub.close();
    server.close();
  }
  return [
    { job: 'one event to one dashboard', unit: 'us', better: 'less', ours: spreadOf(us), others: {} },
    row('its frame', [Buffer.byteLength(JSON.stringify(event.data)) + frameBytes]),
  ];

  async function oneRound(port: number): Promise<number> {
    const child = spawn(process.execPath, ['-e', reader, String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(child.stdout, 'data');
      const before = process.cpuUsage();
      for (let n = 0; n < eventsARound; n++) {
        hub.publish(orgId, event);
        await nextTurn();
      }
      const { user, system } = process.cpuUsage(before);
      return (user + system) / (eventsARound * dashboards);
    } finally {
      child.kill();
      await once(child, 'close');
    }
  }
}

/** `id: <epoch>-<number>`, `event: reading`, `data: ` and the empty line. */
const frameBytes = 50;

const row = (job: string, values: readonly number[]): MeasuredRow => ({
  ...{ job, unit: 'B', better: 'less', ours: spreadOf(values), others: {} },
});
