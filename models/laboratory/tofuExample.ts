import type { ExperimentRow, ExperimentSeries } from '../contracts/experiment.ts';

interface PublishedLife {
  readonly product: string;
  readonly temperatureC: number;
  readonly days: number;
  /** Still good when the test ended. */
  readonly isLowerBound?: true;
  readonly levers?: Readonly<Record<string, number>>;
  readonly method: string;
  readonly source: string;
}

const kim = 'Kim 2022: Kim, Kim, Bang (2022) J Food Hyg Saf 37(2):80-86, doi 10.13103/JFHS.2022.37.2.80';
const boxed =
  'SGK 2023: Sci Technol Food Ind (Nov 2023), boxed tofu, doaj.org/article/eeb7db9049364cb18114e44293195ecf';
const wang = 'Wang 2019: Wang et al. (2019), whole soybean curd, pp 4233-4241';
const poltekkes = 'Poltekkes 2017: thesis, Poltekkes Kemenkes Yogyakarta (2017)';

const counted = 'aerobic count at the early stage of spoilage';
const judged = 'panel and aerobic plate count';
const panel = 'panel of five every 6 h; room temperature taken as 28 C';

/** How long tofu kept, as published; figures only. */
const published: readonly PublishedLife[] = [
  ...(
    [
      [5, 25],
      [13, 7],
      [23, 1],
    ] as const
  ).map(([temperatureC, days]) => ({
    ...{
      product: 'packaged tofu, Korea',
      temperatureC,
      days,
      method: `${counted}, days after the printed date`,
      source: kim,
    },
  })),
  {
    product: 'boxed firm tofu',
    temperatureC: 4,
    days: 30,
    isLowerBound: true,
    method: judged,
    source: boxed,
  },
  ...(
    [
      [25, 1.5],
      [37, 0.5],
    ] as const
  ).map(([temperatureC, days]) => ({
    ...{ product: 'boxed firm tofu', temperatureC, days, method: judged, source: boxed },
  })),
  {
    product: 'boxed lactone tofu',
    temperatureC: 4,
    days: 30,
    isLowerBound: true,
    method: judged,
    source: boxed,
  },
  ...(
    [
      [25, 2],
      [37, 1.25],
    ] as const
  ).map(([temperatureC, days]) => ({
    ...{ product: 'boxed lactone tofu', temperatureC, days, method: judged, source: boxed },
  })),
  {
    ...{ product: 'soybean curd, okara filtered', temperatureC: 10, days: 8.594 },
    ...{ method: 'predicted by a growth model of B. subtilis and B. cereus', source: wang },
  },
  {
    ...{ product: 'soybean curd, whole', temperatureC: 10, days: 5.915 },
    ...{ method: 'predicted by a growth model of B. subtilis and B. cereus', source: wang },
  },
  { product: 'tahu putih, no soak', temperatureC: 28, days: 1.85, method: panel, source: poltekkes },
  {
    ...{ product: 'tahu putih, turmeric and galangal', temperatureC: 28, days: 2.442 },
    ...{ levers: { 'spice-soak-turmeric-galangal': 1 }, method: panel, source: poltekkes },
  },
  {
    ...{ product: 'tahu putih, garlic and turmeric', temperatureC: 28, days: 2.892 },
    ...{ levers: { 'spice-soak-garlic-turmeric': 1 }, method: panel, source: poltekkes },
  },
  {
    ...{ product: 'tahu putih, all three spices', temperatureC: 28, days: 2.967 },
    ...{ levers: { 'spice-soak-all-three': 1 }, method: panel, source: poltekkes },
  },
];

/** An experiment of published shelf lives of tofu, to look around in before there is one of one's own. */
export function tofuExample(): {
  readonly kind: 'shelf-life';
  readonly rows: ExperimentRow[];
  readonly series: ExperimentSeries[];
  readonly note: string;
} {
  const nameOf = ({ product, temperatureC }: PublishedLife) => `${product}, ${temperatureC} °C`;
  const nothing = { replicate: null, log10CfuPerG: null, belowLog10: null, aboveLog10: null, excluded: null };
  return {
    kind: 'shelf-life',
    rows: published.map((life, i) => ({
      ...{ row: i + 2, series: nameOf(life), timeH: 0, ...nothing },
      shelfLifeH: life.isLowerBound ? null : Math.round(life.days * 24_000) / 1000,
      shelfLifeAboveH: life.isLowerBound ? life.days * 24 : null,
    })),
    series: published.map(life => ({
      series: nameOf(life),
      temperature: { kind: 'constant', temperatureC: life.temperatureC },
      levers: { ...life.levers },
      ...{ pH: null, aw: null, treatment: null, medium: '' },
      // The whole reference stands in the note under this name.
      method: `${life.method} (${life.source.split(':')[0]})`,
      costIdrPerPack: null,
    })),
    note: [...new Set(published.map(life => life.source))].join('\n'),
  };
}
