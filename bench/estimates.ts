import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Treatment } from '../models/contracts/batch.ts';
import type { Reading } from '../models/contracts/reading.ts';
import { type BatchLives, createBatchLives } from '../server/shelf-life/batchLives.ts';
import { builtInParameters, type ParametersInUse } from '../server/shelf-life/parametersInUse.ts';
import { batchKey } from '../server/shelf-life/placementIndex.ts';
import { prepareParameters } from '../server/shelf-life/prepareParameters.ts';
import { openEmbeddedReadingStore } from '../server/store/embeddedReadingStore.ts';
import { addBatch } from '../server/store/metadata/batches.ts';
import { type MetadataDb, openMetadata } from '../server/store/metadata/database.ts';
import { addOrganisation } from '../server/store/metadata/organisations.ts';
import { addStartingProducts } from '../server/store/metadata/products.ts';
import type { ReadingStore } from '../server/store/readingStore.ts';
import { heapBytes } from './growth/heapBytes.ts';
import type { MeasuredRow } from './run.ts';
import { spreadOf } from './store/spread.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const orgId = 'bench';
const nodes = Number(process.env.TAHAN_BENCH_NODES ?? 1_000);
const batchesPerNode = 10;
const batches = nodes * batchesPerNode;
const reportMs = 10 * minuteMs;
const historyH = 72;
const startAt = Date.parse('2026-11-21T00:00:00Z');
const rounds = 5;

/** Ten thousand live batches beside a thousand nodes that report every ten minutes; three days of readings. */
export default async function benchEstimates(): Promise<MeasuredRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'tahan-bench-'));
  const metadata = await openMetadata({ path: join(dir, 'metadata.sqlite') });
  const store = openEmbeddedReadingStore(join(dir, 'readings.sqlite'));
  try {
    await makeFirm(metadata.db);
    let now = startAt + historyH * hourMs;
    for (let at = startAt; at <= now; at += reportMs) await store.append(reportsAt(at));
    const inUse = builtInParameters();
    const lives = await createBatchLives(metadata.db, store, { now: () => now }, inUse);
    say('loaded');
    const rows = await measure(lives, store, at => {
      now = at;
    });
    return [...rows, ...(await measureSwitch(lives, store, inUse, now))];
  } finally {
    await store.close();
    await metadata.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(
  lives: BatchLives,
  store: ReadingStore,
  setNow: (at: number) => void,
): Promise<MeasuredRow[]> {
  let now = startAt + historyH * hourMs;
  const building = await secondsOf(() => lives.refreshAll());
  say('built');
  const quiet: number[] = [];
  const taking: number[] = [];
  const busy: number[] = [];
  for (let round = 0; round < rounds; round++) {
    now += reportMs;
    setNow(now);
    const reports = reportsAt(now);
    taking.push(await secondsOf(() => lives.take(async () => (await store.append(reports)).inserted)));
    busy.push(await secondsOf(() => lives.refreshAll()));
    now += minuteMs;
    setNow(now);
    quiet.push(await secondsOf(() => lives.refreshAll()));
    now -= minuteMs;
  }
  const bytes = await bytesOfLives(lives);
  const row = (job: string, unit: string, values: readonly number[]): MeasuredRow => ({
    ...{ job, unit, better: 'less', ours: spreadOf(values), others: {} },
  });
  const each = `${batches} batches on ${nodes} nodes`;
  return [
    row(`refresh of ${each}, a minute later`, 's', quiet),
    row(`refresh of ${each}, every node has reported`, 's', busy),
    row(
      'one reading into the lives of its ten batches',
      'us',
      taking.map(seconds => (seconds / nodes) * 1e6),
    ),
    row(`first estimate of ${each}, from the store`, 's', [building]),
    row('memory of a live batch', 'B', [bytes]),
  ];
}

/** Other parameters for all of them, while every node goes on reporting. */
async function measureSwitch(
  lives: BatchLives,
  store: ReadingStore,
  inUse: ParametersInUse,
  now: number,
): Promise<MeasuredRow[]> {
  await lives.refreshAll();
  const all = Array.from({ length: batches }, (_, i) => ({
    ...{ n: Math.floor(i / batchesPerNode), b: i % batchesPerNode },
  }));
  const treatments: readonly Treatment[] = ['turmeric-boiled', 'packed-heated'];
  const use = { orgId, useId: '', since: now, until: null, approvedBy: '', recalculatedAt: null };
  const change = () => {
    for (const treatment of treatments) {
      const { parameterSetId, parameterSetVersion, spoilage, testedRangeC } = inUse.now(orgId, treatment);
      const set = { parameterSetId, version: parameterSetVersion + 1, testedRangeC };
      const changed = { ...spoilage, b: { ...spoilage.b, value: 1.1 * spoilage.b.value } };
      const from = { parameterSetId, version: parameterSetVersion };
      inUse.begin({ ...use, ...set, treatment, from }, { ...set, spoilage: changed });
    }
  };
  let longestMs = 0;
  /** CPU time of this thread for one turn: others may be busy on the same cores. */
  const inTurn = async (turn: () => Promise<unknown>) => {
    const before = process.threadCpuUsage();
    await turn();
    const { user, system } = process.threadCpuUsage(before);
    longestMs = Math.max(longestMs, (user + system) / 1e3);
  };
  await inTurn(() =>
    lives.parametersChanged(
      async () =>
        all.map(({ n, b }) => ({
          key: batchKey(orgId, `B-${n}-${b}`),
          before: inUse.now(orgId, isKitchen(n) ? 'turmeric-boiled' : 'packed-heated'),
        })),
      change,
    ),
  );
  for (const treatment of treatments) await prepareParameters(inUse.now(orgId, treatment));
  let at = now;
  let next = 0;
  /** A reading comes in after every turn, node after node. */
  const report = async () => {
    if (next % nodes === 0) at += reportMs;
    const reading = reportOf(next++ % nodes, at);
    await lives.take(async () => (await store.append([reading])).inserted);
  };
  let seconds = 0;
  for (let left = 1; left > 0; ) {
    seconds += await secondsOf(() =>
      inTurn(async () => {
        left = (await lives.recalculateSome()).left;
      }),
    );
    await inTurn(report);
  }
  say('recalculated');
  const row = (job: string, unit: string, value: number): MeasuredRow => ({
    ...{ job, unit, better: 'less', ours: spreadOf([value]), others: {} },
  });
  return [
    row(`recalculation of ${batches} batches with other parameters`, 's', seconds),
    row('longest turn meanwhile, of a batch or a reading', 'ms', longestMs),
  ];
}

/** A fifth of the nodes are in kitchens, the others in fridges; each warms and cools a little. */
function reportsAt(at: number): Reading[] {
  return Array.from({ length: nodes }, (_, n) => reportOf(n, at));
}

function reportOf(n: number, at: number): Reading {
  const swing = Math.sin(at / (40 * minuteMs) + n);
  return {
    nodeId: nodeId(n),
    probe: 'main',
    measuredAt: at - (n % 10) * 1_000,
    receivedAt: at,
    timeSource: 'device',
    temperatureC: Math.round(10 * ((isKitchen(n) ? 28.5 : 4.6) + 1.5 * swing)) / 10,
    humidityPct: null,
    batteryPct: null,
    sequence: null,
    quality: 'good',
  };
}

const nodeId = (n: number) => `S-${String(n).padStart(4, '0')}`;
const isKitchen = (n: number) => n % 5 === 0;

async function makeFirm(db: MetadataDb): Promise<void> {
  await addOrganisation(db, { orgId, name: orgId, timeZone: 'Asia/Jakarta' }, 0);
  await addStartingProducts(db, orgId);
  await db.transaction().execute(async transaction => {
    for (let n = 0; n < nodes; n++) await makeNode(transaction, n);
  });
}

async function makeNode(db: MetadataDb, n: number): Promise<void> {
  await db
    .insertInto('nodes')
    .values({
      ...{ node_id: nodeId(n), org_id: orgId, name: nodeId(n), place_id: null, report_every_s: 600 },
      ...{ secret_hash: '', created_at: 0 },
    })
    .execute();
  for (let b = 0; b < batchesPerNode; b++) {
    const batchId = `B-${n}-${b}`;
    const producedAt = startAt + Math.round(((historyH - 2) * hourMs * b) / batchesPerNode);
    const [productId, treatment]: [string, Treatment] = isKitchen(n)
      ? ['takwa', 'turmeric-boiled']
      : ['takwa-vakum', 'packed-heated'];
    const batch = { orgId, batchId, name: batchId, productId, producedAt, quantity: null, treatment };
    await addBatch(db, { ...batch, storage: b % 2 === 0 ? null : isKitchen(n) ? 'room' : 'fridge' }, 0);
    await db
      .insertInto('placements')
      .values({
        ...{ placement_id: batchId, org_id: orgId, batch_id: batchId, node_id: nodeId(n), probe: 'main' },
        ...{ from_at: producedAt + 600_000 * (b % 3), to_at: null },
      })
      .execute();
  }
}

/** CPU seconds: others may be busy on the same cores. */
async function secondsOf(job: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await job();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** What becomes free when the lives are forgotten, as they are after a failure; for each batch. */
async function bytesOfLives(lives: BatchLives): Promise<number> {
  const before = await heapBytes();
  await lives.take(() => Promise.reject(new Error('forget'))).catch(() => {});
  return (before - (await heapBytes())) / batches;
}

function say(what: string): void {
  console.error(`  … ${what}`);
}
