import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import type { AlertRule } from '../models/contracts/alertRule.ts';
import { createAlertEngine } from '../server/alerts/alertEngine.ts';
import { createRuleBook } from '../server/alerts/ruleBook.ts';
import { createCalibration } from '../server/calibration.ts';
import { createLiveHub } from '../server/liveHub.ts';
import { createBatchLives } from '../server/shelf-life/batchLives.ts';
import { openEmbeddedReadingStore } from '../server/store/embeddedReadingStore.ts';
import { replaceAlertRules } from '../server/store/metadata/alertRules.ts';
import { type MetadataDb, openMetadata } from '../server/store/metadata/database.ts';
import type { ReadingStore } from '../server/store/readingStore.ts';
import { addChilledFirm, batchIdOf, type ChilledFirm, reportsAt } from './capacity/chilledFirm.ts';
import { costOfDashboards } from './capacity/dashboards.ts';
import { costOfTelling } from './capacity/tellingServers.ts';
import type { MeasuredRow } from './run.ts';
import { spreadOf } from './store/spread.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const startAt = Date.parse('2026-11-21T00:00:00Z');
const rounds = Number(process.env.TAHAN_BENCH_ROUNDS ?? 7);
const firm: ChilledFirm = { orgId: 'bench', nodes: 300, startAt };
const historyMs = 6 * 60 * minuteMs;
/** As many as the API takes of a firm. */
const mostRules = 500;

/** What the capacity model asks for and no other bench measures. */
export default async function benchUnitCosts(): Promise<MeasuredRow[]> {
  const rows = await inFolder(async (db, store) => {
    await addChilledFirm(db, firm);
    for (let at = startAt; at <= startAt + historyMs; at += minuteMs) await store.append(reportsAt(firm, at));
    return [await costOfAlerts(db, store), ...(await costOfEstimates(db, store)), await costOfRules(db)];
  });
  return [...rows, ...(await costOfDashboards(rounds)), ...costOfTelling(rounds), await bytesOfSummaries()];
}

/** Looking at a batch for alerts after a reading. */
async function costOfAlerts(db: MetadataDb, store: ReadingStore): Promise<MeasuredRow> {
  let now = startAt + historyMs;
  const clock = { now: () => now };
  const lives = await createBatchLives(db, store, clock);
  const engine = createAlertEngine({
    ...{ db, store, lives, clock, calibration: createCalibration(), isAlone: true, publicUrl: null },
    ...{ hub: createLiveHub({ epoch: 'bench' }), log: pino({ level: 'silent' }) },
    channels: { deliver: async () => ({ outcome: 'delivered' }) },
  });
  const spent: number[] = [];
  await engine.tick();
  await engine.settled();
  for (let round = 0; round < rounds * 2; round++) {
    now += minuteMs;
    const readings = reportsAt(firm, now);
    const touched = await lives.take(async () => (await store.append(readings)).inserted);
    engine.touched(touched, readings);
    spent.push(((await secondsOfCpu(() => engine.settled())) * 1e6) / firm.nodes);
  }
  await engine.stop();
  return row('alert evaluation of a reading, no rule written', 'us', spent);
}

/** Finding what holds for a batch among as many rules as a firm may write, all for other places. */
async function costOfRules(db: MetadataDb): Promise<MeasuredRow> {
  const rules = Array.from({ length: mostRules }, (_, n): AlertRule => {
    return { kind: 'too-warm', scope: 'place', scopeId: `P-${n}`, settings: { holdMin: 20 } };
  });
  await replaceAlertRules(db, firm.orgId, rules, startAt);
  const book = createRuleBook(db);
  const looks = 5_000;
  const spent: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const seconds = await secondsOfCpu(async () => {
      for (let look = 0; look < looks; look++)
        await book.ruleFor(firm.orgId, 'too-warm', 'too-warm-chilled', { productId: 'takwa', placeId: 'P' });
    });
    spent.push((seconds * 1e6) / looks);
  }
  return row(`the rule that holds, of ${mostRules} written for other places`, 'us', spent);
}

/** What a batch costs each time that a dashboard is told of it: the whole estimate with its interval. */
async function costOfEstimates(db: MetadataDb, store: ReadingStore): Promise<MeasuredRow[]> {
  let now = startAt + historyMs + 60 * minuteMs;
  const lives = await createBatchLives(db, store, { now: () => now });
  await lives.refreshAll();
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    now += minuteMs;
    const readings = reportsAt(firm, now);
    await lives.take(async () => (await store.append(readings)).inserted);
    const seconds = await secondsOfCpu(async () => {
      for (let node = 0; node < firm.nodes; node++) {
        const estimate = await lives.estimate(firm.orgId, batchIdOf(node));
        if (round === 0 && node === 0) bytes = Buffer.byteLength(JSON.stringify(estimate));
      }
    });
    times.push((seconds * 1e6) / firm.nodes);
  }
  return [row('estimate of a batch for the live stream', 'us', times), row('its JSON', 'B', [bytes])];
}

/** What stays of a node's day when only hourly summaries are kept. */
async function bytesOfSummaries(): Promise<MeasuredRow> {
  const days = 120;
  const few: ChilledFirm = { ...firm, nodes: 10 };
  const dir = mkdtempSync(join(tmpdir(), 'tahan-bench-'));
  const store = openEmbeddedReadingStore(join(dir, 'readings.sqlite'));
  try {
    const end = startAt + days * dayMs;
    for (let at = startAt; at < end; at += 10 * minuteMs) await store.append(reportsAt(few, at));
    await store.forget({ readingsBefore: end - dayMs, hoursBefore: startAt });
    await store.sync();
    await store.close();
    const bytes = bytesInUse(join(dir, 'readings.sqlite'));
    return row('disk of hourly summaries, a node and day', 'B', [bytes / few.nodes / days]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Without the pages that forgotten readings have left free for what comes next: a file does not shrink. */
function bytesInUse(path: string): number {
  const file = new DatabaseSync(path, { readOnly: true });
  const pragma = (name: string) => Number(Object.values(file.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  const bytes = (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  file.close();
  return bytes;
}

async function inFolder<Result>(
  work: (db: MetadataDb, store: ReadingStore) => Promise<Result>,
): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'tahan-bench-'));
  const metadata = await openMetadata({ path: join(dir, 'metadata.sqlite') });
  const store = openEmbeddedReadingStore(join(dir, 'readings.sqlite'));
  try {
    return await work(metadata.db, store);
  } finally {
    await store.close();
    await metadata.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

const row = (job: string, unit: string, values: readonly number[]): MeasuredRow => ({
  ...{ job, unit, better: 'less', ours: spreadOf(values), others: {} },
});

async function secondsOfCpu(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
