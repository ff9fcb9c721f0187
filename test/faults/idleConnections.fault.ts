import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectPacket } from '../gateway/rawMqtt.ts';
import { FaultNode } from './faultNode.ts';
import { type FaultTarget, type Login, openTarget } from './faultTarget.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';

interface IdleSizes extends Record<string, number> {
  readonly idle: number;
  readonly strangers: number;
}

/** F14: thousands of nodes that are connected and silent, then strangers up to the cap; a real node still gets in. */
export async function idleConnections({ idle, strangers }: IdleSizes): Promise<FaultReport> {
  const figures = new Figures('F14 idle connections');
  const target = await openTarget();
  const sockets: Socket[] = [];
  try {
    const logins = await target.addNodes('idle', idle);
    const [real, first] = (await target.addNodes('real', 2)) as [Login, Login];
    await loginMs(target, first);
    const before = target.rssMiB();
    let accepted = 0;
    for (let n = 0; n < idle; n += 50) {
      const opened = await Promise.all(logins.slice(n, n + 50).map(login => holdOpen(target, login)));
      for (const { socket, isUp } of opened) {
        sockets.push(socket);
        if (isUp) accepted++;
      }
    }
    await sleep(2_000);
    figures.equal('held', sockets.filter(socket => !socket.destroyed).length, idle);
    figures.equal('accepted', accepted, idle);
    if (Number.isNaN(before)) figures.note('kibEach', null);
    else figures.below('kibEach', ((target.rssMiB() - before) * 1024) / idle, 25);
    const refused = await countRefused(target, sockets, strangers);
    figures.note('strangers', strangers);
    figures.atLeast('strangersRefusedAtTheCap', refused, Math.max(strangers + idle - 6_000, 1));
    figures.within('realNodeConnectsMs', await loginMs(target, real, '127.0.0.2'), 1_000);
    figures.equal('heldInTheEnd', sockets.slice(0, idle).filter(socket => !socket.destroyed).length, idle);
    return figures.report();
  } finally {
    for (const socket of sockets) socket.destroy();
    await target.close();
  }
}

function open(target: FaultTarget, localAddress = '127.0.0.1'): Socket {
  const { hostname: host, port } = new URL(target.mqttUrl);
  const socket = connect({ host, port: Number(port), ...(isHere(host) ? { localAddress } : {}) });
  socket.on('error', () => undefined);
  return socket;
}

const isHere = (host: string) => host.startsWith('127.');

async function holdOpen(target: FaultTarget, login: Login): Promise<{ socket: Socket; isUp: boolean }> {
  const socket = open(target);
  socket.write(connectPacket({ ...login, clientId: login.username, keepalive: 300 }));
  const isUp = await new Promise<boolean>(resolve => {
    socket.once('data', chunk => resolve(chunk[0] === 0x20 && chunk[3] === 0));
    socket.once('close', () => resolve(false));
  });
  return { socket, isUp };
}

/** Opens connections that say nothing; how many were closed at once rather than left to their time. */
async function countRefused(target: FaultTarget, sockets: Socket[], count: number): Promise<number> {
  let refused = 0;
  for (let n = 0; n < count; n++) {
    const socket = open(target);
    sockets.push(socket);
    socket.once('close', () => {
      refused++;
    });
    if (n % 50 === 49) await sleep(20);
  }
  await sleep(1_000);
  return refused;
}

async function loginMs(target: FaultTarget, login: Login, localAddress = '127.0.0.1'): Promise<number> {
  const began = performance.now();
  const local = isHere(new URL(target.mqttUrl).hostname) ? { localAddress } : {};
  const node = new FaultNode(target.mqttUrl, login, local);
  await node.up();
  await node.send({ temperatureC: 4 });
  const ms = performance.now() - began;
  node.stop();
  return ms;
}

if (import.meta.main) await runAlone(() => idleConnections(sizes({ idle: 5_000, strangers: 1_200 })));
