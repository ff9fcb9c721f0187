import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertView } from '../../models/contracts/alert.ts';
import type { FaultTarget } from './faultTarget.ts';

const minuteMs = 60_000;

/** A chilled batch for which a node speaks since it was made: warmth of half an hour above 8 °C is told. */
export async function chilledBatchOf(
  { api }: Pick<FaultTarget, 'api'>,
  nodeId: string,
  producedAt: number,
  name = 'chilled',
): Promise<string> {
  const batchId = `${name}-${nodeId}`;
  const batch = {
    batchId,
    productId: 'takwa-vakum',
    producedAt,
    treatment: 'packed-heated',
    storage: 'fridge',
  };
  for (const [path, body] of [
    ['/batches', batch],
    [`/batches/${batchId}/placements`, { nodeId, from: producedAt }],
  ] as const) {
    const { status, body: answer } = await api.post(path, body);
    if (status !== 201) throw new Error(`POST ${path} answered ${status}: ${JSON.stringify(answer)}`);
  }
  return batchId;
}

/** Nobody may be silent for longer than this: the least a firm can ask for. */
export const impatience = (target: FaultTarget): Promise<void> =>
  putRule(target, { kind: 'no-data', settings: { patienceMin: 5, severity: 'warning' } });

/** Whatever is above 8 °C is told, however short and mild. */
export const tellAtOnce = (target: Pick<FaultTarget, 'api'>): Promise<void> =>
  putRule(target, {
    kind: 'too-warm',
    settings: { levelC: 8, clearLevelC: 7, holdMin: 0, mildBelowLifeLostH: null },
  });

async function putRule(
  { api }: Pick<FaultTarget, 'api'>,
  rule: { kind: string; settings: object },
): Promise<void> {
  const { status, body } = await api.put('/alert-rules', { rules: [{ ...rule, scope: 'organisation' }] });
  if (status !== 200) throw new Error(`PUT /alert-rules answered ${status}: ${JSON.stringify(body)}`);
}

export async function allAlerts({ api }: Pick<FaultTarget, 'api'>): Promise<AlertView[]> {
  return api.all<AlertView>('/alerts?state=all', 'alerts');
}

/** Waits until there is an alert of a batch; null when none has come in time. */
export async function alertOf(
  target: FaultTarget,
  batchId: string,
  patienceMs: number,
): Promise<AlertView | null> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const found = (await allAlerts(target)).find(alert => alert.batchId === batchId);
    if (found !== undefined) return found;
    if (performance.now() > until) return null;
    await sleep(250);
  }
}

/** A reading every ten minutes until `to`: cold, and warm for the last `warmMin` minutes. */
export function turnedWarm(to: number, { hours, warmMin }: { hours: number; warmMin: number }) {
  const count = hours * 6;
  return Array.from({ length: count }, (_, i) => {
    const beforeMin = (count - 1 - i) * 10;
    return { measuredAt: to - beforeMin * minuteMs, temperatureC: beforeMin <= warmMin ? 14 : 5 };
  });
}
