import type { Reading } from '../../../models/contracts/reading.ts';
import { everyRow, type MetadataDb } from './database.ts';

/** Keeps readings of a device nobody has claimed yet, the latest `most` of them. One that is there stays as it is. */
export async function keepFoundReadings(
  db: MetadataDb,
  foundDeviceId: string,
  readings: readonly Reading[],
  most: number,
): Promise<void> {
  for (const reading of readings) {
    await db
      .insertInto('found_readings')
      .values({
        found_device_id: foundDeviceId,
        probe: reading.probe,
        measured_at: reading.measuredAt,
        received_at: reading.receivedAt,
        time_replaced: Number(reading.timeSource === 'arrival'),
        temperature_c: reading.temperatureC,
        humidity_pct: reading.humidityPct,
        battery_pct: reading.batteryPct,
        suspect: Number(reading.quality === 'suspect'),
      })
      .onConflict(conflict => conflict.doNothing())
      .execute();
  }
  const tooOld = await db
    .selectFrom('found_readings')
    .select(['probe', 'measured_at'])
    .where('found_device_id', '=', foundDeviceId)
    .orderBy('measured_at', 'desc')
    .orderBy('probe')
    .offset(most)
    .limit(everyRow)
    .execute();
  for (const { probe, measured_at } of tooOld) {
    await db
      .deleteFrom('found_readings')
      .where('found_device_id', '=', foundDeviceId)
      .where('probe', '=', probe)
      .where('measured_at', '=', measured_at)
      .execute();
  }
}

/** What is kept of a device, as readings of the node it becomes. */
export async function readFoundReadings(
  db: MetadataDb,
  foundDeviceId: string,
  nodeId: string,
): Promise<Reading[]> {
  const rows = await db
    .selectFrom('found_readings')
    .selectAll()
    .where('found_device_id', '=', foundDeviceId)
    .orderBy('measured_at')
    .orderBy('probe')
    .execute();
  return rows.map(row => ({
    nodeId,
    probe: row.probe,
    measuredAt: row.measured_at,
    receivedAt: row.received_at,
    timeSource: row.time_replaced === 1 ? 'arrival' : 'device',
    temperatureC: row.temperature_c,
    humidityPct: row.humidity_pct,
    batteryPct: row.battery_pct,
    sequence: null,
    quality: row.suspect === 1 ? 'suspect' : 'good',
  }));
}

export async function dropFoundReadings(db: MetadataDb, foundDeviceId: string): Promise<void> {
  await db.deleteFrom('found_readings').where('found_device_id', '=', foundDeviceId).execute();
}

export async function countFoundReadings(db: MetadataDb, foundDeviceId: string): Promise<number> {
  const { kept } = await db
    .selectFrom('found_readings')
    .select(eb => eb.fn.countAll<number>().as('kept'))
    .where('found_device_id', '=', foundDeviceId)
    .executeTakeFirstOrThrow();
  return kept;
}
