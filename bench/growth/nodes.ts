import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTahanProcess } from '../../test/support/tahanProcess.ts';
import { benchRounds } from '../ingest/benchRounds.ts';
import { makeFleet } from '../ingest/fleet.ts';
import { startPlainMosquitto } from '../ingest/plainMosquitto.ts';
import { type Load, startLoad } from '../load/load.ts';
import type { PublisherLogin } from '../load/publisher.ts';
import type { MeasuredRow } from '../report/measuredRow.ts';
import { cpuMsOf, rssMiBOf } from '../store/processFigures.ts';
import { count, flatness, growthRow } from './growthRow.ts';

/** Sizes are compared with each other: more rounds of each would take long and tell little. */
const mostRounds = 3;
const sizes = [10, 100, 1_000, 5_000];
const perS = 2_000;
const roundS = 3;
const mosquitto = 'Mosquitto 2.0 alone, nothing kept';

interface Measured {
  readonly cpuUs: readonly number[];
  readonly idleKiB: number;
}

/** The same readings a second from ever more nodes: CPU of a message, and memory of a node that only stays connected. */
export async function growthOfNodes(dir: string): Promise<MeasuredRow[]> {
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (const nodes of sizes) {
    const folder = join(dir, `nodes-${nodes}`);
    mkdirSync(folder);
    const { logins } = await makeFleet(folder, nodes);
    const tahan = await startTahanProcess({ dataDir: folder });
    const peer = await startPlainMosquitto(folder);
    try {
      const targets = [
        await connected(Number(new URL(tahan.mqttUrl).port), tahan.pid, logins),
        await connected(peer.port, peer.pid, logins),
      ] as const;
      for (let round = 0; round < Math.min(mostRounds, benchRounds()); round++)
        for (const one of targets) await one.round();
      for (const one of targets) await one.load.close();
      ours.push(targets[0]);
      theirs.push(targets[1]);
    } finally {
      await tahan.kill('SIGKILL');
      await peer.close();
    }
    console.error(`  … ${nodes} nodes`);
  }
  const at = `${count(perS)} readings/s`;
  return [
    ...sizes.map((nodes, i) =>
      growthRow(`CPU of a message, ${count(nodes)} nodes, ${at}`, 'us', ours[i]!.cpuUs, {
        [mosquitto]: theirs[i]!.cpuUs,
      }),
    ),
    flatness(
      `the dearest of these over the cheapest`,
      ours.map(({ cpuUs }) => cpuUs),
    ),
    growthRow(
      `memory of an idle node, ${count(sizes.at(-1)!)} nodes`,
      'KiB',
      [ours.at(-1)!.idleKiB],
      { [mosquitto]: [theirs.at(-1)!.idleKiB] },
      25,
    ),
  ];
}

/** Connects all, looks at what that took, then sends a warm-up. */
async function connected(port: number, pid: number, logins: readonly PublisherLogin[]) {
  const before = await settledRssMiB(pid);
  const firstAt = Date.now();
  const load: Load = await startLoad({
    ...{ host: '127.0.0.1', port, publishers: logins, window: 200, firstAt, stepMs: 1 },
  });
  const idleKiB = (((await settledRssMiB(pid)) - before) * 1_024) / logins.length;
  await load.pace(perS, 2);
  const cpuUs: number[] = [];
  return {
    ...{ load, idleKiB, cpuUs },
    async round() {
      const cpuMs = cpuMsOf(pid);
      const { acknowledged, cut } = await load.pace(perS, roundS);
      if (cut > 0) throw new Error(`${cut} connections were cut`);
      cpuUs.push(((cpuMsOf(pid) - cpuMs) * 1_000) / acknowledged);
    },
  };
}

async function settledRssMiB(pid: number): Promise<number> {
  await sleep(1_500);
  return rssMiBOf(pid);
}
