import { createHash } from 'node:crypto';
import type { ParkedReading } from '../store/influx/influxSender.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { findNodeOfAnyOrganisation } from '../store/metadata/nodes.ts';
import { addToQuarantine } from '../store/metadata/quarantine.ts';
import { quarantineMost } from './acceptReadings.ts';
import { conflictOf, refusedReading } from './conflictOf.ts';

/** Puts a reading that its database will never take where refused publishes wait; the same one again changes nothing. */
export async function keepParked(
  db: MetadataDb,
  { journal, position }: { readonly journal: string; readonly position: number },
  parked: ParkedReading,
): Promise<void> {
  const { reading, why, reason } = parked;
  const node = await findNodeOfAnyOrganisation(db, reading.nodeId);
  const refused =
    why === 'conflict'
      ? conflictOf(reading, 0)
      : refusedReading(reading, { code: 'reading.not_stored', message: reason });
  const item = numberOf(`${reading.nodeId}/${reading.probe}/${reading.measuredAt}`);
  await addToQuarantine(
    db,
    [{ ...refused, journal, position, item, orgId: node?.orgId ?? null }],
    quarantineMost,
  );
}

/** Which item of its record it was is not known any more: a number of its own, above any that a record has. */
function numberOf(key: string): number {
  return 2 ** 32 + createHash('sha256').update(key).digest().readUInt32BE(0);
}
