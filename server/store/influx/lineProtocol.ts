import { escape as escaped } from '@influxdata/influxdb-client';
import type { Reading } from '../../../models/contracts/reading.ts';

/** The measurement that readings are kept in. Its tags are `node` and `probe`, its timestamps milliseconds. */
export const readingsMeasurement = 'readings';

/** What InfluxDB calls the fields of a reading; all are floats, so that no reading is ever of the wrong type. */
export const readingFields = {
  temperatureC: 'temperature_c',
  humidityPct: 'humidity_pct',
  batteryPct: 'battery_pct',
  sequence: 'sequence',
  receivedAt: 'received_at',
  /** 1 = quality is suspect, 0 = good. */
  suspect: 'suspect',
  /** 1 = the time is that of arrival, 0 = the node's own. */
  timeReplaced: 'time_replaced',
} as const;

/**
 * One line of line protocol, timestamp in milliseconds. What a reading does not tell has no field; when it arrived and
 * the two flags always have one. Every number comes back bit for bit: a double prints as its shortest decimal.
 *
 * Names are escaped by the InfluxDB client. Its `Point` is left out: it sorts, copies and escapes the same seven field
 * names for every reading, and takes more than twice as long.
 */
export function toLine(reading: Reading): string {
  const { receivedAt, quality, timeSource } = reading;
  return (
    `${readingsMeasurement},node=${escaped.tag(reading.nodeId)},probe=${escaped.tag(reading.probe)} ` +
    `${field(readingFields.temperatureC, reading.temperatureC)}${field(readingFields.humidityPct, reading.humidityPct)}` +
    `${field(readingFields.batteryPct, reading.batteryPct)}${field(readingFields.sequence, reading.sequence)}` +
    `${readingFields.receivedAt}=${receivedAt},${readingFields.suspect}=${quality === 'suspect' ? 1 : 0},` +
    `${readingFields.timeReplaced}=${timeSource === 'arrival' ? 1 : 0} ${reading.measuredAt}`
  );
}

/** With the comma behind it. The text of -0 is "0": the sign of zero would be lost. */
function field(name: string, value: number | null): string {
  if (value === null) return '';
  return Object.is(value, -0) ? `${name}=-0,` : `${name}=${value},`;
}
