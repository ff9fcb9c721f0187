import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { freshSpoilage } from '../../../models/parameters/tahu.ts';
import { fleetOfOne } from '../../../server/fleet/fleet.ts';
import { createParameterSwitch } from '../../../server/parameterSets/parameterSwitch.ts';
import { type BatchLives, createBatchLives } from '../../../server/shelf-life/batchLives.ts';
import { loadParametersInUse } from '../../../server/shelf-life/parametersInUse.ts';
import { batchKey } from '../../../server/shelf-life/placementIndex.ts';
import { createMemoryReadingStore } from '../../../server/store/memoryReadingStore.ts';
import { addBatch } from '../../../server/store/metadata/batches.ts';
import type { MetadataDb } from '../../../server/store/metadata/database.ts';
import { addNode } from '../../../server/store/metadata/nodes.ts';
import { addOrganisation } from '../../../server/store/metadata/organisations.ts';
import { addParameterSet, type StoredParameterSet } from '../../../server/store/metadata/parameterSets.ts';
import { addPlacement } from '../../../server/store/metadata/placements.ts';
import { addStartingProducts } from '../../../server/store/metadata/products.ts';
import { aReading } from '../../support/aReading.ts';
import { fakeClock } from '../../support/fakeClock.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { tempDir } from '../../support/tempDir.ts';
import { everyTenMinutes, hourMs, minuteMs, startAt } from '../testServer.ts';

const orgId = 'tani';
const count = 150;
const keys = Array.from({ length: count }, (_, n) => batchKey(orgId, `B-${n}`));

const aSet: StoredParameterSet = {
  ...{ parameterSetId: 'takwa-1', version: 2, treatment: 'none', title: 'Takwa', author: 'Aoki', note: '' },
  ...{ madeAt: startAt, madeBy: 'Aoki', fromOrgId: orgId, fromOrgName: 'Tani', fromFitId: null },
  ...{ parent: { parameterSetId: 'tahu-fresh', version: 1 }, publishedAt: startAt, withdrawnAt: null },
  spoilage: { ...freshSpoilage, b: { ...freshSpoilage.b, value: 0.024 } },
  ...{ testedRangeC: { min: 4, max: 30 }, testedLevers: {}, legalLimits: [] },
};

/** Batches beside one sensor; and a server over them, as often as it is started. */
async function aFirm() {
  const dataDir = tempDir();
  const db = await openMetadataOf(dataDir);
  const store = createMemoryReadingStore();
  const clock = fakeClock(startAt);
  await addOrganisation(db, { orgId, name: 'Tani', timeZone: 'Asia/Jakarta' }, 0);
  await addStartingProducts(db, orgId);
  await addNode(db, { orgId, nodeId: 'S-01', name: 'S-01', placeId: null, reportEveryS: 600 }, startAt);
  const from = startAt - 10 * hourMs;
  for (const key of keys) {
    const batchId = key.slice(key.indexOf('/') + 1);
    const batch = { orgId, batchId, name: batchId, productId: 'putih', producedAt: from, quantity: null };
    await addBatch(db, { ...batch, treatment: 'none', storage: null }, 0);
    await addPlacement(db, {
      orgId,
      batchId,
      nodeId: 'S-01',
      probe: 'main',
      position: 'main',
      from,
      to: null,
    });
  }
  await store.append(everyTenMinutes(from, startAt, 8));
  await addParameterSet(db, orgId, aSet);
  return { db, store, clock };
}

async function aServer({ db, store, clock }: Awaited<ReturnType<typeof aFirm>>) {
  const inUse = await loadParametersInUse(db);
  const lives = await createBatchLives(db, store, clock, inUse);
  const touched: string[] = [];
  const onTouched = (batches: Iterable<string>) => touched.push(...batches);
  const log = pino({ level: 'silent' });
  const parameterSwitch = createParameterSwitch({
    db,
    lives,
    inUse,
    clock,
    log,
    onTouched,
    fleet: fleetOfOne('s'),
  });
  return { lives, parameterSwitch, touched };
}

const asked = { orgId, treatments: ['none'] as const, set: aSet, approvedBy: 'Sri' };
const nothing = async (_: MetadataDb) => {};
const p05 = async (lives: BatchLives) => (await lives.now(keys)).map(life => life.remainingH.p05);

describe('a set that comes into use', () => {
  it('goes over every live batch, lets readings in between, and tells of each', async () => {
    const firm = await aFirm();
    const { lives, parameterSwitch, touched } = await aServer(firm);
    const before = await p05(lives);
    expect(await parameterSwitch.use(asked, nothing)).toBe(count);
    let tookWhile = 0;
    for (let n = 1; lives.toRecalculate(orgId, 'none') > 0; n++) {
      const measuredAt = startAt + n * 1_000;
      firm.clock.advance(1_000);
      const reading = aReading({ measuredAt, receivedAt: measuredAt, temperatureC: 8 });
      const changed = await lives.take(async () => (await firm.store.append([reading])).inserted);
      expect(changed.size).toBe(count);
      if (lives.toRecalculate(orgId, 'none') > 0) tookWhile += 1;
      await new Promise(resolve => setImmediate(resolve));
    }
    await parameterSwitch.idle();
    expect(tookWhile).toBeGreaterThan(1);
    expect(new Set(touched)).toEqual(new Set(keys));
    const after = await p05(lives);
    expect(after.every((hours, i) => hours < before[i]!)).toBe(true);
    // As a server that has just started says it.
    expect(await p05((await aServer(firm)).lives)).toEqual(after);
  });

  it('shows its number at once to whoever asks, however many are before it', async () => {
    const { lives, parameterSwitch } = await aServer(await aFirm());
    const before = await lives.estimate(orgId, `B-${count - 1}`);
    await parameterSwitch.use(asked, nothing);
    const { recalculated, ...after } = await lives.estimate(orgId, `B-${count - 1}`);
    expect(recalculated).toMatchObject({ beforeP05H: before.remainingH.p05, fromVersion: 1, toVersion: 2 });
    expect(after.remainingH.p05).toBe(recalculated?.afterP05H);
    await parameterSwitch.stop();
  });

  it('is gone on with by the next server when one ends in the middle', async () => {
    const firm = await aFirm();
    const first = await aServer(firm);
    const before = await first.lives.estimate(orgId, 'B-7');
    await first.parameterSwitch.use(asked, nothing);
    await first.parameterSwitch.stop();
    const told = new Set(first.touched);
    expect(told.size).toBeLessThan(count);
    firm.clock.advance(minuteMs);
    const second = await aServer(firm);
    await second.parameterSwitch.start();
    await second.parameterSwitch.idle();
    expect(second.touched.filter(key => told.has(key as never))).toEqual([]);
    expect(told.size + second.touched.length).toBe(count);
    const { recalculated } = await second.lives.estimate(orgId, 'B-7');
    expect(recalculated?.beforeP05H).toBeCloseTo(before.remainingH.p05, 0);
    // Nothing is left for a third.
    const third = await aServer(firm);
    await third.parameterSwitch.start();
    await third.parameterSwitch.idle();
    expect(third.touched).toEqual([]);
  });
});
