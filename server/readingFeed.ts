import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Reading } from '../models/contracts/reading.ts';
import type { Calibration } from './calibration.ts';
import type { LiveHub } from './liveHub.ts';
import type { Log } from './log.ts';
import type { NodeBoard } from './nodeBoard.ts';
import type { MetadataDb } from './store/metadata/database.ts';
import { findNodesOfAnyOrganisation } from './store/metadata/nodes.ts';

/**
 * Tells whoever listens of new readings, and of the state of their nodes. Each reading at once as long as there are no more
 * than a person can look at; beyond that the newest of each probe, some times a second. The others are not told at all:
 * they are in the store.
 */
export interface ReadingFeed {
  /** Resolves when what is told at once has been. */
  tell(inserted: readonly Reading[]): Promise<void>;
  stop(): Promise<void>;
}

/** Of one span: readings and nodes told at once, and at its end. */
const spanMs = 250;
const atOnce = { readings: 100, nodes: 25 } as const;
const atEnd = { readings: 250, nodes: 25 } as const;
/** Live events sent before sockets get their turn: a burst must not look like a client that does not read. */
const eventsPerTurn = 100;

export interface ReadingFeedParts {
  readonly db: MetadataDb;
  readonly calibration: Calibration;
  readonly hub: LiveHub;
  readonly nodes: NodeBoard;
  readonly log: Log;
  /** Readings that nobody is told of, because a newer one of the same probe takes their place. */
  readonly leftOut: (count: number) => void;
}

export function createReadingFeed(parts: ReadingFeedParts): ReadingFeed {
  return new Feed(parts);
}

class Feed implements ReadingFeed {
  readonly #parts: ReadingFeedParts;
  /** Keyed by node and probe: the newest that nobody has been told of. */
  readonly #readings = new Map<string, Reading>();
  readonly #nodes = new Set<string>();
  #room: { readings: number; nodes: number } = { ...atOnce };
  #timer: NodeJS.Timeout | undefined;
  #publishing: Promise<void> = Promise.resolve();

  constructor(parts: ReadingFeedParts) {
    this.#parts = parts;
  }

  tell(inserted: readonly Reading[]): Promise<void> {
    if (inserted.length === 0 || !this.#parts.hub.isAttended()) return Promise.resolve();
    const now: Reading[] = [];
    let leftOut = 0;
    for (const reading of inserted) {
      this.#nodes.add(reading.nodeId);
      if (this.#room.readings > 0) {
        this.#room.readings -= 1;
        now.push(reading);
        continue;
      }
      const key = `${reading.nodeId}/${reading.probe}`;
      const known = this.#readings.get(key);
      if (known !== undefined) leftOut += 1;
      if (known === undefined || known.measuredAt < reading.measuredAt) this.#readings.set(key, reading);
    }
    if (leftOut > 0) this.#parts.leftOut(leftOut);
    const nodes = firstOf(this.#nodes, this.#room.nodes);
    this.#room.nodes -= nodes.length;
    this.#timer ??= setTimeout(() => this.#endSpan(), spanMs);
    return this.#publish(now, nodes);
  }

  #endSpan(): void {
    this.#timer = undefined;
    this.#room = { ...atOnce };
    if (this.#readings.size === 0 && this.#nodes.size === 0) return;
    if (!this.#parts.hub.isAttended()) {
      this.#readings.clear();
      this.#nodes.clear();
      return;
    }
    const readings: Reading[] = [];
    for (const [key, reading] of this.#readings) {
      if (readings.length === atEnd.readings) break;
      readings.push(reading);
      this.#readings.delete(key);
    }
    this.#publish(readings, firstOf(this.#nodes, atEnd.nodes)).catch(error =>
      this.#parts.log.error({ err: error }, 'readings could not be told to live streams'),
    );
    this.#timer = setTimeout(() => this.#endSpan(), spanMs);
  }

  /** One call after the other, so that what is newer is told later. */
  #publish(readings: readonly Reading[], nodeIds: readonly string[]): Promise<void> {
    const done = this.#publishing.then(() => this.#publishNow(readings, nodeIds));
    this.#publishing = done.catch(() => undefined);
    return done;
  }

  async #publishNow(readings: readonly Reading[], nodeIds: readonly string[]): Promise<void> {
    const { db, hub, nodes, calibration } = this.#parts;
    const ids = new Set([...readings.map(reading => reading.nodeId), ...nodeIds]);
    // Those that were removed meanwhile are not among them.
    const found = await findNodesOfAnyOrganisation(db, [...ids]);
    const owners = new Map(found.filter(one => hub.isAttended(one.orgId)).map(one => [one.nodeId, one]));
    let published = 0;
    for (const reading of readings) {
      const owner = owners.get(reading.nodeId);
      if (owner === undefined) continue;
      hub.publish(owner.orgId, { type: 'reading', data: calibration.view(reading) });
      published += 1;
      if (published % eventsPerTurn === 0) await nextTurn();
    }
    const watched = nodeIds.flatMap(nodeId => owners.get(nodeId) ?? []);
    const views = await nodes.views(watched);
    for (const [i, { orgId }] of watched.entries()) hub.publish(orgId, { type: 'node', data: views[i]! });
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#publishing;
  }
}

/** Takes some out of a set, those that were added first. */
function firstOf(set: Set<string>, most: number): string[] {
  const taken: string[] = [];
  for (const one of set) {
    if (taken.length === most) break;
    taken.push(one);
    set.delete(one);
  }
  return taken;
}
