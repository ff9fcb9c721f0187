import type { FitData, Row } from '../fitting/fitModel.ts';
import { factorColumns, type Inputs } from './inputs.ts';

/** Columns of data files that are observations, not conditions. */
const timeColumns: readonly (readonly [column: string, spelled: string, factor: number])[] = [
  ['timeH', 'time_h', 1],
  ['timeH', 'time_d', 24],
  ['timeMin', 'time_min', 1],
  ['timeMin', 'time_s', 1 / 60],
  ['timeH', 'time', 1],
  ['timeMin', 'time', 1],
  ['timeH', 't', 1],
  ['timeMin', 't', 1],
  ['timeH', 'time_min', 1 / 60],
  ['timeMin', 'time_h', 60],
];

/** Rows and observations of a data record of columns side by side. */
export function dataOf(data: Inputs, response: string, experiment = 0): FitData {
  const observed = observedOf(data, response);
  const columns: Record<string, number[]> = {};
  for (const [column, spelled, factor] of timeColumns)
    if (!columns[column] && data.has(spelled))
      columns[column] = data.numbers(spelled).map(value => value * factor);
  for (const [column, names] of Object.entries(factorColumns))
    if (data.has(...names)) columns[column] = data.numbers(...names);
  // A column of plain x stands for whichever factor the model has.
  if (data.has('x')) for (const column of Object.keys(factorColumns)) columns[column] ??= data.numbers('x');
  if (data.has('flora')) columns.flora = data.numbers('flora');
  const rows = observed.map((_, i): Row => {
    const row: Record<string, number> = { experiment };
    for (const [column, values] of Object.entries(columns)) row[column] = values[i]!;
    return row;
  });
  return { rows, observed };
}

/** The column named by the response, or the plain column changed to its scale: sqrt_mu from mu, ln_k from k. */
function observedOf(data: Inputs, response: string): number[] {
  if (data.has(response)) return data.numbers(response);
  const [, scale = '', base = response] = /^(sqrt|ln|log10|log)_?(.+)$/.exec(response) ?? [];
  const change: Readonly<Record<string, (value: number) => number>> = {
    sqrt: Math.sqrt,
    ln: Math.log,
    log10: Math.log10,
    log: Math.log10,
  };
  const candidates = [
    base,
    `${base}_ln_per_h`,
    `${base}_per_h`,
    `${base}_min`,
    'mu',
    'mu_ln_per_h',
    'k',
    'k_per_h',
    'rate',
  ];
  if (scale && data.has(...candidates)) return data.numbers(...candidates).map(change[scale]!);
  const raised = ['sqrt_mu', 'sqrtmumax', 'sqrt_mumax', 'ln_mu', 'ln_k'].find(name => data.has(name));
  if (raised)
    return data.numbers(raised).map(value => (raised.startsWith('sqrt') ? value * value : Math.exp(value)));
  return data.numbers(response, 'logN', 'LOG10N', 'log10N', 'Q', 'mu', 'k', 'log_diff', 'logS', 'y');
}
