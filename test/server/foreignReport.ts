import type { ForeignReading, ForeignReport } from '../../models/contracts/foreign.ts';

/** What a bridge says of one temperature of one device; say only what the test is about. */
export function aReport(
  measuredAt: number,
  temperatureC: number | null,
  fields: Partial<ForeignReport> & { deviceId?: string; channel?: string; quality?: 'good' | 'bad' } = {},
): ForeignReport {
  const { deviceId = 'kulkas', channel, quality = 'good', ...report } = fields;
  const reading: ForeignReading = {
    node: deviceId,
    ...(channel === undefined ? {} : { channel }),
    metric: 'temperature',
    value: temperatureC ?? 0,
    unit: '°C',
    measuredAt,
    timeSource: 'device',
    quality,
  };
  return {
    bridgeId: 'rumah',
    family: 'zigbee2mqtt',
    topic: `zigbee2mqtt/${deviceId}`,
    receivedAt: measuredAt + 300,
    readings: temperatureC === null ? [] : [reading],
    events: [],
    ...report,
  };
}
