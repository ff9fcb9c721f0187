import { mainPosition } from '../../models/contracts/ids.ts';
import { type TahuParameters, tahuParametersFor } from '../../models/parameters/tahu.ts';
import type { Batch } from '../store/metadata/batches.ts';
import { findBatch } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { listKin } from '../store/metadata/lineage.ts';
import { listPlacements, type Placement } from '../store/metadata/placements.ts';
import { maxGapMs, type PlacedWindow } from './placedWindows.ts';

/** What an estimate needs to know of a batch beside its readings; one object for all that are alike. */
export type BatchFacts = Pick<Batch, 'treatment' | 'storage' | 'productStorage'>;

/**
 * One way through time that a part of a batch may have gone: made then and there, beside these probes since. A batch
 * has one for each position of its sensors and each batch it was made from; it promises what the worst of them promises.
 */
export interface Track {
  readonly batch: BatchFacts;
  /** By which it is estimated. */
  readonly parameters: TahuParameters;
  readonly producedAt: number;
  /** Ascending, none overlapping. */
  readonly windows: readonly PlacedWindow[];
  /** Where in the load. */
  readonly position: string;
  readonly maxGapMs: number;
  /** Of the placement that speaks last; null when it does not say. */
  readonly reportEveryS: number | null;
  /** The batches that it was a part of before, each until when. */
  readonly origins: readonly Origin[];
}

export interface Origin {
  readonly batchId: string;
  readonly until: number;
}

const noOrigins: readonly Origin[] = [];

const allFacts = new Map<string, BatchFacts>();

function factsOf({ treatment, storage, productStorage }: Batch): BatchFacts {
  const key = `${treatment} ${storage} ${productStorage}`;
  const facts = allFacts.get(key) ?? { treatment, storage, productStorage };
  allFacts.set(key, facts);
  return facts;
}

/** One string for all equal ones: ten thousand batches name a thousand nodes. */
const names = new Map<string, string>();
const mostNames = 20_000;

function shared(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  if (names.size >= mostNames) names.clear();
  names.set(name, name);
  return name;
}

/**
 * The tracks of a batch, in an order of their own that depends on nothing but placements and lineage.
 *
 * @param parameters  those in use for it; default: the built-in ones
 */
export async function tracksOf(
  db: MetadataDb,
  batch: Batch,
  parameters: TahuParameters = tahuParametersFor(batch.treatment),
): Promise<Track[]> {
  const facts = factsOf(batch);
  return (await coursesOf(db, batch)).map(({ producedAt, windows, position, origins }) => ({
    batch: facts,
    parameters,
    producedAt,
    windows,
    position: shared(position),
    maxGapMs: windows.length === 0 ? maxGapMs(null) : Math.max(...windows.map(w => maxGapMs(w.reportEveryS))),
    reportEveryS: windows.at(-1)?.reportEveryS ?? null,
    origins,
  }));
}

interface Course {
  readonly producedAt: number;
  readonly windows: readonly PlacedWindow[];
  readonly position: string;
  readonly origins: readonly Origin[];
}

/** Where the course of a batch begins: at its making, or where it left its parent. */
interface Start extends Omit<Course, 'position'> {
  readonly since: number;
}

async function coursesOf(db: MetadataDb, batch: Batch): Promise<Course[]> {
  const { orgId, batchId, producedAt } = batch;
  const placements = await listPlacements(db, orgId, batchId);
  const { parents } = await listKin(db, orgId, batchId);
  const starts: Start[] = [];
  for (const { parentId, at } of parents) {
    const parent = await findBatch(db, orgId, parentId);
    if (parent === null) continue;
    for (const course of await coursesOf(db, parent))
      starts.push({
        producedAt: course.producedAt,
        windows: until(course.windows, at),
        origins: [
          ...course.origins.map(o => ({ ...o, until: Math.min(o.until, at) })),
          { batchId: parentId, until: at },
        ],
        since: at,
      });
  }
  if (starts.length === 0) starts.push({ producedAt, windows: [], origins: noOrigins, since: producedAt });
  const courses = new Map<string, Course>();
  for (const start of starts)
    for (const order of ordersOf(placements)) {
      const own = inTurn(order, placements, Math.max(start.since, start.producedAt));
      const course = {
        producedAt: start.producedAt,
        // Not spread: that leaves room for sixteen more, in each of ten thousand batches.
        windows: start.windows.concat(own),
        position: order[0] ?? mainPosition,
        origins: start.origins,
      };
      const key = JSON.stringify([course.producedAt, course.windows, course.origins]);
      if (!courses.has(key)) courses.set(key, course);
    }
  return [...courses.values()];
}

/**
 * In which order the positions are asked: each is the first once, with each other as the second. While a sensor at the
 * door is away, those at the top and in the middle both stand for the door: whichever was warmer.
 */
function ordersOf(placements: readonly Placement[]): string[][] {
  const positions = [...new Set(placements.map(p => p.position))].sort();
  if (positions.length <= 1) return [positions];
  return positions.flatMap(first =>
    positions
      .filter(second => second !== first)
      .map(second => [first, second, ...positions.filter(p => p !== first && p !== second)]),
  );
}

/** The windows of the first position, and of each next one those parts that none before it covers. */
function inTurn(order: readonly string[], placements: readonly Placement[], since: number): PlacedWindow[] {
  const taken: PlacedWindow[] = [];
  for (const position of order) {
    const own = windowsOf(
      placements.filter(p => p.position === position),
      since,
    );
    taken.push(...own.flatMap(window => without(window, taken)));
  }
  return taken.sort((a, b) => a.from - b.from);
}

function windowsOf(placements: readonly Placement[], since: number): PlacedWindow[] {
  return placements
    .map(({ nodeId, probe, reportEveryS, from, to }) => ({
      nodeId: shared(nodeId),
      probe: shared(probe),
      reportEveryS,
      from: Math.max(from, since),
      to: to ?? Number.POSITIVE_INFINITY,
    }))
    .filter(window => window.from < window.to);
}

/** The parts of a window that lie in none of the others. */
function without(window: PlacedWindow, others: readonly PlacedWindow[]): PlacedWindow[] {
  let parts = [window];
  for (const other of others)
    parts = parts.flatMap(part => [
      ...(part.from < other.from ? [{ ...part, to: Math.min(part.to, other.from) }] : []),
      ...(part.to > other.to ? [{ ...part, from: Math.max(part.from, other.to) }] : []),
    ]);
  return parts;
}

function until(windows: readonly PlacedWindow[], at: number): PlacedWindow[] {
  return windows.flatMap(window => (window.from < at ? [{ ...window, to: Math.min(window.to, at) }] : []));
}
