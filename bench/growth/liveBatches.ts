import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Reading } from '../../models/contracts/reading.ts';
import { type BatchLives, createBatchLives } from '../../server/shelf-life/batchLives.ts';
import { openEmbeddedReadingStore } from '../../server/store/embeddedReadingStore.ts';
import { addBatch } from '../../server/store/metadata/batches.ts';
import { type MetadataDb, openMetadata } from '../../server/store/metadata/database.ts';
import { addOrganisation } from '../../server/store/metadata/organisations.ts';
import { addStartingProducts } from '../../server/store/metadata/products.ts';
import { benchRounds } from '../ingest/benchRounds.ts';
import type { MeasuredRow } from '../report/measuredRow.ts';
import { count, flatness, growthRow } from './growthRow.ts';
import { heapBytes } from './heapBytes.ts';

/** Sizes are compared with each other: more rounds of each would take long and tell little. */
const mostRounds = 3;
const sizes = [10, 100, 1_000, 10_000];
const orgId = 'bench';
const startAt = Date.parse('2026-11-21T00:00:00Z');
const stepMs = 10 * 60_000;
const historySteps = 144;
/** The same for every size: what a commit costs is not what is looked for. */
const readingsTogether = 10;
const readingsARound = 10_000;
/** Of the seconds between readings of a node in the measured rounds. */
const tickMs = 10_000;

/** Ever more live batches, each beside a node of its own: what a reading costs, and how much memory a batch takes. */
export async function growthOfLiveBatches(dir: string): Promise<MeasuredRow[]> {
  const cpuUs: number[][] = [];
  let bytes = Number.NaN;
  for (const batches of sizes) {
    const folder = join(dir, `batches-${batches}`);
    mkdirSync(folder);
    const metadata = await openMetadata({ path: join(folder, 'metadata.sqlite') });
    const store = openEmbeddedReadingStore(join(folder, 'readings.sqlite'));
    try {
      await makeFirm(metadata.db, batches);
      for (let step = 0; step < historySteps; step++)
        await store.append(Array.from({ length: batches }, (_, n) => readingOf(n, startAt + step * stepMs)));
      let now = startAt + historySteps * stepMs;
      const lives = await createBatchLives(metadata.db, store, { now: () => now });
      await lives.refreshAll();
      const take = async (readings: readonly Reading[]) => {
        await lives.take(async () => (await store.append(readings)).inserted);
      };
      const us: number[] = [];
      let next = 0;
      for (let round = -1; round < Math.min(mostRounds, benchRounds()); round++) {
        const before = process.cpuUsage();
        for (let taken = 0; taken < readingsARound; taken += readingsTogether) {
          if (next % batches === 0) now += tickMs;
          const readings: Reading[] = [];
          for (let i = 0; i < readingsTogether; i++) readings.push(readingOf(next++ % batches, now));
          await take(readings);
        }
        const { user, system } = process.cpuUsage(before);
        // The first round compiles.
        if (round >= 0) us.push((user + system) / readingsARound);
      }
      cpuUs.push(us);
      if (batches === sizes.at(-1)) bytes = await bytesOfLives(lives, batches);
    } finally {
      await store.close();
      await metadata.close();
    }
    console.error(`  … ${batches} live batches`);
  }
  return [
    ...sizes.map((batches, i) =>
      growthRow(`reading into store and life, ${count(batches)} live batches`, 'us', cpuUs[i]!),
    ),
    flatness('the dearest of these over the cheapest', cpuUs),
    growthRow(`memory of a live batch, ${count(sizes.at(-1)!)} of them`, 'B', [bytes], {}, 2_000),
  ];
}

/** What becomes free when the lives are forgotten, as they are after a failure; for each batch. */
async function bytesOfLives(lives: BatchLives, batches: number): Promise<number> {
  await lives.refreshAll();
  const before = await heapBytes();
  await lives.take(() => Promise.reject(new Error('forget'))).catch(() => {});
  return (before - (await heapBytes())) / batches;
}

function readingOf(n: number, at: number): Reading {
  return {
    ...{ nodeId: `S-${n}`, probe: 'main', measuredAt: at, receivedAt: at, timeSource: 'device' },
    temperatureC: Math.round(10 * (4.6 + 1.5 * Math.sin(at / (40 * 60_000) + n))) / 10,
    ...{ humidityPct: null, batteryPct: null, sequence: null, quality: 'good' },
  };
}

async function makeFirm(db: MetadataDb, batches: number): Promise<void> {
  await addOrganisation(db, { orgId, name: orgId, timeZone: 'Asia/Jakarta' }, 0);
  await addStartingProducts(db, orgId);
  await db.transaction().execute(async transaction => {
    for (let n = 0; n < batches; n++) {
      const nodeId = `S-${n}`;
      await transaction
        .insertInto('nodes')
        .values({
          ...{ node_id: nodeId, org_id: orgId, name: nodeId, place_id: null, report_every_s: 600 },
          ...{ secret_hash: '', created_at: 0 },
        })
        .execute();
      const batch = { orgId, batchId: `B-${n}`, name: `B-${n}`, productId: 'takwa-vakum' };
      await addBatch(
        transaction,
        {
          ...{ ...batch, producedAt: startAt, quantity: null },
          ...{ treatment: 'packed-heated', storage: 'fridge' },
        },
        0,
      );
      await transaction
        .insertInto('placements')
        .values({
          ...{ placement_id: `B-${n}`, org_id: orgId, batch_id: `B-${n}`, node_id: nodeId, probe: 'main' },
          ...{ from_at: startAt, to_at: null },
        })
        .execute();
    }
  });
}
