import { describe, expect, inject, it } from 'vitest';
import { createClaimCodes } from '../../../server/claimCodes.ts';
import { addBatch, findBatch } from '../../../server/store/metadata/batches.ts';
import { addBridge } from '../../../server/store/metadata/bridges.ts';
import type { MetadataDb } from '../../../server/store/metadata/database.ts';
import {
  addFoundDevice,
  countDevicesOfBridge,
  findDeviceByKey,
  listFoundDevices,
} from '../../../server/store/metadata/foundDevices.ts';
import { keepFoundReadings, readFoundReadings } from '../../../server/store/metadata/foundReadings.ts';
import { addNode, listNodes } from '../../../server/store/metadata/nodes.ts';
import { addOffset, listOffsetsOfAllOrganisations } from '../../../server/store/metadata/offsets.ts';
import { addOrganisation, findOrganisation } from '../../../server/store/metadata/organisations.ts';
import { addPlacement, listPlacements } from '../../../server/store/metadata/placements.ts';
import { aReading } from '../../support/aReading.ts';
import { fakeClock } from '../../support/fakeClock.ts';
import { openMetadataOf } from '../../support/metadataForTest.ts';
import { tempDir } from '../../support/tempDir.ts';
import { hourMs, startAt } from '../testServer.ts';

const node = (nodeId: string) => ({ orgId: 'tani', nodeId, name: nodeId, placeId: null, reportEveryS: null });

/** Two processes on the metadata of one firm. (On a file one has to do: two in one thread would wait for each other.) */
async function twoWriters(): Promise<readonly [MetadataDb, MetadataDb]> {
  const dataDir = tempDir();
  const first = await openMetadataOf(dataDir);
  await addOrganisation(first, { orgId: 'tani', name: 'Tani', timeZone: 'Asia/Jakarta' }, startAt);
  return [first, inject('postgresUrl') ? await openMetadataOf(dataDir) : first];
}

async function firm(): Promise<MetadataDb> {
  return (await twoWriters())[0];
}

/** Runs the same work many times at once, spread over both. */
function atOnce<T>(
  dbs: readonly [MetadataDb, MetadataDb],
  work: (db: MetadataDb, n: number) => Promise<T>,
): Promise<PromiseSettledResult<T>[]> {
  return Promise.allSettled(Array.from({ length: 12 }, (_, n) => work(dbs[n % 2]!, n)));
}

const valuesOf = <T>(settled: PromiseSettledResult<T>[]): T[] =>
  settled.map(result => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });

const batch = {
  ...{ orgId: 'tani', batchId: 'B-01', name: 'Takwa', productId: 'takwa', producedAt: startAt },
  ...({ treatment: 'none', storage: null } as const),
  quantity: { amount: 0.1 + 0.2, unit: 'kg' },
};

describe('what several write at once', () => {
  it('never leaves two placements of a batch that overlap', async () => {
    const dbs = await twoWriters();
    const [db] = dbs;
    await addNode(db, node('S-01'), startAt);
    await db
      .insertInto('products')
      .values({ org_id: 'tani', product_id: 'takwa', name: 'Takwa', treatment: 'none', storage: 'room' })
      .execute();
    await addBatch(db, batch, startAt);
    const place = { orgId: 'tani', batchId: 'B-01', nodeId: 'S-01', probe: 'main' };
    const results = valuesOf(
      await atOnce(dbs, (writer, n) =>
        addPlacement(writer, { ...place, from: startAt + (n % 4) * hourMs, to: null }),
      ),
    );
    const placements = await listPlacements(db, 'tani', 'B-01');
    const made = new Set(results.map(result => ('placementId' in result ? result.placementId : null)));
    expect(placements).toHaveLength([...made].filter(id => id !== null).length);
    for (const [i, later] of placements.slice(1).entries())
      expect(placements[i]!.to).toBeLessThanOrEqual(later.from);
    expect(placements.at(-1)?.to).toBeNull();
  });

  it('gives a name to one node or one bridge, and to one only', async () => {
    const dbs = await twoWriters();
    const secrets = valuesOf(
      await atOnce(dbs, (db, n) =>
        n % 3 === 0
          ? addBridge(
              db,
              { bridgeId: 'x', orgId: 'tani', name: 'x', topicPrefixes: ['a/'], timeZone: null },
              0,
            )
          : addNode(db, node('x'), 0),
      ),
    );
    expect(secrets.filter(secret => secret !== null)).toHaveLength(1);
  });

  it('lets a claim code be used once', async () => {
    const dbs = await twoWriters();
    const clock = fakeClock(startAt);
    const { code } = await createClaimCodes({ db: dbs[0], clock }).issue(
      { orgId: 'tani', nodeId: 'S-01' },
      'owner',
    );
    const redeemed = await atOnce(dbs, db =>
      createClaimCodes({ db, clock }).redeem(code.replace('-', ''), undefined, '10.0.0.1'),
    );
    expect(redeemed.filter(result => result.status === 'fulfilled')).toHaveLength(1);
    const refusals = redeemed.flatMap(result => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(new Set(refusals)).toEqual(new Set(['claim_code.used']));
  });

  it('adds an organisation once', async () => {
    const dbs = await twoWriters();
    const org = { orgId: 'lain', name: 'Lain', timeZone: 'Asia/Jakarta' };
    const added = valuesOf(await atOnce(dbs, db => addOrganisation(db, org, 0)));
    expect(added.filter(Boolean)).toHaveLength(1);
  });

  it('takes everything back of a step that fails', async () => {
    const db = await firm();
    const step = db.transaction().execute(async inside => {
      await addOrganisation(inside, { orgId: 'lain', name: 'Lain', timeZone: 'UTC' }, 0);
      throw new Error('no');
    });
    await expect(step).rejects.toThrow('no');
    expect(await findOrganisation(db, 'lain')).toBeNull();
  });
});

describe('metadata', () => {
  it('lists ids in the order of their bytes, page by page, whatever the language of the database', async () => {
    const db = await firm();
    const ids = ['a', 'B', 'Z', 'b', 'a-1', 'a.1', 'a_1', 'A', 'é', 'ä', '10', '9', '~', '-'];
    for (const id of ids) await addNode(db, node(id), 0);
    const inOrder = ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const seen: string[] = [];
    for (;;) {
      const page = await listNodes(db, 'tani', { after: seen.at(-1), limit: 3 });
      if (page.length === 0) break;
      seen.push(...page.map(({ nodeId }) => nodeId));
    }
    expect(seen).toEqual(inOrder);
  });

  it('gives numbers back as it got them, to the last digit', async () => {
    const db = await firm();
    await db
      .insertInto('products')
      .values({ org_id: 'tani', product_id: 'takwa', name: 'Takwa', treatment: 'none', storage: 'room' })
      .execute();
    await addBatch(db, { ...batch, producedAt: 8_640_000_000_000_000 }, startAt);
    expect(await findBatch(db, 'tani', 'B-01')).toMatchObject({
      producedAt: 8_640_000_000_000_000,
      quantity: { amount: 0.30000000000000004, unit: 'kg' },
    });
  });

  it('numbers what it numbers itself upwards, as numbers', async () => {
    const db = await firm();
    await addNode(db, node('S-01'), 0);
    const offset = {
      ...{ orgId: 'tani', nodeId: 'S-01', probe: 'main', temperatureOffsetC: -0.1, from: startAt },
      ...{ calibrationDueAt: null, note: null, createdAt: startAt, createdBy: 'owner' },
    };
    const ids = [(await addOffset(db, offset)).offsetId, (await addOffset(db, offset)).offsetId];
    expect(ids[1]).toBeGreaterThan(ids[0]!);
    expect((await listOffsetsOfAllOrganisations(db)).map(({ offsetId }) => offsetId)).toEqual(ids);
  });

  it('lets the found device that was silent longest make room, with its readings', async () => {
    const db = await firm();
    await addBridge(
      db,
      { bridgeId: 'rumah', orgId: 'tani', name: 'rumah', topicPrefixes: ['a/'], timeZone: null },
      0,
    );
    const key = (deviceId: string) => ({ bridgeId: 'rumah', family: 'zigbee2mqtt', deviceId, orgId: 'tani' });
    const first = await addFoundDevice(db, key('one'), startAt, 2);
    await keepFoundReadings(db, first.foundDeviceId, [aReading()], 10);
    await addFoundDevice(db, key('two'), startAt + 1, 2);
    await addFoundDevice(db, key('three'), startAt + 2, 2);
    expect(await findDeviceByKey(db, key('one'))).toBeNull();
    expect(await readFoundReadings(db, first.foundDeviceId, 'S-01')).toEqual([]);
    expect(await countDevicesOfBridge(db, 'rumah')).toEqual({
      counts: { found: 2, claimed: 0, ignored: 0 },
      lastSeenAt: startAt + 2,
    });
    const listed = await listFoundDevices(db, 'tani', { state: 'all', limit: 10 });
    expect(listed.map(({ deviceId }) => deviceId)).toEqual(['three', 'two']);
  });

  it('keeps the latest readings of a found device and no more', async () => {
    const db = await firm();
    await addBridge(
      db,
      { bridgeId: 'rumah', orgId: 'tani', name: 'rumah', topicPrefixes: ['a/'], timeZone: null },
      0,
    );
    const device = { bridgeId: 'rumah', family: 'zigbee2mqtt', deviceId: 'one', orgId: 'tani' };
    const { foundDeviceId } = await addFoundDevice(db, device, startAt, 2);
    const readings = [1, 2, 3, 4].map(n => aReading({ measuredAt: startAt + n, temperatureC: n / 10 }));
    await keepFoundReadings(db, foundDeviceId, readings, 3);
    await keepFoundReadings(db, foundDeviceId, readings.slice(1), 3);
    const kept = await readFoundReadings(db, foundDeviceId, 'S-01');
    expect(kept.map(({ measuredAt, temperatureC }) => [measuredAt - startAt, temperatureC])).toEqual([
      [2, 0.2],
      [3, 0.3],
      [4, 0.4],
    ]);
  });
});
