import type { ExperimentKind } from '../contracts/experiment.ts';
import {
  type ColumnRole,
  type ColumnUnit,
  type ColumnUse,
  ignored,
  type Mapping,
  unitsOf,
} from './columnUse.ts';
import { readCell } from './readCell.ts';
import type { Table } from './readTable.ts';

const words: readonly (readonly [role: ColumnRole, pattern: RegExp])[] = [
  ['life', /shelf|masa ?simpan|umur ?simpan|daya ?simpan|\blife|lama ?simpan|日持ち|賞味|保存期間/],
  ['temperature', /temp|suhu|温度|°\s*[cf]\b|^t[_ ]?[cf]$|^t$|derajat/],
  [
    'time',
    /time|waktu|\bjam\b|hour|\bdays?\b|\bhari\b|menit|minute|\bmin\b|^t[_ ]?(?:h|d|min)$|^[hd]$|時間|経過|日数|lama/,
  ],
  ['replicate', /^rep|\brep|ulangan|duplo|triplo|cawan ke|plate n|反復|連番|^n$|^u(?:lang)?\d?$/],
  [
    'count',
    /log|cfu|count|\btpc\b|\bapc\b|\balt\b|koloni|bakteri|mikroba|surviv|菌数|^ln|lnn|jumlah|reduction/,
  ],
  [
    'series',
    /series|seri\b|perlakuan|treat|sampel|sample|kode|\bcode|batch|produk|product|strain|\brun\b|試料|処理|区/,
  ],
];

/** What a name says, in lower case with spaces for underscores and brackets. */
const loose = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[_[\](){}/,;:]+/g, ' ')
    .replace(/(\d)([a-z])/g, '$1 $2')
    .replace(/\s+/g, ' ')
    .trim();

const roleOfName = (name: string): ColumnRole | null =>
  words.find(([, pattern]) => pattern.test(loose(name)) || pattern.test(name.toLowerCase()))?.[0] ?? null;

/** 5 °C, 10C, suhu 25: the temperature that a column of counts is of. */
export function temperatureInName(name: string): number | null {
  const found =
    /(-?\d{1,3}(?:[.,]\d+)?)\s*(?:°\s*c?|c)\b/i.exec(name) ??
    /^(?:suhu|temp|t)?\s*(-?\d{1,2}(?:[.,]\d+)?)$/i.exec(name.trim());
  return found === null ? null : Number(found[1]!.replace(',', '.'));
}

interface Column {
  readonly name: string;
  /** Numbers that can be read, as they stand. */
  readonly numbers: readonly number[];
  /** Numbers, and what stands in their place: TNTC, ND, <10. */
  readonly values: number;
  readonly full: number;
  readonly clocks: number;
  readonly dates: number;
}

function columnOf({ header, rows, decimal }: Table, index: number): Column {
  const cells = rows.slice(0, 2_000).map(row => row.cells[index]!);
  const reads = cells.map(cell => readCell(cell, decimal));
  return {
    name: header[index]!,
    numbers: reads.flatMap(read => (read.kind === 'number' ? [read.value] : [])),
    values: reads.filter(({ kind }) => !['text', 'missing', 'date'].includes(kind)).length,
    full: cells.filter(cell => cell !== '').length,
    clocks: cells.filter(cell => /\d{1,2}:\d{2}/.test(cell) && /\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/.test(cell))
      .length,
    dates: reads.filter(read => read.kind === 'date').length,
  };
}

const isMostlyNumbers = ({ values, full }: Column): boolean => full > 0 && values * 2 >= full;
const share = (values: readonly number[], is: (value: number) => boolean): number =>
  values.length === 0 ? 0 : values.filter(is).length / values.length;

/**
 * What the columns of a table probably are, from their names (English, Indonesian, Japanese) and from what stands in them.
 * A unit that neither says is not guessed silently: `isSure` is false, and a person is asked.
 */
export function guessMapping(table: Table): Mapping {
  const columns = table.header.map((_, i) => columnOf(table, i));
  const roles = rolesOf(columns);
  const kind = kindOf(columns, roles);
  const isWide = roles.filter(role => role === 'count').length > 1;
  const uses = columns.map((column, i): ColumnUse => {
    const role = roles[i]!;
    if (role === 'ignore') return ignored;
    const temperatureC = role === 'count' && isWide ? temperatureInName(column.name) : null;
    return { role, ...unitOf(role, column, kind), temperatureC };
  });
  return {
    kind,
    columns: uses,
    constantTemperatureC: roles.includes('temperature') || isWide ? null : temperatureInTitle(table),
    detectionLimitLog10: null,
  };
}

const temperatureInTitle = ({ title }: Table): number | null =>
  title !== null && /°|\d\s*c\b/i.test(title) ? temperatureInName(title) : null;

function rolesOf(columns: readonly Column[]): ColumnRole[] {
  const roles: (ColumnRole | null)[] = columns.map(column => {
    // A bare t is a time where it begins at nought.
    const isTime = /^t$/i.test(column.name.trim()) && column.numbers.includes(0);
    const role = isTime ? 'time' : roleOfName(column.name);
    const needsNumbers = role !== null && role !== 'series' && role !== 'replicate';
    return needsNumbers && !isMostlyNumbers(column) && column.clocks + column.dates === 0 ? null : role;
  });
  const only = (role: ColumnRole) => {
    for (const [i, found] of roles.entries())
      if (found === role && roles.indexOf(role) !== i) roles[i] = null;
  };
  for (const role of ['temperature', 'time', 'replicate', 'series', 'life'] as const) only(role);
  // Columns that are temperatures: 5 °C, 10 °C, 25 °C.
  const byTemperature = columns.flatMap(({ name }, i) =>
    temperatureInName(name) !== null &&
    isMostlyNumbers(columns[i]!) &&
    (roles[i] ?? 'temperature') === 'temperature'
      ? [i]
      : [],
  );
  if (byTemperature.length > 1) for (const i of byTemperature) roles[i] = 'count';
  else if (
    roles.filter(role => role === 'count').length > 1 &&
    !columns.every(({ name }, i) => roles[i] !== 'count' || temperatureInName(name) !== null)
  ) {
    const best = columns.findIndex(({ name }, i) => roles[i] === 'count' && /log/i.test(name));
    for (const [i, role] of roles.entries())
      if (role === 'count' && i !== (best === -1 ? roles.indexOf('count') : best)) roles[i] = null;
  }
  const free = (is: (column: Column) => boolean) =>
    columns.findIndex((column, i) => roles[i] === null && isMostlyNumbers(column) && is(column));
  const take = (role: ColumnRole, is: (column: Column) => boolean) => {
    if (roles.includes(role)) return;
    const found = free(is);
    if (found !== -1) roles[found] = role;
  };
  if (!roles.includes('life')) {
    take(
      'count',
      ({ numbers }) =>
        share(numbers, n => n >= 0 && n <= 13) > 0.8 && share(numbers, n => !Number.isInteger(n)) > 0.4,
    );
    take('time', ({ numbers }) => numbers.includes(0) && new Set(numbers).size > 2);
    take('count', () => true);
  }
  return roles.map(role => role ?? 'ignore');
}

function kindOf(columns: readonly Column[], roles: readonly ColumnRole[]): ExperimentKind {
  if (roles.includes('life') && !roles.includes('count')) return 'shelf-life';
  const count = columns[roles.indexOf('count')];
  if (count === undefined) return 'growth';
  const hot = columns[roles.indexOf('temperature')]?.numbers ?? [];
  const named = /surviv|reduction|log ?s\b|n ?\/ ?n0|inaktiv|inactiv/i.test(count.name);
  return named || share(hot, value => value >= 50 && value <= 150) > 0.8 ? 'inactivation' : 'growth';
}

function unitOf(
  role: ColumnRole,
  column: Column,
  kind: ExperimentKind,
): { unit: ColumnUnit | null; isSure: boolean } {
  if (unitsOf[role].length === 0) return { unit: null, isSure: true };
  const name = loose(column.name);
  const sure = (unit: ColumnUnit) => ({ unit, isSure: true });
  const asked = (unit: ColumnUnit) => ({ unit, isSure: false });
  if (role === 'temperature') {
    if (/fahrenheit|°\s*f|\bf$|華氏/.test(name)) return sure('f');
    if (/celsius|°\s*c|\bc$|℃|摂氏/.test(name)) return sure('c');
    // A fridge of 40 and a room of 80: nobody stores tofu there in Celsius.
    const warm = kind !== 'inactivation' && share(column.numbers, value => value > 45) > 0.2;
    return warm ? asked('f') : { unit: 'c', isSure: true };
  }
  if (role === 'count') {
    const inName = countUnit(name);
    const isLarge = share(column.numbers, value => value > 1000) > 0.3;
    if (inName === 'ln') return sure('ln');
    if (inName === 'log10' && !isLarge) return sure('log10');
    if (isLarge) return inName === 'log10' ? asked('cfu') : sure('cfu');
    if (temperatureInName(column.name) !== null) return asked('log10');
    return asked(share(column.numbers, value => value > 13) > 0.2 ? 'ln' : 'log10');
  }
  if (role === 'time' && column.clocks * 2 >= column.full && column.full > 0) return sure('date');
  if (/menit|minute|\bmin\b|分/.test(name)) return role === 'life' ? asked('h') : sure('min');
  if (/\bjam\b|hour|\bhrs?\b|\bh\b|時間/.test(name)) return sure('h');
  if (/\bhari\b|\bdays?\b|\bd\b|日/.test(name)) return sure('d');
  const most = Math.max(0, ...column.numbers);
  return asked(
    role === 'life' ? (most > 60 ? 'h' : 'd') : kind === 'inactivation' ? 'min' : most > 40 ? 'h' : 'd',
  );
}

/** The scale a name of a count tells: "log" alone is log10, unless the values are counts themselves. */
function countUnit(name: string): ColumnUnit | null {
  if (/^ln|\bln\b|lnn|log ?e\b/.test(name)) return 'ln';
  if (/log/.test(name)) return 'log10';
  return null;
}
