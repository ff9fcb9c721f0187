import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBareAedes } from './ingest/bareAedes.ts';
import { benchRounds } from './ingest/benchRounds.ts';
import { type Contender, oneRound, type Round, startLoadOf } from './ingest/contender.ts';
import { generatorRows, ingestRows } from './ingest/contenderRows.ts';
import { makeFleet } from './ingest/fleet.ts';
import { startGatewayAlone } from './ingest/gatewayAlone.ts';
import { startPlainMosquitto } from './ingest/plainMosquitto.ts';
import type { ListeningChild } from './load/listeningChild.ts';
import type { Load } from './load/load.ts';
import type { PublisherLogin } from './load/publisher.ts';
import { startSink } from './load/sink.ts';
import type { MeasuredRow } from './report/measuredRow.ts';

const ours = 'gateway, on disk before PUBACK';
const bareAedes = 'bare Aedes 1.2';
const mosquitto = 'Mosquitto 2.0';
const sink = 'sink';
/**
 * A node may send 500 publishes a second and save up 2,000. So that this is not what is measured, a round is short, and the
 * other contenders and a pause before each round give it time to save all of them: 220,000 a second from 100 publishers.
 */
const roundS = 1;
const pauseS = 1;
const warmUpS = 3;
const loads = [
  { publishers: 100, window: 10 },
  { publishers: 1_000, window: 4 },
];

/** What the gateway takes beside brokers that keep nothing: from the socket to the PUBACK. */
export default async function benchGateway(): Promise<MeasuredRow[]> {
  const rows: MeasuredRow[] = [];
  for (const load of loads) rows.push(...(await withContenders(load)));
  return rows;
}

async function withContenders({ publishers, window }: (typeof loads)[number]): Promise<MeasuredRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'tahan-bench-'));
  const contenders: Contender[] = [];
  const open: Load[] = [];
  try {
    const { logins } = await makeFleet(join(dir, 'gateway'), publishers);
    mkdirSync(join(dir, 'mosquitto'));
    const add = async (name: string, start: Promise<ListeningChild>) =>
      contenders.push(plain(name, await start, logins));
    await add(ours, startGatewayAlone(join(dir, 'gateway')));
    await add(bareAedes, startBareAedes());
    await add(mosquitto, startPlainMosquitto(join(dir, 'mosquitto')));
    await add(sink, startSink());
    const shape = { window, firstAt: Date.now() - 6 * 3_600_000, stepMs: 1_000 };
    const taken = new Map(contenders.map(({ name }) => [name, [] as Round[]]));
    for (const contender of contenders) open.push(await startLoadOf(contender, shape));
    for (const load of open) await load.run({ seconds: warmUpS });
    for (let round = 0; round < benchRounds(); round++) {
      await sleep(pauseS * 1_000);
      for (const [n, contender] of contenders.entries())
        taken.get(contender.name)!.push(await oneRound(contender, open[n]!, { seconds: roundS }));
      console.error(`gateway: ${publishers} publishers, round ${round + 1}`);
    }
    const ofSink = taken.get(sink)!;
    taken.delete(sink);
    const what = `${publishers.toLocaleString('en')} publishers, window ${window}`;
    const goals = { perS: [{ value: 0.95, against: bareAedes }], cpu: [] };
    return [...ingestRows(taken, what, goals), ...generatorRows(taken, ofSink, what)];
  } finally {
    for (const load of open) await load.close();
    for (const contender of contenders) await contender.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

const plain = (name: string, child: ListeningChild, logins: readonly PublisherLogin[]): Contender => ({
  ...{ name, logins, port: child.port },
  pids: () => [child.pid],
  close: () => child.close(),
});
