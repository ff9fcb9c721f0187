import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newShipmentSchema } from '../models/contracts/newShipment.ts';
import type { Reading } from '../models/contracts/reading.ts';
import { createLiveHub } from '../server/liveHub.ts';
import { createBatchLives } from '../server/shelf-life/batchLives.ts';
import { createShipments, type Shipments } from '../server/shipments/shipments.ts';
import { openEmbeddedReadingStore } from '../server/store/embeddedReadingStore.ts';
import { addBatch } from '../server/store/metadata/batches.ts';
import { type MetadataDb, openMetadata } from '../server/store/metadata/database.ts';
import { addOrganisation } from '../server/store/metadata/organisations.ts';
import { addStartingProducts } from '../server/store/metadata/products.ts';
import type { MeasuredRow } from './run.ts';
import { spreadOf } from './store/spread.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const orgId = 'bench';
const actor = { orgId, actor: 'bench', name: 'bench' };
const shipmentCount = 100;
const linesEach = 20;
const historyH = 48;
const startAt = Date.parse('2026-11-21T00:00:00Z');
const rounds = 5;

/** The board of a distributor: a hundred shipments of twenty batches each, planned, under way and arrived. */
export default async function benchShipments(): Promise<MeasuredRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'tahan-bench-'));
  const { db, close } = await openMetadata({ path: join(dir, 'metadata.sqlite') });
  const store = openEmbeddedReadingStore(join(dir, 'readings.sqlite'));
  let now = startAt + historyH * hourMs;
  const clock = { now: () => now };
  try {
    await addOrganisation(db, { orgId, name: orgId, timeZone: 'Asia/Jakarta' }, 0);
    await addStartingProducts(db, orgId);
    for (let n = 0; n < shipmentCount; n++) await makeLoad(db, n);
    for (let at = startAt; at <= now; at += 10 * minuteMs) await store.append(reportsAt(at));
    const lives = await createBatchLives(db, store, clock);
    const shipments = createShipments({ db, lives, store, clock, hub: createLiveHub({ epoch: 'bench' }) });
    for (let n = 0; n < shipmentCount; n++) await book(shipments, n, now);
    const board = () => secondsOf(async () => shipments.summaries(await listed(shipments)));
    const first = await board();
    const later: number[] = [];
    const again: number[] = [];
    for (let round = 0; round < rounds; round++) {
      now += minuteMs;
      later.push(await board());
      now += 1_000;
      again.push(await board());
    }
    const of = `${shipmentCount} shipments of ${linesEach} batches`;
    return [
      row(`first list of ${of}, after a start`, [first]),
      row(`list of ${of}, a minute later`, later),
      row(`list of ${of}, a second later`, again),
    ];
  } finally {
    await store.close();
    await close();
    rmSync(dir, { recursive: true, force: true });
  }
}

const row = (job: string, values: readonly number[]): MeasuredRow => ({
  ...{ job, unit: 's', better: 'less', ours: spreadOf(values), others: {} },
});

const listed = (shipments: Shipments) => shipments.list(orgId, { limit: 1_000, state: 'all' });

const nodeId = (n: number) => `S-${n}`;
const batchId = (n: number, line: number) => `B-${n}-${line}`;

/** A node and its twenty batches. */
async function makeLoad(db: MetadataDb, n: number): Promise<void> {
  await db
    .insertInto('nodes')
    .values({
      ...{ node_id: nodeId(n), org_id: orgId, name: nodeId(n), place_id: null, report_every_s: 600 },
      ...{ secret_hash: '', created_at: 0 },
    })
    .execute();
  for (let line = 0; line < linesEach; line++) {
    const producedAt = startAt + line * hourMs;
    const id = batchId(n, line);
    const batch = { orgId, batchId: id, name: id, productId: 'takwa', producedAt, quantity: null };
    await addBatch(db, { ...batch, treatment: 'turmeric-boiled', storage: 'fridge' }, 0);
    await db
      .insertInto('placements')
      .values({
        ...{ placement_id: id, org_id: orgId, batch_id: id, node_id: nodeId(n), probe: 'main' },
        ...{ from_at: producedAt, to_at: null },
      })
      .execute();
  }
}

function reportsAt(at: number): Reading[] {
  return Array.from({ length: shipmentCount }, (_, n) => ({
    ...{ nodeId: nodeId(n), probe: 'main', measuredAt: at - n * 100, receivedAt: at, timeSource: 'device' },
    temperatureC: Math.round(10 * (4.6 + 1.5 * Math.sin(at / (40 * minuteMs) + n))) / 10,
    ...{ humidityPct: null, batteryPct: null, sequence: null, quality: 'good' },
  }));
}

/** A tenth has arrived, four tenths are under way, half of them is planned. */
async function book(shipments: Shipments, n: number, now: number): Promise<void> {
  const departsAt = now + (n % 10 < 5 ? 4 : -6) * hourMs;
  const at = (hours: number) => new Date(departsAt + hours * hourMs).toISOString();
  const shipmentId = `K-${n}`;
  const request = newShipmentSchema.parse({
    shipmentId,
    needH: 24,
    legs: [
      { fromName: 'Kediri', toName: 'Gudang', departsAt: at(0), arrivesAt: at(2), cooling: 'ice' },
      { fromName: 'Gudang', toName: 'Surabaya', departsAt: at(2), arrivesAt: at(9), cooling: 'none' },
    ],
    batches: Array.from({ length: linesEach }, (_, line) => batchId(n, line)),
  });
  await shipments.book(actor, request);
  if (departsAt > now) return;
  await shipments.depart(actor, shipmentId, { at: departsAt, by: 'Pak Yanto' } as never);
}

/** CPU seconds: others may be busy on the same cores. */
async function secondsOf(job: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await job();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
