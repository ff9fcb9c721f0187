import type { ForeignReading } from '../../models/contracts/foreign.ts';
import { mainProbe, nodeIdSchema, probeSchema } from '../../models/contracts/ids.ts';
import type { Reading } from '../../models/contracts/reading.ts';

/** Which node and probe a foreign sensor was claimed as; undefined while nobody has claimed it. */
export type FindClaim = (
  foreignNode: string,
  channel: string | undefined,
) => { readonly nodeId: string; readonly probe?: string } | undefined;

/**
 * Claimed foreign values as readings of their nodes: one reading for all values of one sensor at one time, the battery
 * beside the first. A humidity that is not good is left out of a reading whose temperature is: a reading has one
 * quality, and a doubtful humidity must not cost a good temperature. Values of unclaimed sensors are left out.
 */
export function toNodeReadings(
  found: readonly ForeignReading[],
  receivedAt: number,
  findClaim: FindClaim,
): Reading[] {
  const groups = new Map<string, ForeignReading[]>();
  for (const reading of found) {
    if (reading.metric !== 'temperature' && reading.metric !== 'humidity') continue;
    const key = `${reading.node}\n${reading.channel ?? ''}\n${reading.measuredAt}`;
    const group = groups.get(key);
    if (group) group.push(reading);
    else groups.set(key, [reading]);
  }
  const readings: Reading[] = [];
  for (const group of groups.values()) {
    const reading = toReading(group, found, receivedAt, findClaim);
    if (reading) readings.push(reading);
  }
  return readings;
}

function toReading(
  group: readonly ForeignReading[],
  found: readonly ForeignReading[],
  receivedAt: number,
  findClaim: FindClaim,
): Reading | undefined {
  const first = group[0];
  const claim = first && findClaim(first.node, first.channel);
  if (!first || !claim || !nodeIdSchema.safeParse(claim.nodeId).success) return undefined;
  const temperature = group.find(reading => reading.metric === 'temperature');
  const humidity = group.find(reading => reading.metric === 'humidity');
  const battery = found.find(reading => reading.node === first.node && reading.metric === 'battery');
  const carrier = temperature ?? humidity;
  const isGood = carrier?.quality === 'good';
  const keepsHumidity = humidity && (humidity.quality === 'good' || !isGood);
  return {
    nodeId: claim.nodeId,
    probe: claim.probe ?? probeFor(first.channel),
    measuredAt: first.measuredAt,
    receivedAt,
    timeSource: first.timeSource === 'arrival' ? 'arrival' : 'device',
    temperatureC: temperature?.value ?? null,
    humidityPct: keepsHumidity ? humidity.value : null,
    batteryPct: battery?.quality === 'good' ? battery.value : null,
    sequence: null,
    quality: isGood ? 'good' : 'suspect',
  };
}

/** A channel as a probe name: characters that are not allowed in one become "-". */
function probeFor(channel: string | undefined): string {
  if (channel === undefined) return mainProbe;
  const name = channel
    .replaceAll(/[^A-Za-z0-9._:~-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64);
  return probeSchema.safeParse(name).success ? name : mainProbe;
}
