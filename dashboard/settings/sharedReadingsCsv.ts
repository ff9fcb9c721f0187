import type { SharedReading } from '../../models/contracts/grant.ts';

/** Shared readings as CSV, units in the names of the columns; batches of one reading are parted by spaces. */
export function sharedReadingsCsv(readings: readonly SharedReading[]): string {
  const head = 'node,probe,measuredAt,temperatureC,humidityPct,quality,batches';
  const rows = readings.map(({ node, probe, measuredAt, temperatureC, humidityPct, quality, batches }) =>
    [node, probe, measuredAt, temperatureC ?? '', humidityPct ?? '', quality, batches.join(' ')].join(','),
  );
  return `${[head, ...rows].join('\r\n')}\r\n`;
}
