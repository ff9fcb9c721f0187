import type { z } from 'zod';
import type { joinSchema, splitSchema } from '../../models/contracts/batch.ts';
import { ApiError, type FieldFault } from '../errors.ts';
import { addBatch, type Batch, endedAt, findBatch, setRest } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { addDescent } from '../store/metadata/lineage.ts';
import { addPlacementWithin, listPlacements } from '../store/metadata/placements.ts';
import { tracksOf } from './tracks.ts';

interface Division<Body> {
  readonly orgId: string;
  readonly body: Body;
  readonly now: number;
}

/** A batch that was joined from others that were joined promises what the worst of all promises: each is worked out. */
const mostTracks = 64;

/**
 * Parts of a batch become batches of their own. They bring its history along up to then; what is left stays it.
 *
 * @throws {ApiError} batch.not_found, batch.ended, batch.exists, request.invalid
 */
export function splitBatch(
  db: MetadataDb,
  batchId: string,
  { orgId, body, now }: Division<z.output<typeof splitSchema>>,
): Promise<void> {
  return db.transaction().execute(async transaction => {
    const parent = await findLiving(transaction, orgId, batchId);
    const at = instantOf(body.at, now, parent);
    const rest = restOf(parent, body.into);
    for (const { batchId: childId, name = parent.name, quantity } of body.into) {
      const unit = parent.quantity?.unit ?? 'potong';
      const amount = quantity === undefined ? null : { amount: quantity, unit };
      await addChild(transaction, { ...parent, batchId: childId, name, quantity: amount }, now);
      await addDescent(transaction, { orgId, childId, parentId: batchId, at });
      if (body.keepSensors) await continueSensors(transaction, parent, childId, at);
    }
    const isNothing = body.nothingLeft ?? rest === 0;
    const amount = rest === null || rest === 0 ? null : rest;
    await setRest(transaction, orgId, batchId, { amount, dividedAt: isNothing ? at : null });
  });
}

/**
 * Several batches become one, and end.
 *
 * @throws {ApiError} batch.not_found, batch.ended, batch.exists, request.invalid
 */
export function joinBatches(
  db: MetadataDb,
  { orgId, body, now }: Division<z.output<typeof joinSchema>>,
): Promise<void> {
  return db.transaction().execute(async transaction => {
    const ids = [...new Set(body.from)];
    if (ids.length !== body.from.length)
      throw invalid('from', body.from.join(', '), 'must name each batch once');
    const parents: Batch[] = [];
    for (const id of ids) parents.push(await findLiving(transaction, orgId, id));
    const [first] = parents as [Batch, ...Batch[]];
    const other = parents.find(parent => parent.treatment !== first.treatment);
    if (other !== undefined)
      throw invalid('from', other.batchId, `must be of one treatment, ${first.treatment}`);
    const at = Math.max(...parents.map(parent => instantOf(body.at, now, parent)));
    await refuseTooMany(transaction, parents);
    const child = {
      ...first,
      batchId: body.batchId,
      name: body.name ?? first.name,
      producedAt: Math.min(...parents.map(parent => parent.producedAt)),
      quantity: sumOf(parents),
      storage: parents.every(parent => parent.storage === first.storage) ? first.storage : null,
    };
    await addChild(transaction, child, now);
    for (const parent of parents) {
      await addDescent(transaction, { orgId, childId: body.batchId, parentId: parent.batchId, at });
      await setRest(transaction, orgId, parent.batchId, { amount: null, dividedAt: at });
    }
    if (body.keepSensors) await continueAll(transaction, parents, body.batchId, at);
  });
}

async function findLiving(db: MetadataDb, orgId: string, batchId: string): Promise<Batch> {
  const batch = await findBatch(db, orgId, batchId);
  if (batch === null) throw new ApiError('batch.not_found', `there is no batch ${batchId}`);
  const end = endedAt(batch);
  if (end !== null)
    throw new ApiError(
      'batch.ended',
      `nothing is left of batch ${batchId} since ${new Date(end).toISOString()}`,
    );
  return batch;
}

function instantOf(given: number | undefined, now: number, { producedAt }: Batch): number {
  const at = given ?? Math.max(now, producedAt);
  if (at >= producedAt && (given === undefined || at <= now)) return at;
  throw invalid('at', new Date(at).toISOString(), 'must be between production and now');
}

/** What is left by the quantities; null where they do not say. */
function restOf({ quantity }: Batch, parts: readonly { readonly quantity?: number | undefined }[]) {
  const taken = parts.reduce((sum, part) => sum + (part.quantity ?? 0), 0);
  if (quantity === null || parts.some(part => part.quantity === undefined)) return null;
  if (taken > quantity.amount * (1 + 1e-9))
    throw invalid('into', String(taken), `must together be at most ${quantity.amount} ${quantity.unit}`);
  const rest = quantity.amount - taken;
  return rest <= quantity.amount * 1e-9 ? 0 : rest;
}

function sumOf(parents: readonly Batch[]): Batch['quantity'] {
  const unit = parents[0]?.quantity?.unit;
  if (unit === undefined || parents.some(parent => parent.quantity?.unit !== unit)) return null;
  return { amount: parents.reduce((sum, parent) => sum + (parent.quantity?.amount ?? 0), 0), unit };
}

async function addChild(db: MetadataDb, child: Batch, now: number): Promise<void> {
  if (!(await addBatch(db, child, now)))
    throw new ApiError('batch.exists', `there is a batch ${child.batchId} already`);
}

/** The sensors that speak for a batch now go on speaking for what was made from it. */
async function continueSensors(db: MetadataDb, parent: Batch, childId: string, at: number): Promise<void> {
  const { orgId } = parent;
  for (const { nodeId, probe, position, from, to } of await listPlacements(db, orgId, parent.batchId)) {
    if (from > at || (to !== null && to <= at)) continue;
    await addPlacementWithin(db, { orgId, batchId: childId, nodeId, probe, position, from: at, to });
  }
}

/** Sensors of several batches become positions of one, named after where they come from when their own names meet. */
async function continueAll(
  db: MetadataDb,
  parents: readonly Batch[],
  childId: string,
  at: number,
): Promise<void> {
  const taken = new Set<string>();
  const probes = new Set<string>();
  for (const { orgId, batchId } of parents)
    for (const { nodeId, probe, position, from, to } of await listPlacements(db, orgId, batchId)) {
      if (from > at || (to !== null && to <= at) || probes.has(`${nodeId}/${probe}`)) continue;
      probes.add(`${nodeId}/${probe}`);
      const own = taken.has(position) ? nodeId : position;
      taken.add(own);
      await addPlacementWithin(db, { orgId, batchId: childId, nodeId, probe, position: own, from: at, to });
    }
}

async function refuseTooMany(db: MetadataDb, parents: readonly Batch[]): Promise<void> {
  let tracks = 0;
  for (const parent of parents) tracks += (await tracksOf(db, parent)).length;
  if (tracks > mostTracks)
    throw invalid(
      'from',
      String(tracks),
      `must come from at most ${mostTracks} batches and positions in all`,
    );
}

function invalid(field: string, value: string, allowed: string): ApiError {
  const fault: FieldFault = { field, value, allowed };
  return new ApiError('request.invalid', `${field} ${allowed}`, [fault]);
}
