import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Reading } from '../models/contracts/reading.ts';
import { createAlertEngine } from '../server/alerts/alertEngine.ts';
import { createCalibration } from '../server/calibration.ts';
import { createLiveHub } from '../server/liveHub.ts';
import { createBatchLives } from '../server/shelf-life/batchLives.ts';
import { openEmbeddedReadingStore } from '../server/store/embeddedReadingStore.ts';
import { openMetadata } from '../server/store/metadata/database.ts';
import { addChilledFirm } from './capacity/chilledFirm.ts';
import type { MeasuredRow } from './run.ts';
import { spreadOf } from './store/spread.ts';

const minuteMs = 60_000;
const orgId = 'bench';
const nodes = Number(process.env.TAHAN_BENCH_NODES ?? 1_000);
const reportMs = minuteMs;
const historyMs = 24 * 60 * minuteMs;
const startAt = Date.parse('2026-11-21T00:00:00Z');
const rounds = 20;
const usPerS = 1e6;

/**
 * What alerts cost: a thousand nodes that report every minute, a chilled batch at each, a day of readings. A round is
 * one reading of every node: the engine looks at every batch, and at nothing else.
 */
export default async function benchAlerts(): Promise<MeasuredRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'tahan-bench-'));
  const metadata = await openMetadata({ path: join(dir, 'metadata.sqlite') });
  const store = openEmbeddedReadingStore(join(dir, 'readings.sqlite'));
  try {
    await addChilledFirm(metadata.db, { orgId, nodes, startAt });
    let now = startAt + historyMs;
    for (let at = startAt; at <= now; at += reportMs) await store.append(reportsAt(at));
    const clock = { now: () => now };
    const lives = await createBatchLives(metadata.db, store, clock);
    const engine = createAlertEngine({
      ...{ db: metadata.db, store, lives, clock, calibration: createCalibration() },
      ...{ hub: createLiveHub({ epoch: 'bench' }), log: pino({ level: 'silent' }), publicUrl: null },
      channels: { deliver: async () => ({ outcome: 'delivered' }) },
      isAlone: true,
    });
    const first = await secondsOfCpu(async () => {
      await engine.tick();
      await engine.settled();
    });
    const taking: number[] = [];
    const looking: number[] = [];
    const sweeping: number[] = [];
    for (let round = 0; round < rounds; round++) {
      now += reportMs;
      const readings = reportsAt(now);
      let touched: Awaited<ReturnType<typeof lives.take>> = new Set();
      taking.push(
        await secondsOfCpu(async () => {
          touched = await lives.take(async () => (await store.append(readings)).inserted);
        }),
      );
      engine.touched(touched, readings);
      looking.push(await secondsOfCpu(() => engine.settled()));
      sweeping.push(await secondsOfCpu(() => engine.tick()));
    }
    await engine.stop();
    const perReading = (seconds: number) => (seconds / nodes) * usPerS;
    return [
      row('alert evaluation of a reading in order', 'us', looking.map(perReading)),
      row(
        'for comparison: storing it and taking it into the life of its batch',
        'us',
        taking.map(perReading),
      ),
      row(
        `every 30 s: silence, batteries, clocks of ${nodes} nodes`,
        'ms',
        sweeping.map(s => s * 1_000),
      ),
      row(`after a start: ${nodes} batches with a day of readings, each built anew`, 's', [first]),
    ];
  } finally {
    await store.close();
    await metadata.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function row(job: string, unit: string, values: readonly number[]): MeasuredRow {
  return { job, unit, better: 'less', ours: spreadOf(values), others: {} };
}

async function secondsOfCpu(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / usPerS;
}

const nodeIdOf = (node: number) => `N-${node}`;

/** A shop's fridge: its compressor, and now and then a door. */
function reportsAt(at: number): Reading[] {
  const minute = (at - startAt) / minuteMs;
  return Array.from({ length: nodes }, (_, node) => {
    const phase = minute + node * 7;
    const door = (phase * 31) % 211 < 4 ? 4 : 0;
    return {
      ...{ nodeId: nodeIdOf(node), probe: 'main', measuredAt: at, receivedAt: at + 400 },
      ...{ timeSource: 'device', humidityPct: null, batteryPct: 90, sequence: null, quality: 'good' },
      temperatureC: Math.round((5.4 + 1.1 * Math.sin(phase / 6.4) + door) * 100) / 100,
    } as const;
  });
}
