import { ModelDomainError } from '../errors.ts';
import type { Censoring } from '../fitting/censoredFit.ts';
import type { Inputs } from './inputs.ts';

const columns = ['censored', 'censoring', 'below_lod', 'below_detection', 'left_censored', 'is_censored'];
const limits = ['LOD', 'lod', 'lod_logN', 'LOD_logN', 'detection_limit', 'lod_log10', 'limit_of_detection'];

/** Which observations are only known to lie below a limit, and the limits in their places. */
export interface CensoredObservations {
  readonly censoring: readonly Censoring[];
  readonly observed: readonly number[];
}

/**
 * Reads what a file says of counts below detection: a column beside the counts (true or 1, or "below", "above",
 * "none"), whose counts hold the limit; or one limit for all (`LOD`), at or below which a count says no more than that.
 *
 * @param column  name of the column, when the caller knows it
 * @returns null when the file says nothing of the kind
 * @throws {ModelDomainError} naming the cell that is none of these
 */
export function censoringOf(
  inputs: Inputs,
  data: Inputs,
  observed: readonly number[],
  column?: string,
): CensoredObservations | null {
  const names = column === undefined ? columns : [column];
  const limit = inputs.numberOr(null, ...limits) ?? scalarLimit(data);
  if (!data.has(...names)) {
    if (limit === null) return null;
    return {
      censoring: observed.map(value => (value <= limit ? 'below' : 'none')),
      observed: observed.map(value => Math.max(value, limit)),
    };
  }
  const { name, value } = data.raw(...names);
  if (!Array.isArray(value) || value.length !== observed.length)
    throw new ModelDomainError(name, value, `a list as long as the observations (${observed.length})`);
  const censoring = value.map((cell, i) => kindOf(cell, `${name}[${i}]`));
  // Where the limit is given, it counts: half a limit in its place would bend the curve.
  const atLimit = (kind: Censoring, seen: number) => (kind === 'below' && limit !== null ? limit : seen);
  return { censoring, observed: observed.map((seen, i) => atLimit(censoring[i]!, seen)) };
}

function scalarLimit(data: Inputs): number | null {
  return typeof data.raw(...limits).value === 'number' ? data.number(...limits) : null;
}

function kindOf(cell: unknown, name: string): Censoring {
  if (cell === true || cell === 1) return 'below';
  if (cell === false || cell === 0 || cell === null || cell === '') return 'none';
  const text = typeof cell === 'string' ? cell.trim().toLowerCase() : '';
  if (['below', '<', 'left', 'true', 'yes'].includes(text)) return 'below';
  if (['above', '>', 'right'].includes(text)) return 'above';
  if (['none', '=', 'no', 'false'].includes(text)) return 'none';
  throw new ModelDomainError(name, cell, 'true, false, 1, 0, "below", "above" or "none"');
}
