import type { TahuParameters } from '../parameters/tahu.ts';
import { forEachFloraDraw } from '../shelf-life/floraDraws.ts';

export interface FloraColumns {
  readonly rate: Float64Array;
  readonly tMinC: Float64Array;
  readonly h0: Float64Array;
  readonly initialLog10Cfu: Float64Array;
  readonly limitLog10Cfu: Float64Array;
  readonly lotRate: Float64Array;
  readonly presence: Float64Array;
  readonly preservation: Float64Array;
}

const known = new WeakMap<TahuParameters['spoilage'], Map<string, FloraColumns>>();

export function columnsOf(flora: TahuParameters['spoilage'], draws: number, seed: number): FloraColumns {
  const ofFlora = known.get(flora) ?? new Map<string, FloraColumns>();
  known.set(flora, ofFlora);
  const key = `${draws}:${seed}`;
  const columns = ofFlora.get(key) ?? makeColumns(flora, draws, seed);
  ofFlora.set(key, columns);
  return columns;
}

const columnNames = [
  'rate',
  'tMinC',
  'h0',
  'initialLog10Cfu',
  'limitLog10Cfu',
  'lotRate',
  'presence',
  'preservation',
] as const;

function makeColumns(flora: TahuParameters['spoilage'], draws: number, seed: number): FloraColumns {
  const columns = Object.fromEntries(
    columnNames.map(name => [name, new Float64Array(draws)]),
  ) as unknown as FloraColumns;
  forEachFloraDraw(flora, draws, seed, (draw, index) => {
    for (const name of columnNames) columns[name][index] = draw[name];
  });
  return columns;
}
