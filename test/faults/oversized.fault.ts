import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readingTopic } from '../../models/contracts/topics.ts';
import { connectPacket, publishPacket, remainingLength, text } from '../gateway/rawMqtt.ts';
import { packetSplitter } from './faultNode.ts';
import { type FaultTarget, type Login, openTarget } from './faultTarget.ts';
import { type FaultReport, Figures, runAlone, sizes } from './figures.ts';

const cutPatienceMs = 15_000;

interface Size {
  readonly sockets: number;
  /** Memory the process may take meanwhile: one that kept what it reads would take 24 MiB for each socket. */
  readonly grownMiB: number;
}

/** F15: packets too large, declared larger still, and connections that hardly speak: cut, unacknowledged, no memory. */
export async function oversized({ sockets, grownMiB }: Size): Promise<FaultReport> {
  const figures = new Figures('F15 oversized and silent');
  const target = await openTarget();
  try {
    const logins = await target.addNodes('big', sockets);
    const everySocket = (run: (login: Login) => Promise<Outcome>) => Promise.all(logins.map(run));
    const large = async () => ({
      'publish of 1 MB': await everySocket(login => loggedIn(target, login, megabytePublish(login))),
      'publish of 256 MB declared': await everySocket(login =>
        loggedIn(target, login, declaredPublish(login, 256 * 1024 * 1024 - 1), 24 * 1024 * 1024),
      ),
      'CONNECT of 256 MB declared': await everySocket(() => fresh(target, declaredConnect)),
    });
    // Once unmeasured: code that runs for the first time is compiled, and sockets get their read buffers.
    await large();
    const before = target.rssMiB();
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, target.rssMiB());
    }, 50);
    const [slow, silent, fast] = await Promise.all([
      everySocket(login => slowConnect(target, login)),
      everySocket(() => fresh(target, Buffer.alloc(0))),
      large(),
    ]);
    clearInterval(watch);
    const outcomes = { ...fast, 'CONNECT at 1 byte a second': slow, 'no byte at all': silent };
    for (const [what, seen] of Object.entries(outcomes)) {
      figures.equal(`${what}: cut`, seen.filter(one => one.closedMs < cutPatienceMs).length, sockets);
      figures.within(`${what}: gone after ms`, Math.max(...seen.map(one => one.closedMs)), 10_000);
      figures.equal(`${what}: acknowledged`, seen.filter(one => one.acknowledged).length, 0);
    }
    const grown = peak - before;
    if (Number.isNaN(grown)) figures.note('rssGrownMiB', null);
    else figures.below('rssGrownMiB', grown, grownMiB);
    return figures.report();
  } finally {
    await target.close();
  }
}

const declaredConnect = Buffer.concat([
  Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]),
  Buffer.alloc(1024 * 1024),
]);

interface Outcome {
  readonly closedMs: number;
  readonly acknowledged: boolean;
}

const megabytePublish = ({ username }: Login): Buffer =>
  publishPacket({ topic: readingTopic(username), payload: Buffer.alloc(1024 * 1024, 0x20) });

function declaredPublish({ username }: Login, bytes: number): Buffer {
  return Buffer.concat([
    Buffer.from([0x32, ...remainingLength(bytes)]),
    text(readingTopic(username)),
    Buffer.from([0, 1]),
    Buffer.alloc(64 * 1024, 0x20),
  ]);
}

function open(target: FaultTarget): Socket {
  const { hostname: host, port } = new URL(target.mqttUrl);
  const socket = connect({ host, port: Number(port) });
  socket.on('error', () => undefined);
  return socket;
}

/** How the connection ended after these bytes, and whether anything was acknowledged before. */
function outcome(socket: Socket): Promise<Outcome> {
  const began = performance.now();
  let acknowledged = false;
  socket.on(
    'data',
    packetSplitter(type => {
      acknowledged ||= type === 4;
    }),
  );
  return new Promise(resolve => {
    const timer = setTimeout(() => socket.destroy(), cutPatienceMs);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve({ closedMs: performance.now() - began, acknowledged });
    });
  });
}

async function loggedIn(target: FaultTarget, login: Login, bytes: Buffer, more = 0): Promise<Outcome> {
  const socket = open(target);
  const isUp = new Promise<void>(resolve => socket.once('data', () => resolve()));
  socket.write(connectPacket({ ...login, clientId: login.username }));
  await isUp;
  const ended = outcome(socket);
  socket.write(bytes);
  for (let sent = 0; sent < more && !socket.destroyed; sent += 64 * 1024) {
    if (!socket.write(Buffer.alloc(64 * 1024, 0x20)))
      await Promise.race([new Promise(resolve => socket.once('drain', resolve)), ended]);
  }
  return ended;
}

function fresh(target: FaultTarget, bytes: Buffer): Promise<Outcome> {
  const socket = open(target);
  const ended = outcome(socket);
  if (bytes.length > 0) socket.write(bytes);
  return ended;
}

async function slowConnect(target: FaultTarget, login: Login): Promise<Outcome> {
  const socket = open(target);
  const ended = outcome(socket);
  for (const byte of connectPacket({ ...login, clientId: login.username })) {
    if (socket.destroyed) break;
    socket.write(Buffer.from([byte]));
    await Promise.race([sleep(1_000), ended]);
  }
  return ended;
}

if (import.meta.main) await runAlone(() => oversized(sizes({ sockets: 8, grownMiB: 8 })));
