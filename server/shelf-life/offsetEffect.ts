import type { OffsetEffect } from '../../models/contracts/offset.ts';
import type { TahuParameters } from '../../models/parameters/tahu.ts';
import type { Calibration } from '../calibration.ts';
import { correctedReadingStore, type Offsets } from '../store/correctedReadingStore.ts';
import { type Batch, endedAt, findBatch } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import type { BatchLives } from './batchLives.ts';
import { estimateOf, openLiveBatch, usualInstant } from './liveBatch.ts';
import { splitBatchKey } from './placementIndex.ts';
import { createRecentReadings } from './recentReadings.ts';

export interface TriedOffset {
  readonly orgId: string;
  readonly nodeId: string;
  readonly probe: string;
  readonly temperatureOffsetC: number;
  readonly from: number;
}

export interface OffsetEffectParts {
  readonly db: MetadataDb;
  /** Corrected by what is in force. */
  readonly store: ReadingStore;
  readonly calibration: Calibration;
  readonly lives: BatchLives;
}

/** Batches that are worked out; the others are only counted. */
const mostBatches = 50;

/** What an offset would do to the batches that are there, worked out beside their lives: nothing changes. */
export async function offsetEffect(
  { db, store, calibration, lives }: OffsetEffectParts,
  tried: TriedOffset,
  now: number,
): Promise<OffsetEffect> {
  const corrected = correctedReadingStore(store, shiftedOffsets(calibration, tried));
  const batches: Batch[] = [];
  for (const key of lives.fedBy(tried.nodeId, tried.probe)) {
    const { orgId, batchId } = splitBatchKey(key);
    const batch = orgId === tried.orgId ? await findBatch(db, orgId, batchId) : null;
    if (batch !== null && endedAt(batch) === null) batches.push(batch);
  }
  const worked: OffsetEffect['batches'] = [];
  for (const batch of batches.slice(0, mostBatches)) {
    const { batchId, name } = batch;
    // Both alike, so that an offset that changes nothing makes no difference.
    const parameters = lives.parametersOf(batch);
    const beforeH = await leastHours(db, store, batch, parameters, now);
    const afterH = await leastHours(db, corrected, batch, parameters, now);
    worked.push({ batchId, name, beforeH, afterH });
  }
  return { batchCount: batches.length, batches: worked };
}

async function leastHours(
  db: MetadataDb,
  store: ReadingStore,
  batch: Batch,
  parameters: TahuParameters,
  now: number,
): Promise<number> {
  const entry = await openLiveBatch(db, store, batch, parameters);
  const asOf = usualInstant(entry, now);
  const knownUntil = Math.max(entry.producedAt, Math.min(asOf, now));
  const sources = { store, recent: createRecentReadings(store), now };
  return (await estimateOf(sources, entry, { asOf, knownUntil, futureTemperatureC: undefined })).remainingH
    .p05;
}

/** The tried offset as what it adds to what is in force: from its instant until a later line takes over. */
function shiftedOffsets(calibration: Calibration, tried: TriedOffset): Offsets {
  const { nodeId: ownNode, probe: ownProbe, from, temperatureOffsetC } = tried;
  const isOwn = (nodeId: string, probe: string) => nodeId === ownNode && probe === ownProbe;
  const [until = Number.POSITIVE_INFINITY] = calibration.changesBetween(
    ...([ownNode, ownProbe, from, Number.POSITIVE_INFINITY] as const),
  );
  const shiftC = temperatureOffsetC - calibration.inForce(ownNode, ownProbe, from).offsetC;
  const shiftAt = (nodeId: string, probe: string, at: number) =>
    isOwn(nodeId, probe) && at >= from && at < until ? shiftC : 0;
  return {
    has: isOwn,
    correctedC: (nodeId, probe, at, c) => c + shiftAt(nodeId, probe, at),
    inForce: (nodeId, probe, at) => ({ offsetC: shiftAt(nodeId, probe, at), dueAt: null }),
    changesBetween: (nodeId, probe, after, before) =>
      isOwn(nodeId, probe) ? [from, until].filter(at => at > after && at < before) : [],
  };
}
