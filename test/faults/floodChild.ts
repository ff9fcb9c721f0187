import { connect } from 'node:net';
import { readingTopic } from '../../models/contracts/topics.ts';
import { connectPacket, publishPacket } from '../gateway/rawMqtt.ts';
import { packetSplitter } from './faultNode.ts';
import type { Login } from './faultTarget.ts';

/**
 * One node that publishes as fast as it is told and the connection takes it, in a process of its own so that it does not
 * slow down who measures. Arguments: MQTT address, login as JSON, messages a second, seconds. Prints what it did as JSON.
 */
const [url = '', loginJson = '', perSecondText, secondsText] = process.argv.slice(2);
const login = JSON.parse(loginJson) as Login;
const perSecond = Number(perSecondText);
const seconds = Number(secondsText);
const tickMs = 5;
/** Beyond this the connection does not take more: the flood has come up against its limit. */
const mostUnsentBytes = 1024 * 1024;

const { hostname: host, port } = new URL(url);
const socket = connect({ host, port: Number(port) });
const measuredFrom = Date.now() - 40 * 86_400_000;
let written = 0;
let acknowledged = 0;
let turnedBack = 0;
let closed = false;
socket.on('error', () => undefined);
socket.on('close', () => {
  closed = true;
});
socket.on(
  'data',
  packetSplitter(type => {
    if (type === 4) acknowledged++;
    if (type === 2) flood();
  }),
);
socket.write(connectPacket({ ...login, clientId: login.username }));

function flood(): void {
  const began = performance.now();
  let due = 0;
  const timer = setInterval(() => {
    const elapsedS = (performance.now() - began) / 1000;
    if (elapsedS > seconds || closed) {
      clearInterval(timer);
      console.log(JSON.stringify({ offered: due, written, acknowledged, turnedBack, cut: closed }));
      process.exit(0);
    }
    const now = Math.floor(elapsedS * perSecond);
    if (socket.writableLength > mostUnsentBytes) turnedBack += now - due;
    else {
      const packets: Buffer[] = [];
      for (let i = due; i < now; i++) packets.push(publish(written++));
      socket.write(Buffer.concat(packets));
    }
    due = now;
  }, tickMs);
}

function publish(i: number): Buffer {
  const payload = JSON.stringify({ measuredAt: measuredFrom + i * 1_000, temperatureC: 4.5, sequence: i });
  return publishPacket({ topic: readingTopic(login.username), payload, packetId: 1 + (i % 65_535) });
}
