import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { apiClient } from '../../test/support/apiClient.ts';
import { startTahanProcess } from '../../test/support/tahanProcess.ts';
import { benchRounds } from '../ingest/benchRounds.ts';
import { makeFleet } from '../ingest/fleet.ts';
import { type LiveWatchers, startLiveWatchers } from '../load/liveWatchers.ts';
import { startLoad } from '../load/load.ts';
import type { MeasuredRow } from '../report/measuredRow.ts';
import { cpuMsOf } from '../store/processFigures.ts';
import { spreadOf } from '../store/spread.ts';
import { growthRow } from './growthRow.ts';

/** Sizes are compared with each other: more rounds of each would take long and tell little. */
const mostRounds = 3;
const sizes = [0, 1, 20, 500];
const streamsOfToken = 20;
const nodes = 200;
const perS = 200;
const roundS = 4;

/** The same readings a second while ever more pages are open. */
export async function growthOfDashboards(dir: string): Promise<MeasuredRow[]> {
  const dataDir = join(dir, 'dashboards');
  mkdirSync(dataDir);
  const { logins, token } = await makeFleet(dataDir, nodes);
  const tahan = await startTahanProcess({ dataDir });
  const port = Number(new URL(tahan.mqttUrl).port);
  const load = await startLoad({
    ...{ host: '127.0.0.1', port, publishers: logins, window: 100, firstAt: Date.now(), stepMs: 1 },
  });
  const cpuUs = sizes.map(() => [] as number[]);
  const p99Ms: number[] = [];
  try {
    await load.pace(perS, 3);
    const tokens = await moreTokens(tahan.httpUrl, token, Math.ceil(Math.max(...sizes) / streamsOfToken));
    for (const [i, streams] of sizes.entries()) {
      const pages = streams === 0 ? null : await startLiveWatchers(tahan.httpUrl, tokens, streams);
      await load.pace(perS, 1);
      for (let round = 0; round < Math.min(mostRounds, benchRounds()); round++) {
        await pages?.look();
        const before = cpuMsOf(tahan.pid);
        const { acknowledged } = await load.pace(perS, roundS);
        cpuUs[i]!.push(((cpuMsOf(tahan.pid) - before) * 1_000) / acknowledged);
        const p99 = await delayOf(pages, streams);
        if (p99 !== null && streams === 500) p99Ms.push(p99);
      }
      await pages?.close();
      console.error(`  … ${streams} dashboards`);
    }
  } finally {
    await load.close();
    await tahan.kill('SIGKILL');
  }
  const alone = spreadOf(cpuUs[0]!).median;
  const most = sizes.at(-1)!;
  return [
    ...sizes.map((streams, i) =>
      growthRow(`CPU of a message, ${streams} dashboards, ${perS} readings/s`, 'us', cpuUs[i]!),
    ),
    growthRow(
      `of it for each of ${most} dashboards, a second`,
      'us',
      cpuUs.at(-1)!.map(us => ((us - alone) * perS) / most),
    ),
    growthRow(`publish to a page, ${most} dashboards: p99`, 'ms', p99Ms, {}, 1_000),
  ];
}

async function delayOf(pages: LiveWatchers | null, streams: number): Promise<number | null> {
  if (pages === null) return null;
  const { open, bytes, latencyMs } = await pages.look();
  if (open < streams || bytes === 0)
    throw new Error(`${open} of ${streams} live streams are open, and they got ${bytes} bytes`);
  return latencyMs.p99;
}

async function moreTokens(httpUrl: string, owner: string, wanted: number): Promise<string[]> {
  const api = apiClient(httpUrl, owner);
  const tokens: string[] = [];
  for (let n = 0; n < wanted; n++) {
    const { status, body } = await api.post('/tokens', { name: `page ${n}`, role: 'viewer' });
    if (status !== 201) throw new Error(`POST /tokens answered ${status}: ${JSON.stringify(body)}`);
    tokens.push(body.token);
  }
  return tokens;
}
