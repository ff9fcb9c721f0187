import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertStep } from '../../server/alerts/alertEngine.ts';
import { listDeliveries } from '../../server/store/metadata/alertDeliveries.ts';
import {
  type AlertWorld,
  alertWorld,
  chilledBatch,
  minuteMs,
  orgId,
  readingsOf,
  type WorldEngine,
} from '../server/alerts/alertWorld.ts';
import { type OwnTarget, startTarget } from './faultTarget.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';

/**
 * F20: the process ends in the middle of looking, deciding and sending. Every excursion is told exactly once, whatever
 * moment it was; what may have been sent twice carries one idempotency key.
 *
 * @param seeds  ends at chosen steps, in one process: none of its later writes count
 * @param kills  of a server, by SIGKILL at random moments around a decision
 */
export async function alertKill({ seeds, kills }: { seeds: number; kills: number }): Promise<FaultReport> {
  const figures = new Figures('F20 killed while it decides and tells');
  const dir = mkdtempSync(join(tmpdir(), 'tahan-f20-'));
  try {
    const seen: Seen = { crashes: 0, alerts: 0, keys: 0, told: 0, slowestMs: 0, wrong: [] };
    for (let seed = 1; seed <= seeds; seed++) await dieAndGoOn(join(dir, `${seed}.sqlite`), seed, seen);
    figures.note('seeds', seeds);
    figures.atLeast('endedInTheMiddle', seen.crashes, seeds);
    figures.equal('incidents', seen.alerts, seeds);
    figures.equal('keysSeenByReceivers', seen.keys, 2 * seeds);
    figures.note('messagesSeenByReceivers', seen.told);
    figures.equal('wrong', seen.wrong.join('; '), '');
    figures.within('deliveredAfterRestartMs', seen.slowestMs, 60_000);
    if (kills > 0) await killServer(figures, kills);
    return figures.report();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Seen {
  crashes: number;
  alerts: number;
  keys: number;
  told: number;
  slowestMs: number;
  readonly wrong: string[];
}

class ProcessEnds extends Error {}

const steps: readonly AlertStep[] = ['before decision', 'within decision', 'decided', 'claimed', 'sent'];
/** From cold to too warm for an hour and back. */
const excursion = [5, 5, 10, 11, 11, 11, 10, 10, 5, 5, 5];

/** One excursion, told by engines of which each dies at a step that the seed chooses, up to three in a row. */
async function dieAndGoOn(path: string, seed: number, seen: Seen): Promise<void> {
  const random = numbers(seed);
  const world = await alertWorld(path);
  await chilledBatch(world.db);
  await world.contact({ kinds: ['too-warm'] });
  let deaths = 1 + Math.floor(random() * 3);
  let diedAt: number | null = null;
  async function nextEngine(): Promise<WorldEngine> {
    const step = steps[Math.floor(random() * steps.length)]!;
    let left = 1 + Math.floor(random() * 2);
    const engine = await world.startEngine(at => {
      if (isDead) throw new ProcessEnds();
      if (deaths === 0 || at !== step || --left > 0) return;
      deaths -= 1;
      isDead = true;
      throw new ProcessEnds();
    });
    return engine;
  }
  let isDead = false;
  let engine: WorldEngine | undefined;
  /** A process that has ended is replaced 15 s later; it finds what is on disk. */
  async function go(work: (engine: WorldEngine) => Promise<void>): Promise<void> {
    for (;;) {
      try {
        engine ??= await nextEngine();
        await work(engine);
      } catch (error) {
        // Whatever an engine that is gone would still have done, its failures are nobody's.
        if (!isDead) throw error;
      }
      if (!isDead) return;
      seen.crashes += 1;
      diedAt ??= world.clock.now();
      world.clock.advance(15_000);
      isDead = false;
      engine = undefined;
    }
  }
  for (const temperatureC of excursion) {
    world.clock.advance(10 * minuteMs);
    const readings = readingsOf('S-01', world.clock.now() - 500, [temperatureC]);
    await go(alive => alive.take(readings));
    // A server looks every 15 s, whatever comes in.
    for (let i = 0; i < 3; i++) {
      const before = world.sent.length;
      await go(async alive => {
        await alive.settled();
        await alive.tick();
        await alive.settled();
      });
      if (diedAt !== null && world.sent.length > before) {
        seen.slowestMs = Math.max(seen.slowestMs, world.clock.now() - diedAt);
        diedAt = null;
      }
      world.clock.advance(15_000);
    }
    diedAt = null;
  }
  await judge(world, seed, seen);
  await engine?.stop();
  await world.close();
}

async function judge(world: AlertWorld, seed: number, seen: Seen): Promise<void> {
  const alerts = (await world.alerts()).filter(alert => alert.kind === 'too-warm');
  seen.alerts += alerts.length;
  seen.told += world.sent.length;
  const keys = new Map(
    world.sent.map(({ notification }) => [notification.deliveryId, notification.data.event]),
  );
  seen.keys += keys.size;
  const events = [...keys.values()].sort().join(' ');
  if (alerts.length !== 1 || alerts[0]!.state !== 'cleared')
    seen.wrong.push(`seed ${seed}: ${alerts.length} incidents`);
  if (events !== 'cleared opened') seen.wrong.push(`seed ${seed}: told ${events}`);
  for (const alert of alerts)
    for (const delivery of await listDeliveries(world.db, orgId, alert.alertId))
      if (delivery.state !== 'delivered')
        seen.wrong.push(`seed ${seed}: ${delivery.kind} is ${delivery.state}`);
}

/** The same numbers for the same seed. */
function numbers(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    return state / 2 ** 32;
  };
}

/** A webhook that remembers which keys it has seen, and when. */
async function startReceiver() {
  const got: { readonly key: string }[] = [];
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    got.push({ key: String(request.headers['webhook-id']) });
    // An answer that takes its time leaves room to be killed between sent and recorded.
    setTimeout(() => response.writeHead(204).end(), 150);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    got,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Real processes: a batch becomes too warm, and the server is killed at a random moment while that is told. */
async function killServer(figures: Figures, kills: number): Promise<void> {
  const receiver = await startReceiver();
  const target = await startTarget({ env: { TAHAN_WEBHOOK_ALLOW_HTTP_LOOPBACK: '1' } });
  try {
    await target.api.post('/contacts', {
      ...{
        name: 'receiver',
        channel: 'webhook',
        address: { url: receiver.url },
        userId: null,
        kinds: ['too-warm'],
      },
    });
    const logins = await target.addNodes('f20', kills);
    const afterRestartMs: number[] = [];
    for (const [i, { username, password }] of logins.entries()) {
      await fridgeOf(target, username, i);
      await publishWarmth(target, username, password);
      await sleep(200 + Math.random() * 1_800);
      await target.end('SIGKILL');
      const before = new Set(receiver.got.map(({ key }) => key)).size;
      const began = performance.now();
      await target.startAgain();
      if (before <= i) {
        while (new Set(receiver.got.map(({ key }) => key)).size <= i && performance.now() - began < 60_000)
          await sleep(50);
        afterRestartMs.push(performance.now() - began);
      }
    }
    await sleep(3_000);
    const { body } = await target.api.get('/alerts?state=all&limit=1000');
    const warm = body.alerts.filter((alert: { kind: string }) => alert.kind === 'too-warm');
    figures.note('kills', kills);
    figures.equal('incidentsAfterKills', warm.length, kills);
    figures.equal('keysAfterKills', new Set(receiver.got.map(({ key }) => key)).size, kills);
    figures.note('messagesAfterKills', receiver.got.length);
    figures.within('deliveredAfterKillMs', Math.max(0, ...afterRestartMs), 60_000);
  } finally {
    await target.close();
    receiver.close();
  }
}

async function fridgeOf({ api }: OwnTarget, nodeId: string, index: number): Promise<void> {
  const from = new Date(Date.now() - 3 * 3_600_000).toISOString();
  const batchId = `F20-${index}`;
  const batch = { batchId, productId: 'takwa', producedAt: from, storage: 'fridge' };
  for (const [path, body] of [
    ['/batches', batch],
    [`/batches/${batchId}/placements`, { nodeId, from }],
  ] as const) {
    const answer = await api.post(path, body);
    if (answer.status >= 300)
      throw new Error(`${path} answered ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}

async function publishWarmth({ mqttUrl }: OwnTarget, username: string, password: string): Promise<void> {
  const { connectAsync } = await import('mqtt');
  const client = await connectAsync(mqttUrl, { username, password, clientId: username, reconnectPeriod: 0 });
  const now = Date.now();
  const readings = Array.from({ length: 12 }, (_, i) => ({
    measuredAt: now - (11 - i) * 10 * minuteMs,
    temperatureC: i < 4 ? 5 : 12,
  }));
  await client.publishAsync(`tahan/${username}/readings`, JSON.stringify(readings), { qos: 1 });
  await client.endAsync();
}

if (import.meta.main) await runAlone(() => alertKill(sizes({ seeds: 200, kills: 12 })));
