import type { BatchView, DiscardReason } from '../../models/contracts/batch.ts';
import type { NewObservation, ObservationView } from '../../models/contracts/observation.ts';
import { request } from '../api.ts';
import { perform } from '../offline/actionQueue.ts';
import { putBatch, refreshBatch } from '../state.ts';

const pathOf = (batchId: string): string => `/batches/${encodeURIComponent(batchId)}`;
type Subject = Pick<BatchView, 'batchId' | 'name'>;
type Sent<T> = T extends { at: number } ? Omit<T, 'at'> & { at: string } : Omit<T, 'at'> & { at?: string };

/** What is seen of a batch; without internet it goes out later, with the time it was seen. */
export async function observe({ batchId, name }: Subject, body: Sent<NewObservation>): Promise<void> {
  const observed = { ...body, observationId: crypto.randomUUID() };
  const about = { kind: 'observation', subject: batchId, name } as const;
  await perform({ ...about, method: 'POST', path: `${pathOf(batchId)}/observations`, body: observed });
}

export async function observationsOf(batchId: string): Promise<readonly ObservationView[]> {
  const path = `${pathOf(batchId)}/observations`;
  return (await request<{ observations: ObservationView[] }>('GET', path)).observations;
}

export async function takeBackObservation(batchId: string, observationId: string): Promise<void> {
  await request('DELETE', `${pathOf(batchId)}/observations/${encodeURIComponent(observationId)}`);
  await refreshBatch(batchId);
}

export async function discard(
  { batchId, name }: Subject,
  body: { reason: DiscardReason; note?: string; at: string },
): Promise<void> {
  const about = { kind: 'discard', subject: batchId, name } as const;
  await perform({ ...about, method: 'POST', path: `${pathOf(batchId)}/discard`, body });
}

export async function takeBackDiscard(batchId: string): Promise<void> {
  putBatch(await request<BatchView>('DELETE', `${pathOf(batchId)}/discard`));
}

interface Divided {
  readonly batches: readonly BatchView[];
}

export async function split(
  batchId: string,
  body: { into: readonly { batchId: string; name: string; quantity?: number }[]; keepSensors: boolean },
): Promise<void> {
  const { batches } = await request<Divided>('POST', `${pathOf(batchId)}/split`, body);
  for (const batch of batches) putBatch(batch);
}

export async function join(body: {
  batchId: string;
  name: string;
  from: readonly string[];
  keepSensors: boolean;
}): Promise<void> {
  const { batches } = await request<Divided>('POST', '/batches/join', body);
  for (const batch of batches) putBatch(batch);
}

/** From now on this sensor speaks for the batch, at this place in the load. */
export async function placeSensor(
  { batchId, name }: Subject,
  body: { nodeId: string; position?: string; from: string },
): Promise<void> {
  const about = { kind: 'placement', subject: batchId, name } as const;
  await perform({ ...about, method: 'POST', path: `${pathOf(batchId)}/placements`, body });
}

export async function endPlacement(batchId: string, placementId: string, to: string): Promise<void> {
  await request('PATCH', `${pathOf(batchId)}/placements/${encodeURIComponent(placementId)}`, { to });
  await refreshBatch(batchId);
}
