import type { nodeChartIndonesian } from './nodeChartIndonesian.ts';

/** Words of the temperatures of one sensor. Part of `english`. */
export const nodeChartEnglish: typeof nodeChartIndonesian = {
  title: 'Temperature of the sensor over time',
  ranges: { day: '24 h', week: '7 days', month: '30 days', year: '1 year' },
  band: 'Pale area: lowest to highest',
  zone: zone => `Time ${zone}`,
  spread: (lowest, highest) => `${lowest} to ${highest} °C`,
  mean: temperature => `mean ${temperature}`,
  to: (from, until) => `${from}–${until}`,
  caption: range => `Temperature, last ${range}`,
  columns: {
    from: 'From',
    lowest: 'Lowest, °C',
    mean: 'Mean, °C',
    highest: 'Highest, °C',
    count: 'Readings',
  },
  none: 'No temperatures in this span.',
  stale: at => `Data up to ${at}; the store cannot be reached yet.`,
  summary: (coldest, coldestAt, warmest, warmestAt, mean) =>
    `Coldest ${coldest} at ${coldestAt}, warmest ${warmest} at ${warmestAt}, mean ${mean}.`,
};
