import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../firmware-sim/seededRandom.ts';
import { apiClient } from '../support/apiClient.ts';
import { runTahanJson, startTahanProcess } from '../support/tahanProcess.ts';
import { FaultNode } from './faultNode.ts';
import type { Login } from './faultTarget.ts';
import { type Figures, percentile } from './figures.ts';

export interface World {
  readonly dataDir: string;
  readonly token: string;
  readonly nodeId: string;
  /** Mapped by time of measurement. */
  readonly sent: ReadonlyMap<number, number>;
}

export interface Outcome {
  readonly readyMs: number;
  readonly missing: readonly number[];
  readonly wrong: number;
  readonly named: boolean;
  readonly copied: boolean;
  /** Why it did not start; undefined when it did. */
  readonly refusedToStart?: string;
}

export interface Judged extends Outcome {
  /** Readings that are gone although nothing of their record was touched; null where that cannot be told. */
  readonly lostIntact: number | null;
  /** Whether anything that counts was touched at all. */
  readonly harmed: boolean;
}

export function judgeDamage(figures: Figures, what: string, runs: readonly Judged[]): void {
  const started = runs.filter(run => run.refusedToStart === undefined);
  figures.equal(`${what}: started`, started.length, runs.length);
  const reasons = new Set(runs.flatMap(run => run.refusedToStart ?? []));
  if (reasons.size > 0) figures.note(`${what}: why not`, [...reasons].slice(0, 2).join(' | '));
  figures.within(`${what}: readyMsMax`, Math.max(...started.map(run => run.readyMs)), 10_000);
  figures.note(
    `${what}: readyMsMedian`,
    Math.round(
      percentile(
        started.map(run => run.readyMs),
        0.5,
      ),
    ),
  );
  figures.equal(
    `${what}: wrong values`,
    started.reduce((sum, run) => sum + run.wrong, 0),
    0,
  );
  if (started.every(run => run.lostIntact === null)) figures.note(`${what}: whole readings lost`, null);
  else
    figures.equal(
      `${what}: whole readings lost`,
      started.reduce((sum, run) => sum + (run.lostIntact ?? 0), 0),
      0,
    );
  const harmed = started.filter(run => run.harmed);
  figures.note(`${what}: runs with harm`, harmed.length);
  figures.equal(`${what}: damage named`, harmed.filter(run => run.named).length, harmed.length);
  figures.equal(`${what}: damage set aside`, harmed.filter(run => run.copied).length, harmed.length);
}

/** A data folder with readings, left by kill -9. */
export async function makeWorld(dataDir: string, count: number): Promise<World> {
  const { token } = await runTahanJson<{ token: string }>(dataDir, 'token', 'add', '--role', 'owner');
  const nodeId = 'damaged-1';
  const { mqtt } = await runTahanJson<{ mqtt: Login }>(dataDir, 'node', 'add', nodeId);
  const tahan = await startTahanProcess({ dataDir });
  const node = new FaultNode(tahan.mqttUrl, mqtt);
  const sent = new Map<number, number>();
  const startedAt = Date.now() - count * 60_000;
  for (let i = 0; i < count; i++) {
    const reading = {
      measuredAt: startedAt + i * 60_000,
      temperatureC: Math.round(Math.sin(i) * 1_000) / 100,
    };
    sent.set(reading.measuredAt, reading.temperatureC);
    await node.send(reading);
  }
  node.stop();
  // Past the next sync of the store, so that its file holds everything too.
  await sleep(2_500);
  await tahan.kill('SIGKILL');
  return { dataDir, token, nodeId, sent };
}

export const randomBelow = (seed: number) => {
  const source = createRandom(seed);
  return (below: number) => Math.floor(source.next() * below);
};

/** Flips 1 to 64 bytes, in one place or scattered; returns where. */
export function flipBytes(bytes: Buffer, seed: number): number[] {
  const below = randomBelow(seed);
  const count = 1 + below(64);
  const start = below(bytes.length - count);
  const scattered = seed % 2 === 0;
  const at = Array.from({ length: count }, (_, i) => (scattered ? below(bytes.length) : start + i));
  for (const offset of new Set(at)) bytes[offset]! ^= 1 + below(255);
  return at;
}

export function copyOf(world: World, base: string, without: readonly string[]): string {
  const dataDir = join(base, 'damaged');
  cpSync(world.dataDir, dataDir, { recursive: true });
  for (const name of [...without, 'tahan.lock'])
    rmSync(join(dataDir, name), { recursive: true, force: true });
  return dataDir;
}

const notServed: Outcome = {
  readyMs: Number.POSITIVE_INFINITY,
  missing: [],
  wrong: 0,
  named: false,
  copied: false,
};

export async function startOn({ token, nodeId, sent }: World, dataDir: string): Promise<Outcome> {
  let tahan: Awaited<ReturnType<typeof startTahanProcess>>;
  try {
    tahan = await startTahanProcess({ dataDir });
  } catch (error) {
    const refusedToStart = String(error).split('\n').slice(0, 1).join().slice(0, 300);
    return {
      readyMs: Number.POSITIVE_INFINITY,
      missing: [],
      wrong: 0,
      named: false,
      copied: false,
      refusedToStart,
    };
  }
  try {
    const shown = await shownBy(tahan.httpUrl, token, nodeId);
    if (shown === undefined)
      return { ...notServed, readyMs: tahan.readyMs, refusedToStart: 'readings not answered' };
    const times = new Set(shown.map(([at]) => at));
    return {
      readyMs: tahan.readyMs,
      missing: [...sent.keys()].filter(at => !times.has(at)),
      wrong: shown.filter(([at, value]) => sent.get(at) !== value).length,
      named: /damaged|half-written|malformed|corrupt/.test(tahan.stderr()),
      copied: readdirSync(dataDir, { recursive: true }).some(name => /damaged/.test(String(name))),
    };
  } finally {
    await tahan.kill('SIGKILL');
  }
}

/** Undefined when the readings could not be had. */
async function shownBy(
  httpUrl: string,
  token: string,
  nodeId: string,
): Promise<[number, number | null][] | undefined> {
  const api = apiClient(httpUrl, token);
  const first = await api.get(`/nodes/${nodeId}/readings?limit=1`);
  if (first.status !== 200) return undefined;
  try {
    const shown = await api.all<{ measuredAt: string; temperatureC: number | null }>(
      `/nodes/${nodeId}/readings`,
      'readings',
    );
    return shown.map(({ measuredAt, temperatureC }) => [Date.parse(measuredAt), temperatureC]);
  } catch {
    return undefined;
  }
}
