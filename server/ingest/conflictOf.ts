import { mainProbe } from '../../models/contracts/ids.ts';
import type { Reading } from '../../models/contracts/reading.ts';
import type { QuarantinedPublish, Rejection } from '../../models/contracts/rejection.ts';
import { readingTopic } from '../../models/contracts/topics.ts';

/** A reading whose key is taken by other values, as a refused publish. The first one stays. */
export function conflictOf(reading: Reading, index: number): QuarantinedPublish {
  const { probe, measuredAt } = reading;
  return refusedReading(reading, {
    code: 'reading.conflict',
    message: `another reading of ${probe === mainProbe ? 'this node' : `probe ${probe}`} with the same measuredAt came first`,
    index,
    field: 'measuredAt',
    value: new Date(measuredAt).toISOString(),
    allowed: 'one reading per node, probe and measuredAt; the first one stays',
  });
}

/** An accepted reading that could not stay, as a refused publish. */
export function refusedReading(reading: Reading, rejection: Rejection): QuarantinedPublish {
  const { probe, temperatureC, humidityPct, batteryPct, sequence } = reading;
  const measuredAt = new Date(reading.measuredAt).toISOString();
  const payload = JSON.stringify({ probe, measuredAt, temperatureC, humidityPct, batteryPct, sequence });
  return {
    nodeId: reading.nodeId,
    topic: readingTopic(reading.nodeId),
    receivedAt: reading.receivedAt,
    rejection,
    payloadHead: payload,
    payloadBytes: payload.length,
  };
}
