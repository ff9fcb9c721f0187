import type { AuditAnchor } from '../../models/contracts/audit.ts';
import { zoneOffsetMs } from '../epcis/zonedTime.ts';
import { auditEndWithin, lastAuditTimeBefore } from '../store/metadata/audit.ts';
import type { MetadataDb } from '../store/metadata/database.ts';

const dayMs = 86_400_000;

export interface AnchorSpan {
  readonly timeZone: string;
  /** Days that begin at it or later. */
  readonly from?: number | undefined;
  /** Days with lines before it. */
  readonly before: number;
}

/**
 * The last line of each day of a chain, the newest day first. Days are those on the clocks of `timeZone`; one without lines
 * has no anchor. Lines are told apart by number, so a line that is dated back later on makes no anchor wrong that was kept.
 */
export async function* dayAnchors(
  db: MetadataDb,
  orgId: string | null,
  { timeZone, from = Number.MIN_SAFE_INTEGER, before }: AnchorSpan,
): AsyncGenerator<AuditAnchor, void, undefined> {
  let until = before;
  for (;;) {
    const at = await lastAuditTimeBefore(db, orgId, until);
    if (at === null) return;
    const day = dayAt(at, timeZone);
    const start = startOf(day, timeZone);
    if (start < from) return;
    // At least a step back, should the clocks of a zone ever have stood still over midnight.
    until = Math.min(start, at);
    const end = await auditEndWithin(db, orgId, { from: start, to: startOf(day + 1, timeZone) });
    if (end === null) continue;
    const { line, hash } = end;
    yield { orgId, day: dayName(day), line, at: new Date(end.at).toISOString(), hash };
  }
}

/** The instant at which the day of `at` begins. */
export const dayStart = (at: number, timeZone: string): number => startOf(dayAt(at, timeZone), timeZone);

const dayAt = (at: number, timeZone: string): number => Math.floor((at + zoneOffsetMs(at, timeZone)) / dayMs);

const dayName = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

/** When a day begins: the offset is that of the instant itself, which the second look finds. */
function startOf(day: number, timeZone: string): number {
  const guess = day * dayMs - zoneOffsetMs(day * dayMs, timeZone);
  return day * dayMs - zoneOffsetMs(guess, timeZone);
}
