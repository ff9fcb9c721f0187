import { expect } from 'vitest';
import type { Estimate } from '../../models/contracts/estimate.ts';
import { hourMs, minuteMs, type TestServer } from '../server/testServer.ts';
import { aReading } from './aReading.ts';
import { centralLifeH, chance, endsIn, type Fridge, fridges } from './secretTruth.ts';

/** How long the sensors have been there before anybody asks. */
const startH = 30;

/** Batches in fridges of 9 to 28 C, asked at some point of the first four fifths of their life; and when they end. */
export async function fleet(tani: TestServer, seed: number, batches = 500) {
  const random = chance(1_000 + seed);
  const all = fridges(50, 2_000 + seed);
  const { setup } = tani.server;
  const zeroAt = tani.clock.now() - startH * hourMs;
  const truths: number[] = [];
  const estimates: Estimate[] = [];
  for (const [f, fridge] of all.entries()) {
    await setup.createNode({ orgId: 'tani', nodeId: fridge.nodeId, reportEveryS: 600 });
    const endOf = endsIn(fridge);
    const ids: string[] = [];
    const lifeH = centralLifeH(fridge.temperatureAt(0));
    for (let i = 0; i < batches / all.length; i++) {
      const batchId = `T-${f}-${i}`;
      const madeH = startH - Math.min(24, random.between(1.2, Math.max(1.4, 0.8 * lifeH)));
      const producedAt = Math.round(zeroAt + madeH * hourMs);
      await setup.createBatch({ orgId: 'tani', batchId, productId: 'takwa', producedAt, treatment: 'none' });
      await setup.createPlacement({ orgId: 'tani', batchId, nodeId: fridge.nodeId, from: producedAt });
      truths.push(zeroAt + endOf(madeH, random) * hourMs);
      ids.push(batchId);
    }
    await tani.consume(readingsOf(fridge, zeroAt, random.normal));
    for (const id of ids) {
      const { status, body } = await tani.get(`/batches/${id}/estimate`);
      expect([status, body.assumptionKind]).toEqual([200, 'recent-mean']);
      estimates.push(body);
    }
  }
  return { estimates, truths };
}

function readingsOf({ nodeId, temperatureAt }: Fridge, zeroAt: number, normal: () => number) {
  return Array.from({ length: startH * 6 }, (_, i) => {
    const measuredAt = zeroAt + (i + 1) * 10 * minuteMs;
    const temperatureC = temperatureAt((i + 1) / 6) + 0.1 * normal();
    return aReading({ nodeId, measuredAt, temperatureC: Math.round(100 * temperatureC) / 100 });
  });
}

/** Shares of batches that end within their interval, before it, after it. A minute is nobody's error. */
export function coverageOf(estimates: readonly Estimate[], truths: readonly number[]) {
  let early = 0;
  let late = 0;
  for (const [i, { keepsUntil }] of estimates.entries()) {
    if (truths[i]! < Date.parse(keepsUntil.p05) - minuteMs) early += 1;
    else if (truths[i]! > Date.parse(keepsUntil.p95) + minuteMs) late += 1;
  }
  const n = estimates.length;
  return { n, inside: 1 - (early + late) / n, early: early / n, late: late / n };
}
