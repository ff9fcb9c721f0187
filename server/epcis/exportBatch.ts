import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { type Batch, endedAt, findBatch } from '../store/metadata/batches.ts';
import { listEpcisEvents } from '../store/metadata/epcisEvents.ts';
import { listKin } from '../store/metadata/lineage.ts';
import { findNode } from '../store/metadata/nodes.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { findProduct } from '../store/metadata/products.ts';
import { listShipmentsOfBatch } from '../store/metadata/shipments.ts';
import { batchEvents, type EpcisEvent, type MeasuredPlacement } from './batchEvents.ts';
import { createEpcisIds, type EpcisIds, type NamedBatch } from './epcisIds.ts';
import { intervalElements } from './intervalReports.ts';
import { zonedTime } from './zonedTime.ts';

type Sources = Pick<Services, 'db' | 'lives' | 'store' | 'clock'>;

export const epcisContext = 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld';

/**
 * The life of a batch as an EPCIS 2.0 document, what partners reported of it included. Exported again it has the same
 * events under the same ids, but for the estimate, which is of now.
 *
 * @param base  address of this server, without a slash at its end
 * @throws {ApiError} batch.not_found
 */
export async function exportBatch(sources: Sources, orgId: string, batchId: string, base: string) {
  const { db, lives, clock } = sources;
  const organisation = await findOrganisation(db, orgId);
  if (organisation === null) throw new ApiError('batch.not_found', `there is no batch ${batchId}`);
  const { batch, placements, estimate } = await lives.batchWithEstimate(orgId, batchId);
  const ids = createEpcisIds(base, organisation);
  const { timeZone } = organisation;
  const until = endedAt(batch) ?? clock.now();
  const measured: MeasuredPlacement[] = [];
  for (const placement of placements) {
    const one = await measuredBy(sources, batch, placement, until, ids, timeZone);
    if (one !== null) measured.push(one);
  }
  const record = {
    ...{ batch, timeZone, measured, estimate },
    gtin: (await namedBatch(sources, batch)).gtin,
    shipments: await listShipmentsOfBatch(db, orgId, batchId),
    parents: await parentsOf(sources, batch),
  };
  const reported = (await listEpcisEvents(db, orgId, batchId)).map(({ event }) => event as EpcisEvent);
  const events = [...batchEvents(record, ids), ...reported];
  return {
    '@context': [epcisContext, { tahan: ids.vocabulary }],
    type: 'EPCISDocument',
    schemaVersion: '2.0',
    creationDate: zonedTime(clock.now(), timeZone).eventTime,
    epcisBody: { eventList: events.toSorted((a, b) => timeOf(a) - timeOf(b)) },
  };
}

const timeOf = ({ eventTime }: EpcisEvent) => Date.parse(String(eventTime));

async function measuredBy(
  { db, store }: Sources,
  { orgId, producedAt }: Batch,
  placement: MeasuredPlacement['placement'],
  until: number,
  ids: EpcisIds,
  timeZone: string,
): Promise<MeasuredPlacement | null> {
  const { nodeId, probe } = placement;
  const from = Math.max(placement.from, producedAt);
  const to = Math.min(placement.to ?? until, until);
  if (to <= from) return null;
  const elements = await intervalElements(store, { nodeId, probe, from, to }, ids, timeZone);
  const last = elements.at(-1) as { sensorMetadata: { endTime: string } } | undefined;
  const endsAt = last === undefined ? to : Date.parse(last.sensorMetadata.endTime);
  const placeId = (await findNode(db, orgId, nodeId))?.placeId ?? null;
  return { placement, placeId, elements, endsAt };
}

async function namedBatch({ db }: Sources, { orgId, batchId, productId }: Batch): Promise<NamedBatch> {
  const product = await findProduct(db, orgId, productId);
  return { batchId, gtin: product?.gtin ?? null };
}

async function parentsOf(sources: Sources, { orgId, batchId }: Batch) {
  const parents = [];
  for (const { parentId, at } of (await listKin(sources.db, orgId, batchId)).parents) {
    const parent = await findBatch(sources.db, orgId, parentId);
    if (parent !== null) parents.push({ batch: await namedBatch(sources, parent), at });
  }
  return parents;
}
