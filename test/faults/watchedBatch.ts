import type { FaultTarget } from './faultTarget.ts';

/** A batch for which a node speaks since it was made. */
export async function watchedBatch(
  api: FaultTarget['api'],
  nodeId: string,
  producedAt: number,
): Promise<string> {
  const batchId = `of-${nodeId}`;
  const made = await api.post('/batches', {
    batchId,
    productId: 'takwa',
    producedAt,
    treatment: 'turmeric-boiled',
  });
  if (made.status !== 201) throw new Error(`POST /batches answered ${made.status}`);
  const placed = await api.post(`/batches/${batchId}/placements`, { nodeId, from: producedAt });
  if (placed.status !== 201) throw new Error(`POST placements answered ${placed.status}`);
  return batchId;
}

/** The estimate of a batch for a moment, without its name: two of the same history must be equal to the last bit. */
export async function estimateOf(api: FaultTarget['api'], batchId: string, at: number) {
  const query = `at=${new Date(at).toISOString()}&futureTemperatureC=5`;
  const { status, body } = await api.get(`/batches/${batchId}/estimate?${query}`);
  if (status !== 200) throw new Error(`GET estimate answered ${status}: ${JSON.stringify(body)}`);
  const { batchId: _, ...estimate } = body;
  return estimate;
}
