import { type Batch, endedAt } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { listEpcisEvents } from '../store/metadata/epcisEvents.ts';
import { listShipmentsOfBatch, type Shipment } from '../store/metadata/shipments.ts';

/** Where a pack has been, without anybody's name. */
export type JourneyEvent =
  | { readonly kind: 'made'; readonly at: number }
  | { readonly kind: 'departed' | 'arrived'; readonly at: number; readonly place: string | null }
  | { readonly kind: 'sent-out' | 'received' | 'sold-out'; readonly at: number };

/** The journey of a batch up to now, the earliest first. */
export async function packJourney(db: MetadataDb, batch: Batch): Promise<JourneyEvent[]> {
  const { orgId, batchId, producedAt } = batch;
  const shipments = (await listShipmentsOfBatch(db, orgId, batchId)).filter(hasLeft);
  const events: JourneyEvent[] = [{ kind: 'made', at: producedAt }, ...travelled(shipments)];
  if (!events.some(({ kind }) => kind === 'arrived')) events.push(...(await receipts(db, batch)));
  const end = endedAt(batch);
  if (end !== null && end === batch.soldOutAt) events.push({ kind: 'sold-out', at: end });
  return events.sort((a, b) => a.at - b.at);
}

/** What a partner reported: when, not who or where. Of several receipts nobody knows which one was of this pack. */
async function receipts(db: MetadataDb, { orgId, batchId }: Batch): Promise<JourneyEvent[]> {
  const [first] = (await listEpcisEvents(db, orgId, batchId)).filter(
    ({ bizStep }) => bizStep === 'receiving',
  );
  return first === undefined ? [] : [{ kind: 'received', at: first.at }];
}

const hasLeft = ({ departedAt, cancelledAt }: Shipment) => departedAt !== null && cancelledAt === null;

/** Of several shipments nobody knows which one took this pack: that it was sent out is all there is to say. */
function travelled(shipments: readonly Shipment[]): JourneyEvent[] {
  const [only, ...others] = shipments;
  if (only === undefined) return [];
  if (others.length > 0) {
    const first = Math.min(...shipments.map(({ departedAt }) => departedAt ?? Infinity));
    return [{ kind: 'sent-out', at: first }];
  }
  const events: JourneyEvent[] = [];
  for (const { departedAt, arrivedAt, fromName, toName } of only.legs) {
    if (departedAt !== null) events.push({ kind: 'departed', at: departedAt, place: ofNobody(fromName) });
    if (arrivedAt !== null) events.push({ kind: 'arrived', at: arrivedAt, place: ofNobody(toName) });
  }
  return events;
}

const honorific =
  /^(boks|mobil|truk|motor|rumah)?\s*(pak|bapak|bu|ibu|mas|mbak|mba|bang|kang|haji|hj?\.|mr|mrs|ms)\b/iu;

/** The name of a place; null where it is that of a person: "Toko Makmur" is one, "Pak Yanto" is not. */
function ofNobody(name: string): string | null {
  return honorific.test(name.trim()) ? null : name;
}
