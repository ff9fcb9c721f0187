import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reading } from '../models/contracts/reading.ts';
import { createReception } from '../server/reception.ts';
import { openEmbeddedReadingStore } from '../server/store/embeddedReadingStore.ts';
import type { MeasuredRow } from './run.ts';
import { spreadOf } from './store/spread.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const startAt = Date.parse('2026-11-24T00:00:00Z');
const nodeIds = Array.from({ length: 1_000 }, (_, n) => `N-${n}`);
const rounds = 9;

/** What came in of a thousand nodes over a day: the strip beside each line of the list of sensors. */
export default async function benchReception(): Promise<MeasuredRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'tahan-bench-'));
  const store = openEmbeddedReadingStore(join(dir, 'readings.sqlite'), { sealRows: 20_000 });
  try {
    for (let at = startAt - 30 * hourMs; at < startAt; at += 10 * minuteMs)
      await store.append(nodeIds.map(nodeId => readingOf(nodeId, at)));
    const nodes = nodeIds.map(nodeId => ({
      ...{ nodeId, orgId: 'bench', name: nodeId, placeId: null, reportEveryS: 600 },
    }));
    const span = { from: startAt - dayMs, to: startAt, cells: 48 };
    const times: number[] = [];
    const first: number[] = [];
    for (let round = 0; round < rounds; round++) {
      // What it remembers between requests is not what is measured.
      const reception = createReception({ store });
      const began = performance.now();
      await reception.of(nodes, span, startAt);
      (round === 0 ? first : times).push(performance.now() - began);
    }
    return [row('1,000 nodes, 24 h in 48 cells, the first time', first), row('the same, later', times)];
  } finally {
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

const row = (job: string, values: readonly number[]): MeasuredRow => ({
  ...{ job, unit: 'ms', better: 'less', ours: spreadOf(values), others: {} },
});

function readingOf(nodeId: string, measuredAt: number): Reading {
  return {
    ...{ nodeId, probe: 'main', measuredAt, receivedAt: measuredAt, timeSource: 'device' },
    ...{ temperatureC: 4 + (measuredAt % 7) / 10, humidityPct: null, batteryPct: 80, sequence: null },
    quality: 'good',
  };
}
