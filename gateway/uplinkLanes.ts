import { maxEdgePublishBytes } from '../models/contracts/edge.ts';
import type { IntakeRecord } from '../models/contracts/intake.ts';
import { AcknowledgedPositions } from './acknowledgedPositions.ts';
import { decodeIntake, encodeIntake, type IntakeContent } from './journalRecord.ts';
import type { JournalRecord, PositionRange } from './journalSegment.ts';

/** One publish to the server, and the journal records that are in it. */
export interface Shipment {
  readonly lane: 'live' | 'backlog';
  readonly payload: Buffer;
  readonly positions: readonly number[];
}

interface LiveRecord {
  readonly record: IntakeRecord;
  readonly bytes: number;
}

/** Room for what the frame around many merged records needs; each of them alone has one of its own. */
const shipmentBytes = maxEdgePublishBytes - 4 * 1024;
/** New records that wait to go ahead of the backlog. Older than these is the backlog: it is read from the journal. */
const maxLiveRecords = 200;
const maxLiveBytes = 32 * 1024;
/** After so many live shipments in a row the backlog has its turn, if it has any. */
const liveTurns = 3;
/** Most records read from the journal at once. */
export const backlogReadRecords = 500;

/**
 * Decides what goes next. Two lanes: what nodes sent just now, ahead of everything, and what the server does not have
 * from before, in the journal. Order does not matter to the server, because readings are a set; so nobody who looks at a
 * truck waits for its whole day to be sent before seeing how it is now.
 *
 * Pure bookkeeping: no socket, no disk, no clock.
 */
export class UplinkLanes {
  readonly #acknowledged: AcknowledgedPositions;
  #live: LiveRecord[] = [];
  #liveBytes = 0;
  /** Mapped by position: shipments under way that carry a part of it. */
  readonly #underWay = new Map<number, number>();
  /** What is left of a record that is too large for one shipment. */
  #parts: Shipment[] = [];
  #backlog: JournalRecord[] = [];
  /** Where the backlog is read from next. */
  #cursor: number;
  /** Committed so far. */
  #newest: number;
  #liveInARow = 0;

  /**
   * @param acknowledgedThrough  the server has everything up to here
   * @param newest               last position in the journal
   */
  constructor(acknowledgedThrough: number, newest: number) {
    this.#acknowledged = new AcknowledgedPositions(acknowledgedThrough);
    this.#cursor = acknowledgedThrough + 1;
    this.#newest = newest;
  }

  /** The server has everything up to here. */
  get acknowledgedThrough(): number {
    return this.#acknowledged.through;
  }

  /** Records the server does not have, in flight or not; at most this many. */
  get waiting(): number {
    return Math.max(this.#newest - this.#acknowledged.through, 0);
  }

  /** Just committed, in order. */
  add(records: readonly IntakeRecord[]): void {
    for (const record of records) {
      this.#newest = Math.max(this.#newest, record.position);
      const bytes = encodeIntake(record).length;
      this.#live.push({ record, bytes });
      this.#liveBytes += bytes;
    }
    let overflow = 0;
    while (
      this.#live.length - overflow > 1 &&
      (this.#live.length - overflow > maxLiveRecords || this.#liveBytes > maxLiveBytes)
    )
      this.#liveBytes -= this.#live[overflow++]!.bytes;
    this.#live.splice(0, overflow);
  }

  /** What to read from the journal now; undefined while there is no need. */
  wantsBacklog(): PositionRange | undefined {
    if (this.#backlog.length > 0) return undefined;
    const to = this.#backlogEnd();
    while (this.#cursor <= to) {
      const open = this.#acknowledged.firstOpenFrom(this.#cursor);
      if (open === this.#cursor && !this.#underWay.has(open)) break;
      this.#cursor = open === this.#cursor ? open + 1 : open;
    }
    return this.#cursor <= to ? { from: this.#cursor, to } : undefined;
  }

  /**
   * What reading `wanted` gave, the first `backlogReadRecords` of it. Positions that are missing in between were damaged
   * on disk, which the journal has named in the log: nobody will ever have them.
   */
  addBacklog(wanted: PositionRange, records: readonly JournalRecord[]): void {
    const usable = records.filter(({ position }) => position <= wanted.to);
    const isCut = records.length >= backlogReadRecords;
    const to = isCut ? (usable.at(-1)?.position ?? wanted.to) : wanted.to;
    let expected = wanted.from;
    for (const { position } of usable) {
      this.#acknowledged.add(expected, position - 1);
      expected = position + 1;
    }
    this.#acknowledged.add(expected, to);
    this.#backlog = usable.filter(
      ({ position }) => !this.#acknowledged.has(position) && !this.#underWay.has(position),
    );
    this.#cursor = to + 1;
  }

  /**
   * The next shipment; undefined when nothing is ready.
   *
   * @param backlogRoomBytes  how much of the backlog the line can take now without holding up what is live
   * @param isLiveFree        whether more of what is live can go, or is held up by itself already
   */
  next(backlogRoomBytes: number, isLiveFree = true): Shipment | undefined {
    const part = this.#parts.shift();
    if (part) return part;
    const hasBacklog = this.#backlog.length > 0 && backlogRoomBytes > 0;
    const hasLive = this.#live.length > 0 && isLiveFree;
    if (hasBacklog && (!hasLive || this.#liveInARow >= liveTurns)) {
      this.#liveInARow = 0;
      return this.#shipBacklog(Math.min(shipmentBytes, backlogRoomBytes));
    }
    if (!hasLive) return undefined;
    this.#liveInARow++;
    return this.#shipLive();
  }

  acknowledged(shipment: Shipment): void {
    for (const position of shipment.positions) {
      const left = (this.#underWay.get(position) ?? 1) - 1;
      if (left > 0) this.#underWay.set(position, left);
      else {
        this.#underWay.delete(position);
        this.#acknowledged.add(position);
      }
    }
  }

  /** The line is gone: nobody knows what became of the shipments under way, so they go again, from the journal. */
  lineLost(): void {
    this.#underWay.clear();
    this.#parts = [];
    this.#backlog = [];
    this.#cursor = this.#acknowledged.through + 1;
    this.#liveInARow = 0;
  }

  #backlogEnd(): number {
    return (this.#live[0]?.record.position ?? this.#newest + 1) - 1;
  }

  #shipLive(): Shipment {
    const taken: IntakeRecord[] = [];
    let bytes = 0;
    for (const { record, bytes: size } of this.#live) {
      if (taken.length > 0 && bytes + size > shipmentBytes) break;
      taken.push(record);
      bytes += size;
    }
    this.#live.splice(0, taken.length);
    this.#liveBytes -= bytes;
    return this.#ship('live', taken);
  }

  #shipBacklog(maxBytes: number): Shipment {
    let count = 0;
    let bytes = 0;
    for (const { payload } of this.#backlog) {
      if (count > 0 && bytes + payload.length > maxBytes) break;
      bytes += payload.length;
      count++;
    }
    const taken = this.#backlog.splice(0, count);
    return this.#ship(
      'backlog',
      taken.map(({ position, payload }) => ({ position, ...decodeIntake(payload) })),
    );
  }

  #ship(lane: Shipment['lane'], records: readonly IntakeRecord[]): Shipment {
    const positions = records.map(record => record.position);
    const [first, ...rest] = split(merge(records)).map(payload => ({ lane, payload, positions }));
    for (const position of positions) this.#underWay.set(position, 1 + rest.length);
    this.#parts = rest;
    return first!;
  }
}

function merge(records: readonly IntakeRecord[]): IntakeContent {
  const foreign = records.flatMap(record => record.foreign ?? []);
  return {
    readings: records.flatMap(record => record.readings),
    refused: records.flatMap(record => record.refused),
    ...(foreign.length > 0 ? { foreign } : {}),
  };
}

/** In halves, until each half fits: a record may hold 500 readings and as many refusals with what was sent. */
function split(content: IntakeContent): Buffer[] {
  const payload = encodeIntake(content);
  if (payload.length <= maxEdgePublishBytes) return [payload];
  const { readings, refused, foreign = [] } = content;
  const count = readings.length + refused.length + foreign.length;
  if (count <= 1) return [payload];
  const half = Math.floor(count / 2);
  const part = <T>(items: readonly T[], before: number) => {
    const at = Math.min(Math.max(half - before, 0), items.length);
    return [items.slice(0, at), items.slice(at)] as const;
  };
  const r = part(readings, 0);
  const q = part(refused, readings.length);
  const f = part(foreign, readings.length + refused.length);
  return [0, 1].flatMap(i =>
    split({
      readings: r[i as 0 | 1],
      refused: q[i as 0 | 1],
      ...(f[i as 0 | 1].length > 0 ? { foreign: f[i as 0 | 1] } : {}),
    }),
  );
}
