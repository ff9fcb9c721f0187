import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { FaultNode } from './faultNode.ts';
import { startTarget } from './faultTarget.ts';
import { chilledBatchOf } from './watchedAlerts.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** When a server in one zone tells a firm in another of an excursion, and how that firm's clocks and days name its begin. */
export interface ToldAt {
  readonly name: string;
  /** What TZ says where the server runs; the firm lives by TAHAN_TIME_ZONE. */
  readonly serverZone: string;
  readonly firmZone: string;
  readonly now: string;
  readonly warmFrom: string;
  readonly says: string;
}

/** Around changes of the clock, midnights and the turns of a year; each day and hour by hand from the rules of the zone. */
export const toldAts: readonly ToldAt[] = [
  {
    name: 'first of two 01.40, clocks put back since',
    ...{ serverZone: 'Pacific/Chatham', firmZone: 'America/New_York' },
    ...{ now: '2025-11-02T08:10:00Z', warmFrom: '2025-11-02T05:40:00Z', says: 'today 01:40 EDT' },
  },
  {
    name: 'second of two 01.40',
    ...{ serverZone: 'Asia/Jakarta', firmZone: 'America/New_York' },
    ...{ now: '2025-11-02T09:10:00Z', warmFrom: '2025-11-02T06:40:00Z', says: 'today 01:40 EST' },
  },
  {
    name: 'the evening before, on a day of 23 hours',
    ...{ serverZone: 'UTC', firmZone: 'America/New_York' },
    ...{ now: '2025-03-10T03:30:00Z', warmFrom: '2025-03-09T04:50:00Z', says: 'yesterday 23:50 EST' },
  },
  {
    name: 'yesterday there, today where the server is',
    ...{ serverZone: 'America/New_York', firmZone: 'Asia/Jakarta' },
    ...{ now: '2025-07-01T18:10:00Z', warmFrom: '2025-07-01T16:40:00Z', says: 'yesterday 23:40 WIB' },
  },
  {
    name: 'a leap day',
    ...{ serverZone: 'America/New_York', firmZone: 'Asia/Jakarta' },
    ...{ now: '2024-02-29T19:10:00Z', warmFrom: '2024-02-29T16:30:00Z', says: 'yesterday 23:30 WIB' },
  },
  {
    name: 'the last evening of a year, three days ago',
    ...{ serverZone: 'UTC', firmZone: 'Pacific/Chatham' },
    ...{ now: '2026-01-02T12:00:00Z', warmFrom: '2025-12-31T09:30:00Z', says: '31 Dec 23:15 GMT+13:45' },
  },
];

const preload = pathToFileURL(join(import.meta.dirname, '..', 'support', 'steppedClockChild.ts')).href;

/** @returns the words in which it was told; null when nothing came in time */
export async function toldText({ serverZone, firmZone, now, warmFrom }: ToldAt): Promise<string | null> {
  const dir = mkdtempSync(join(tmpdir(), 'tahan-zones-'));
  const clock = join(dir, 'clock');
  writeFileSync(clock, String(Date.parse(now) - Date.now()));
  const receiver = await startReceiver();
  const target = await startTarget({
    env: {
      ...{ TZ: serverZone, TAHAN_TIME_ZONE: firmZone, TAHAN_WEBHOOK_ALLOW_HTTP_LOOPBACK: '1' },
      ...{ TAHAN_STEPPED_CLOCK: clock, NODE_OPTIONS: `--import=${preload}` },
    },
  });
  try {
    const { status, body } = await target.api.post('/contacts', {
      ...{ name: 'receiver', channel: 'webhook', address: { url: receiver.url }, userId: null },
      ...{ kinds: ['too-warm'], language: 'en' },
    });
    if (status !== 201) throw new Error(`POST /contacts answered ${status}: ${JSON.stringify(body)}`);
    const [login] = await target.addNodes('zone', 1);
    const from = Date.parse(warmFrom);
    await chilledBatchOf(target, login!.username, from - 3 * hourMs);
    const node = new FaultNode(target.mqttUrl, login!);
    await node.send(excursion(from, Date.parse(now)));
    node.stop();
    const until = performance.now() + 30_000;
    while (receiver.texts.length === 0 && performance.now() < until) await sleep(50);
    return receiver.texts[0] ?? null;
  } finally {
    await target.close();
    receiver.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Cold, at 12 °C from a second after an instant on for an hour, cold again until now. */
function excursion(from: number, now: number) {
  const readings = [{ measuredAt: from + 1_000, temperatureC: 12 }];
  for (let at = from - 3 * hourMs; at < now; at += 10 * minuteMs)
    readings.push({ measuredAt: at, temperatureC: at > from && at < from + hourMs ? 12 : 5 });
  return readings.sort((a, b) => a.measuredAt - b.measuredAt);
}

async function startReceiver() {
  const texts: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    texts.push(JSON.parse(body).data.text);
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    texts,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
