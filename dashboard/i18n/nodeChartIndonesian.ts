/** Words of the temperatures of one sensor. Part of `indonesian`. */
export const nodeChartIndonesian = {
  title: 'Suhu sensor dari waktu ke waktu',
  ranges: { day: '24 jam', week: '7 hari', month: '30 hari', year: '1 tahun' },
  band: 'Daerah pudar: terendah sampai tertinggi',
  zone: (zone: string) => `Waktu ${zone}`,
  spread: (lowest: string, highest: string) => `${lowest} sampai ${highest} °C`,
  mean: (temperature: string) => `rata-rata ${temperature}`,
  to: (from: string, until: string) => `${from}–${until}`,
  caption: (range: string) => `Suhu, ${range} terakhir`,
  columns: {
    from: 'Mulai',
    lowest: 'Terendah, °C',
    mean: 'Rata-rata, °C',
    highest: 'Tertinggi, °C',
    count: 'Bacaan',
  },
  none: 'Tidak ada suhu dalam rentang ini.',
  stale: (at: string) => `Data sampai ${at}, penyimpanan belum dapat dihubungi.`,
  summary: (coldest: string, coldestAt: string, warmest: string, warmestAt: string, mean: string) =>
    `Terdingin ${coldest} pada ${coldestAt}, terpanas ${warmest} pada ${warmestAt}, rata-rata ${mean}.`,
};
