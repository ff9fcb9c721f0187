import { ModelDomainError } from '../errors.ts';
import type { Inputs } from './inputs.ts';

/** Numbers, lists of numbers, text or nested records: what a calculation answers, in the names of its schema. */
export type Outputs = Readonly<Record<string, unknown>>;

/** What the caller wishes to hear besides the inputs: only names, never values. */
export interface Wanted {
  /** Names of the answers that will be read; an estimate is reported in the spelling asked for here. */
  readonly names: readonly string[];
  /** Parameters to estimate, where a fit leaves that open. */
  readonly parameters: readonly string[];
}

/** A named calculation on plain JSON: the face of the models to files, the command line and the API. */
export interface Calculation {
  /** Groups of the schema it belongs to. */
  readonly kinds: readonly string[];
  readonly model: string;
  /** Other names for it in published software and older files. */
  readonly aliases?: readonly string[];
  readonly run: (inputs: Inputs, wanted: Wanted) => Outputs;
}

/** Lower case, words joined by `_`, and one spelling for "without lag", "without stationary phase" and the like. */
export function canonicalName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/p_h(?=_|$)/g, 'ph')
    .replace(/center(?=_|$)/g, 'centre')
    .replace(/water_activity/g, 'aw')
    .replace(/(?:without|no)_?lag(?:_phase)?_(?:and|or|nor)_(?:no_|without_)?/g, 'no_lag_no_')
    .replace(/(?:without|no)_?lag(?:_phase)?/g, 'no_lag')
    .replace(/(?:without|no)_?(?:stationary(?:_phase)?|n_?max|max|plateau|upper)/g, 'no_stationary')
    .replace(/(?:without|no)_?(?:tail|n_?res|residual)/g, 'no_tail')
    .replace(/(?:without|no)_?(?:shoulder|s_?l)(?=_|$)/g, 'no_shoulder')
    .replace(/_+/g, '_')
    .replace(/^_|_$/g, '');
}

/** Throws the error of a number that was not computed. */
export function never(parameter: string, value: unknown, allowed: string): never {
  throw new ModelDomainError(parameter, value, allowed);
}

/** Words that do not tell two models apart. */
const fillers = new Set([
  'model',
  'static',
  'closed',
  'form',
  'the',
  'and',
  'with',
  'value',
  'at',
  'by',
  'in',
  'for',
  'a',
]);

/**
 * Words that say how or by whom, not what: what is computed is decided by the other words and by the inputs. A name is
 * taken for a known one when only such words are left over.
 */
const qualifiers = new Set([
  ...['exact', 'linear', 'interpolation', 'interpolated', 'piecewise', 'segments', 'integral', 'analytic'],
  ...['static', 'dynamic', 'constant', 'isothermal', 'profile', 'history', 'after', 'several', 'multiple'],
  ...['two', 'z', 'first', 'order', 'product', 'organic', 'simple', 'full', 'extended', 'reduced', 'tmax'],
  ...['arrhenius', 'q10', 'capped', 'cap', 'caps', 'temperature', 'temperatures', 'factor', 'rate', 'grid'],
  ...['from', 'to', 'of', 'on', 'after', 'per', 'life', 'min', 'h', 'd'],
]);

const isQualifier = (word: string): boolean => qualifiers.has(word) || /^(19|20)\d\d$/.test(word);

/**
 * The known name all of whose words are in `name`, when only qualifiers are left over; of several the longest.
 *
 * @param known  by wordsOf
 */
export function closestName(name: string, known: Iterable<string>): string | undefined {
  const asked = wordsOf(name).split(' ');
  let closest: string | undefined;
  let most = 0;
  for (const candidate of known) {
    const words = candidate.split(' ');
    if (words.length <= most) continue;
    const left = [...asked];
    const within = words.every(word => {
      const at = left.indexOf(word);
      if (at >= 0) left.splice(at, 1);
      return at >= 0;
    });
    if (!within || !left.every(isQualifier) || words.every(isQualifier)) continue;
    closest = candidate;
    most = words.length;
  }
  return closest;
}

/** A name without fillers and without the order of its words: time_to_limit_quality is quality_time_to_limit. */
export function wordsOf(name: string): string {
  return canonicalName(name)
    .split('_')
    .filter(word => !fillers.has(word))
    .sort()
    .join(' ');
}
