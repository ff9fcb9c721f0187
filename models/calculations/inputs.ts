import { productProfile } from '../cold-chain/productTemperature.ts';
import { ModelDomainError } from '../errors.ts';
import { h0FromLag, h0FromQ0 } from '../growth/baranyi.ts';
import type { GapFill, Profile } from '../profile.ts';
import type { EnvironmentProfile } from '../secondary/environment.ts';

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Plain JSON inputs, read by name with checks: an absent or malformed value is an error that names it. Several names
 * may stand for one quantity; the first that is present counts. null is absent.
 */
export class Inputs {
  readonly json: Json;
  readonly path: string;
  /** Names as they are, by their letters and digits in lower case: T_bath_c is also Tbath_c. */
  private readonly loose: ReadonlyMap<string, string>;

  constructor(json: unknown, path = 'inputs') {
    if (!isRecord(json)) throw new ModelDomainError(path, json, 'a record');
    this.json = json;
    this.path = path;
    this.loose = new Map(Object.keys(json).map(name => [looseName(name), name]));
  }

  has(...names: string[]): boolean {
    return names.some(name => this.named(name) !== undefined);
  }

  /** The field a name means, exactly or but for case and underscores; undefined when absent or null. */
  private named(name: string): string | undefined {
    const present = (field: string | undefined) =>
      field !== undefined && this.json[field] !== undefined && this.json[field] !== null ? field : undefined;
    // One letter says too little to be matched loosely: t and T, a and A differ.
    return present(name) ?? (name.length > 1 ? present(this.loose.get(looseName(name))) : undefined);
  }

  raw(...names: string[]): { name: string; value: unknown } {
    for (const candidate of names) {
      const field = this.named(candidate);
      if (field !== undefined) return { name: `${this.path}.${field}`, value: this.json[field] };
    }
    return { name: `${this.path}.${names[0]}`, value: undefined };
  }

  number(...names: string[]): number {
    const { name, value } = this.raw(...names);
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new ModelDomainError(name, value, 'a finite number');
    return value;
  }

  numberOr<T>(fallback: T, ...names: string[]): number | T {
    return this.has(...names) ? this.number(...names) : fallback;
  }

  /** A list of numbers; a single number is a list of one. */
  numbers(...names: string[]): number[] {
    const { name, value } = this.raw(...names);
    const list = Array.isArray(value) ? value : [value];
    for (const [i, item] of list.entries())
      if (typeof item !== 'number' || !Number.isFinite(item))
        throw new ModelDomainError(Array.isArray(value) ? `${name}[${i}]` : name, item, 'a finite number');
    return list as number[];
  }

  text(...names: string[]): string {
    const { name, value } = this.raw(...names);
    if (typeof value !== 'string') throw new ModelDomainError(name, value, 'text');
    return value;
  }

  textOr(fallback: string, ...names: string[]): string {
    return this.has(...names) ? this.text(...names) : fallback;
  }

  record(...names: string[]): Inputs {
    const { name, value } = this.raw(...names);
    return new Inputs(value, name);
  }

  /** The nested record of a name, or these inputs themselves where the fields are not nested. */
  recordOrSelf(...names: string[]): Inputs {
    return isRecord(this.raw(...names).value) ? this.record(...names) : this;
  }

  /** Records of a list, or of an object by key, with their names. */
  records(...names: string[]): { key: string; inputs: Inputs }[] {
    const { name, value } = this.raw(...names);
    if (Array.isArray(value))
      return value.map((item, i) => {
        const inputs = new Inputs(item, `${name}[${i}]`);
        return { key: inputs.textOr(String(i + 1), 'name', 'id', 'organism'), inputs };
      });
    if (isRecord(value))
      return Object.entries(value).map(([key, item]) => ({
        key,
        inputs: new Inputs(item, `${name}.${key}`),
      }));
    throw new ModelDomainError(name, value, 'a list or a record of records');
  }

  /** Nested records that hold one of the fields, with the names they go by. */
  recordsWith(...fields: string[]): { key: string; inputs: Inputs }[] {
    return Object.entries(this.json)
      .filter(([, value]) => isRecord(value) && fields.some(field => field in value))
      .map(([key]) => ({ key, inputs: this.record(key) }));
  }

  /** One item of a list, by its place. */
  recordOfItem(item: unknown, path: string): Inputs {
    return new Inputs(item, path);
  }

  /** The same inputs with some fields replaced. */
  with(fields: Json): Inputs {
    return new Inputs({ ...this.json, ...fields }, this.path);
  }

  /** Growth rate in ln units per hour, whatever units the file counts in. */
  growthRate(): number | undefined {
    if (this.has('mu_ln_per_h', 'mumax_ln_per_h')) return this.number('mu_ln_per_h', 'mumax_ln_per_h');
    const log10 = ['mu_log10_per_h', 'mumax_log10_per_h', 'mu10'];
    if (this.has(...log10)) return this.number(...log10) * Math.LN10;
    if (this.has('mu_ln_per_d')) return this.number('mu_ln_per_d') / 24;
    if (this.has('doubling_time_h')) return Math.LN2 / this.number('doubling_time_h');
    return this.has('mu', 'mumax') ? this.number('mu', 'mumax') * this.rateFactor() : undefined;
  }

  /** ln 10 where `mu_units` says that rates count in log10 units, else 1. */
  rateFactor(): number {
    return /log10/i.test(this.textOr('', 'mu_units')) ? Math.LN10 : 1;
  }

  /** Work to be done before growth, from h0, Q0 or a lag at a rate; 0 when none is given. */
  h0(muLnPerH: number | undefined): number {
    if (this.has('h0')) return this.number('h0');
    const { value } = this.raw('Q0');
    if (value === 'Inf' || value === 'Infinity') return 0;
    if (this.has('Q0')) return h0FromQ0(this.number('Q0'));
    if (this.has('lnQ0', 'ln_Q0')) return h0FromQ0(Math.exp(this.number('lnQ0', 'ln_Q0')));
    const lagH = this.lagH();
    if (lagH === null) return 0;
    if (muLnPerH === undefined)
      throw new ModelDomainError(
        this.raw('lag_h', 'lambda_h', 'lag', 'lambda', 'lag_d').name,
        this.raw('lag_h', 'lambda_h', 'lag', 'lambda', 'lag_d').value,
        'given as h0 or Q0 where the temperature changes: a lag in hours belongs to one temperature',
      );
    return h0FromLag(lagH, muLnPerH);
  }

  /** Lag in hours as it was given; null when it was not. */
  lagH(): number | null {
    const days = this.numberOr(null, 'lag_d', 'lambda_d');
    return days === null ? this.numberOr(null, 'lag_h', 'lambda_h', 'lag', 'lambda') : 24 * days;
  }

  /** log10 count from logN0, or from a plain count N0. */
  logCount(base: 'N0' | 'Nmax' | 'Nres'): number | undefined {
    const logs = [`log${base}`, `log10${base}`, `LOG10${base}`, `log_${base}`];
    if (base === 'N0') logs.push('y0');
    if (base === 'Nmax') logs.push('ymax');
    if (base === 'Nres') logs.push('logNmin');
    if (this.has(...logs)) return this.number(...logs);
    const plain = base === 'Nres' ? ['Nres', 'N_res', 'N_min', 'Nmin'] : [base];
    return this.has(...plain) ? Math.log10(this.number(...plain)) : undefined;
  }

  logN0(): number {
    return this.logCount('N0') ?? this.number('logN0');
  }

  /** Times in hours, from times_h, times_d or times_min. */
  timesH(): number[] {
    if (this.has('times_h', 'time_h', 't_h')) return this.numbers('times_h', 'time_h', 't_h');
    if (this.has('times_d', 'time_d')) return this.numbers('times_d', 'time_d').map(days => days * 24);
    if (this.has('times_min', 'time_min'))
      return this.numbers('times_min', 'time_min').map(minutes => minutes / 60);
    return this.numbers('times_h');
  }

  timesMin(): number[] {
    if (this.has('times_min', 'time_min', 't_min')) return this.numbers('times_min', 'time_min', 't_min');
    if (this.has('times_s')) return this.numbers('times_s').map(seconds => seconds / 60);
    if (this.has('times_h', 'time_h')) return this.numbers('times_h', 'time_h').map(hours => hours * 60);
    return this.numbers('times_min');
  }

  /** A temperature history: nested under `profile`, or its fields beside the others. */
  profile(unit: 'h' | 'min', interpolation: 'linear' | 'step' = 'linear'): Profile {
    const source = this.recordOrSelf('profile', 'history', 'temperature_history');
    const gaps = source.has('gap_policy')
      ? source.record('gap_policy')
      : this.has('gap_policy')
        ? this.record('gap_policy')
        : null;
    const profile: Profile = {
      times: source.profileTimes(unit),
      values: source.numbers('T_c', 'temperature_c', 'T', 'T_air_c', 'air_c', 'Ta_c'),
      interpolation: interpolationOf(source, interpolation),
    };
    return this.ofProduct(source, gaps ? { ...profile, gaps: gapFillOf(gaps) } : profile);
  }

  /** Where the sensor hangs in the air and the product lags behind it (`product_tau_h`): the product's own history. */
  private ofProduct(source: Inputs, air: Profile): Profile {
    const from = [source, this].find(one => one.has('product_tau_h', 'air_tau_h'));
    if (!from) return air;
    const tauH = from.number('product_tau_h', 'air_tau_h');
    const startC = from.numberOr(null, 'product_start_c', 'T_product0_c');
    // Twenty time constants after the last reading nothing is left of the difference.
    const untilH = (air.times.at(-1) ?? 0) + 20 * tauH;
    return productProfile(air, { tauH, ...(startC === null ? {} : { startC }) }, untilH);
  }

  private profileTimes(unit: 'h' | 'min'): number[] {
    if (this.has(`time_${unit}`)) return this.numbers(`time_${unit}`);
    if (unit === 'h' && this.has('time_min')) return this.numbers('time_min').map(minutes => minutes / 60);
    if (unit === 'min' && this.has('time_h')) return this.numbers('time_h').map(hours => hours * 60);
    if (unit === 'h' && this.has('time_d')) return this.numbers('time_d').map(days => days * 24);
    return this.numbers(`time_${unit}`, 'time', 'times');
  }

  /** Factors besides temperature that stay as they are: numbers under `conditions`, in `secondary` or beside the others. */
  constantConditions(): Record<string, number> {
    const constants: Record<string, number> = {};
    const nested = ['conditions', 'environment', 'secondary'];
    for (const source of [...nested.map(name => this.recordOrSelf(name)), this])
      for (const [factor, names] of Object.entries(constantNames))
        if (constants[factor] === undefined && typeof source.raw(...names).value === 'number')
          constants[factor] = source.number(...names);
    return constants;
  }

  /** A history of several factors. */
  environment(): EnvironmentProfile {
    const source = this.recordOrSelf('profile', 'history', 'conditions');
    const unit = source.has('time_min') && !source.has('time_h') ? 'min' : 'h';
    const times = source.profileTimes(unit);
    const factors: Record<string, number[]> = {};
    for (const [factor, names] of Object.entries(factorColumns))
      if (source.has(...names)) {
        const values = source.numbers(...names);
        factors[factor] = values.length === 1 ? times.map(() => values[0]!) : values;
      }
    for (const [factor, value] of Object.entries(this.constantConditions()))
      factors[factor] ??= times.map(() => value);
    return { times, factors, interpolation: interpolationOf(source) };
  }
}

/** A name by its letters and digits in lower case. */
export const looseName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Columns of data files by the factor they hold. */
export const factorColumns: Readonly<Record<string, readonly string[]>> = {
  temperatureC: ['T_c', 'temperature_c', 'T', 'temperature'],
  ph: ['pH', 'ph'],
  waterActivity: ['aw', 'water_activity'],
  concentration: ['concentration', 'inh', 'HA', 'c', 'inhibitor', 'c_mM', 'conc'],
  carbonDioxide: ['CO2', 'co2', 'CO2_pct', 'CO2_percent'],
};

/** Spellings of a constant factor that cannot be taken for a parameter. */
const constantNames: Readonly<Record<string, readonly string[]>> = {
  ph: ['pH'],
  waterActivity: ['aw', 'water_activity'],
  concentration: ['HA', 'concentration', 'inhibitor'],
  carbonDioxide: ['CO2', 'CO2_pct', 'CO2_percent'],
};

function interpolationOf(source: Inputs, usual: 'linear' | 'step' = 'linear'): 'linear' | 'step' {
  const interpolation = source.textOr(usual, 'interpolation');
  if (interpolation === 'linear' || interpolation === 'step') return interpolation;
  throw new ModelDomainError(`${source.path}.interpolation`, interpolation, '"linear" or "step"');
}

function gapFillOf(gaps: Inputs): GapFill {
  const maxGap = gaps.number('max_gap_h', 'max_gap_min', 'max_gap');
  const fill = gaps.text('fill', 'policy');
  if (fill === 'linear' || fill === 'hold') return { maxGap, fill };
  if (fill === 'assume') return { maxGap, fill, assumed: gaps.number('assume_c', 'assumed_c') };
  throw new ModelDomainError(`${gaps.path}.fill`, fill, '"linear", "hold" or "assume"');
}
