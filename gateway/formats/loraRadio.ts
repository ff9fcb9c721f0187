import type { Findings } from './findings.ts';
import { isObject } from './safeJson.ts';
import type { SampleTime } from './sampleTime.ts';

/** Signal of an uplink: of the gateways that heard it, the one that heard it best. */
export function readRadio(node: string, receptions: unknown, time: SampleTime, findings: Findings): void {
  if (!Array.isArray(receptions)) return;
  let best: { rssi: number; snr: unknown } | undefined;
  for (const reception of receptions.slice(0, 100)) {
    if (!isObject(reception) || typeof reception.rssi !== 'number') continue;
    // Networks leave out fields that are zero.
    if (!best || reception.rssi > best.rssi)
      best = { rssi: reception.rssi, snr: reception.snr ?? reception.loRaSNR ?? 0 };
  }
  if (!best) return;
  findings.value({ node, metric: 'rssi', raw: best.rssi, time });
  findings.value({ node, metric: 'snr', raw: best.snr, time });
}
