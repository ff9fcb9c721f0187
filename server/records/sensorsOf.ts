import type { CalibrationState, RecordSensor } from '../../models/contracts/record.ts';
import type { Segment } from '../../models/temperatureHistory.ts';
import { msPerHour } from '../../models/units.ts';
import { segmentsOf } from '../shelf-life/buildLife.ts';
import { maxGapMs } from '../shelf-life/placedWindows.ts';
import type { Track } from '../shelf-life/tracks.ts';
import { type Batch, findBatch } from '../store/metadata/batches.ts';
import { everyRow, type MetadataDb } from '../store/metadata/database.ts';
import { listKin } from '../store/metadata/lineage.ts';
import { findNode } from '../store/metadata/nodes.ts';
import { listOffsets, type Offset } from '../store/metadata/offsets.ts';
import { listPlacements, type Placement } from '../store/metadata/placements.ts';
import { findPlace } from '../store/metadata/places.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { TemperatureSpan } from './hoursOf.ts';

interface Sources {
  readonly db: MetadataDb;
  readonly store: ReadingStore;
}

/** A probe and the span in which it spoke for a batch, or for one that the batch was made from. */
export interface UsedSensor {
  readonly placement: Placement;
  readonly from: number;
  /** At most the end of the record. */
  readonly to: number;
  readonly isOpen: boolean;
}

/** Every probe that spoke for a batch until an instant, those of the batches it was made from included. */
export async function usedSensors(db: MetadataDb, batch: Batch, until: number): Promise<UsedSensor[]> {
  const { orgId, batchId, producedAt } = batch;
  const { parents } = await listKin(db, orgId, batchId);
  const used: UsedSensor[] = [];
  for (const { parentId, at } of parents) {
    const parent = await findBatch(db, orgId, parentId);
    if (parent !== null) used.push(...(await usedSensors(db, parent, Math.min(at, until))));
  }
  const since = Math.max(producedAt, ...parents.map(({ at }) => at));
  for (const placement of await listPlacements(db, orgId, batchId)) {
    const from = Math.max(placement.from, since);
    const to = Math.min(placement.to ?? until, until);
    const isOpen = placement.to === null || placement.to > until;
    if (to > from) used.push({ placement, from, to, isOpen });
  }
  return used.toSorted((a, b) => a.from - b.from);
}

/**
 * The same with what they measured and what is known of their accuracy.
 *
 * @param known  a track whose pieces have been read already
 */
export async function sensorsOf(
  { db, store }: Sources,
  batch: Batch,
  used: readonly UsedSensor[],
  known: { readonly track: Track; readonly measured: readonly Segment[] },
): Promise<RecordSensor[]> {
  const { orgId } = batch;
  const sensors: RecordSensor[] = [];
  for (const sensor of used) {
    const { placement, from, to, isOpen } = sensor;
    const { nodeId, nodeName, probe, position, batchId } = placement;
    const placeId = (await findNode(db, orgId, nodeId))?.placeId ?? null;
    const place = placeId === null ? null : await findPlace(db, orgId, placeId);
    const span = new TemperatureSpan();
    for (const segment of await measuredBy(store, sensor, known)) span.add(segment, from, to);
    const offsets = (await listOffsets(db, orgId, nodeId, { limit: everyRow })).filter(
      o => o.probe === probe,
    );
    const inForce = inForceWithin(offsets, from, to);
    sensors.push({
      ...{ nodeId, nodeName, probe, position, batchId, placeName: place?.name ?? null },
      ...{ from: iso(from), to: isOpen ? null : iso(to) },
      ...(span.figures() ?? { minC: null, meanC: null, maxC: null }),
      measuredH: span.measuredMs / msPerHour,
      calibrationState: stateOf(inForce, to),
      calibrations: inForce.map(offset => ({
        temperatureOffsetC: offset.temperatureOffsetC,
        from: iso(offset.from),
        recordedAt: iso(offset.createdAt),
        dueAt: offset.calibrationDueAt === null ? null : iso(offset.calibrationDueAt),
        ...{ by: offset.createdBy, note: offset.note },
      })),
    });
  }
  return sensors;
}

/** From the pieces that were read already where they are those of this placement; else from the store. */
async function measuredBy(
  store: ReadingStore,
  { placement, from, to }: UsedSensor,
  { track, measured }: { readonly track: Track; readonly measured: readonly Segment[] },
): Promise<readonly Segment[]> {
  const { nodeId, probe, reportEveryS } = placement;
  const isWholeWindow = (w: Track['windows'][number]) =>
    w.nodeId === nodeId && w.probe === probe && w.from <= from && w.to >= to;
  if (track.windows.some(isWholeWindow)) return measured;
  const longestMs = maxGapMs(reportEveryS);
  const windows = [{ nodeId, probe, reportEveryS, from, to }];
  const { segments } = await segmentsOf(store, { ...track, windows, maxGapMs: longestMs }, to);
  return segments.filter(s => s.to - s.from <= longestMs);
}

/** The lines that held at some time within a span, the earliest first. Of two with one `from` the later line counts. */
function inForceWithin(newestFirst: readonly Offset[], from: number, to: number): Offset[] {
  const byFrom = new Map<number, Offset>();
  for (const offset of newestFirst) if (!byFrom.has(offset.from)) byFrom.set(offset.from, offset);
  const steps = [...byFrom.values()].sort((a, b) => a.from - b.from);
  const first = steps.findLast(offset => offset.from <= from);
  return steps.filter(offset => offset === first || (offset.from > from && offset.from <= to));
}

/** The worst of the lines: a probe was checked all the time or it was not. */
function stateOf(inForce: readonly Offset[], to: number): CalibrationState {
  if (inForce.length === 0) return 'none';
  const untilOf = (i: number) => Math.min(inForce[i + 1]?.from ?? to, to);
  if (inForce.some(({ calibrationDueAt: due }, i) => due !== null && due < untilOf(i))) return 'overdue';
  return inForce.some(({ calibrationDueAt: due }) => due === null) ? 'no-date' : 'valid';
}

const iso = (at: number) => new Date(at).toISOString();
