import type { Reading } from '../../models/contracts/reading.ts';

/** A plain good reading; say only what the test is about. */
export function aReading(fields: Partial<Reading> = {}): Reading {
  const measuredAt = fields.measuredAt ?? Date.parse('2026-11-24T03:00:00Z');
  return {
    nodeId: 'S-01',
    probe: 'main',
    measuredAt,
    receivedAt: measuredAt + 500,
    timeSource: 'device',
    temperatureC: 4.25,
    humidityPct: null,
    batteryPct: null,
    sequence: null,
    quality: 'good',
    ...fields,
  };
}
