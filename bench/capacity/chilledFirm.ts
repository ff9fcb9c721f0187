import type { Reading } from '../../models/contracts/reading.ts';
import { addBatch } from '../../server/store/metadata/batches.ts';
import type { MetadataDb } from '../../server/store/metadata/database.ts';
import { addOrganisation } from '../../server/store/metadata/organisations.ts';
import { addStartingProducts } from '../../server/store/metadata/products.ts';

/** A firm whose nodes stand in fridges, a chilled batch beside each. */
export interface ChilledFirm {
  readonly orgId: string;
  readonly nodes: number;
  readonly startAt: number;
}

const nodeIdOf = (node: number) => `N-${node}`;
export const batchIdOf = (node: number) => `B-${node}`;

/** What every node of a firm reports at an instant: a fridge with its compressor. */
export function reportsAt({ nodes, startAt }: ChilledFirm, at: number): Reading[] {
  const minute = (at - startAt) / 60_000;
  return Array.from({ length: nodes }, (_, node) => ({
    ...{ nodeId: nodeIdOf(node), probe: 'main', measuredAt: at, receivedAt: at + 400 },
    ...{ timeSource: 'device', humidityPct: 88.1, batteryPct: 90, sequence: minute, quality: 'good' },
    temperatureC: Math.round((5.4 + 1.1 * Math.sin((minute + node * 7) / 6.4)) * 100) / 100,
  }));
}

export async function addChilledFirm(db: MetadataDb, { orgId, nodes, startAt }: ChilledFirm): Promise<void> {
  await addOrganisation(db, { orgId, name: orgId, timeZone: 'Asia/Jakarta' }, startAt);
  await addStartingProducts(db, orgId);
  await db.transaction().execute(async transaction => {
    for (let node = 0; node < nodes; node++) {
      const [nodeId, batchId] = [nodeIdOf(node), batchIdOf(node)];
      const newNode = { node_id: nodeId, org_id: orgId, name: nodeId, place_id: null, report_every_s: 60 };
      await transaction
        .insertInto('nodes')
        .values({ ...newNode, secret_hash: '', created_at: startAt })
        .execute();
      const batch = {
        orgId,
        batchId,
        name: batchId,
        productId: 'takwa',
        producedAt: startAt,
        quantity: null,
      };
      await addBatch(transaction, { ...batch, treatment: 'packed-heated', storage: 'fridge' }, startAt);
      await transaction
        .insertInto('placements')
        .values({
          ...{ placement_id: batchId, org_id: orgId, batch_id: batchId, node_id: nodeId, probe: 'main' },
          ...{ position: 'main', from_at: startAt, to_at: null },
        })
        .execute();
    }
  });
}
