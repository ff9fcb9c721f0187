import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../firmware-sim/seededRandom.ts';
import { FaultNode } from './faultNode.ts';
import { type FaultTarget, type Login, openTarget, untilReadiness } from './faultTarget.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';
import { fuzzedSession } from './fuzzedSession.ts';
import { judgeSettled, SteadyLoad } from './ledger.ts';

interface FuzzSizes extends Record<string, number> {
  readonly seeds: number;
  readonly sessions: number;
  readonly firstSeed: number;
}

const atOnce = 40;

/** F23: sessions of broken, mutated and misplaced packets; the process lives and an honest node does not notice. */
export async function fuzzMqtt({ seeds, sessions, firstSeed }: FuzzSizes): Promise<FaultReport> {
  const figures = new Figures('F23 fuzzed MQTT');
  const target = await openTarget();
  const here = new URL(target.mqttUrl).hostname.startsWith('127.');
  try {
    const logins = await target.addNodes('fuzz', atOnce);
    const [later] = (await target.addNodes('later', 1)) as [Login];
    const canary = new SteadyLoad(target.mqttUrl, await target.addNodes('canary', 1), 100, {
      ...(here ? { localAddress: '127.0.0.2' } : {}),
    });
    await canary.up();
    const before = target.rssMiB();
    const grownBySeed: number[] = [];
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      await runSeed(target, logins, seed, sessions, here);
      grownBySeed.push(Math.round(target.rssMiB() - before));
    }
    const grown = target.rssMiB() - before;
    figures.note('sessions', seeds * sessions);
    figures.note('rssGrownMiBBySeed', grownBySeed.join());
    figures.within('readyAgainAfterMs', await untilReadiness(target.httpUrl, 200, 60_000), 5_000);
    figures.equal('canaryConnections', canary.nodes[0]!.connections, 1);
    figures.within('canaryPubackMsMax', Math.max(...canary.ledger.latenciesMs), 1_000);
    if (Number.isNaN(grown)) figures.note('rssGrownMiB', null);
    else figures.below('rssGrownMiB', grown, 150);
    figures.equal('neverAcknowledged', await canary.finish(), 0);
    judgeSettled(figures, await canary.ledger.settle(target.api), 3);
    figures.within('newNodeConnectsMs', await connectMs(target, later, here), 1_000);
    return figures.report();
  } finally {
    await target.close();
  }
}

async function runSeed(
  target: FaultTarget,
  logins: readonly Login[],
  seed: number,
  count: number,
  here: boolean,
) {
  let next = 0;
  // One credential a lane: two sessions of one node at a time would only displace each other.
  await Promise.all(
    logins.map(async login => {
      while (next < count) {
        const session = next++;
        // Addresses of their own, or a few hundred wrong secrets would close the door for all that come after.
        const localAddress = `127.0.${1 + (session % 200)}.${1 + (Math.floor(session / 200) % 250)}`;
        await oneSession(target, login, seed * 1_000_003 + session, here ? localAddress : undefined);
      }
    }),
  );
}

async function oneSession(
  target: FaultTarget,
  login: Login,
  seed: number,
  localAddress?: string,
): Promise<void> {
  const random = createRandom(seed);
  const { hostname: host, port } = new URL(target.mqttUrl);
  const socket = connect({
    host,
    port: Number(port),
    noDelay: true,
    ...(localAddress ? { localAddress } : {}),
  });
  socket.on('error', () => undefined);
  socket.resume();
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
  for (const chunk of fuzzedSession(login, random)) {
    if (socket.destroyed) break;
    if (chunk.length > 0) socket.write(chunk);
    if (random.next() < 0.2) await Promise.race([sleep(1 + random.next() * 10), closed]);
  }
  await endSomehow(socket, random.next(), closed);
}

/** Politely, half, or not at all. */
async function endSomehow(socket: Socket, how: number, closed: Promise<void>): Promise<void> {
  if (how < 0.3) socket.end();
  else if (how < 0.6) socket.resetAndDestroy();
  await Promise.race([closed, sleep(20)]);
  socket.destroy();
}

async function connectMs(target: FaultTarget, login: Login, here: boolean): Promise<number> {
  const began = performance.now();
  const node = new FaultNode(target.mqttUrl, login, here ? { localAddress: '127.0.0.3' } : {});
  await Promise.race([node.up(), sleep(5_000)]);
  const ms = node.isUp ? performance.now() - began : Number.POSITIVE_INFINITY;
  node.stop();
  return ms;
}

if (import.meta.main) await runAlone(() => fuzzMqtt(sizes({ seeds: 5, sessions: 10_000, firstSeed: 1 })));
