import type { Treatment } from '../../models/contracts/batch.ts';
import type { ParameterSetEffect, Spread } from '../../models/contracts/parameterSetEvidence.ts';
import { parametersBySet } from '../../models/parameters/setParameters.ts';
import { tahuParametersFor } from '../../models/parameters/tahu.ts';
import { quantileInPlace } from '../../models/shelf-life/quantile.ts';
import type { BatchLives } from '../shelf-life/batchLives.ts';
import { batchKey } from '../shelf-life/placementIndex.ts';
import { prepareParameters } from '../shelf-life/prepareParameters.ts';
import { listActiveBatchesOfTreatments } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import type { AnySet } from './anySet.ts';

/** Batches that are worked out: enough for a median, few enough for somebody who waits. */
const mostBatches = 200;
const mostShown = 5;

/** What using a set would do to the batches that are there now. Nothing changes. */
export async function setEffect(
  { db, lives }: { readonly db: MetadataDb; readonly lives: BatchLives },
  orgId: string,
  set: AnySet,
  treatments: readonly Treatment[],
): Promise<ParameterSetEffect> {
  const all = await listActiveBatchesOfTreatments(db, orgId, treatments);
  // Spread evenly over all ages.
  const step = Math.max(1, all.length / mostBatches);
  const chosen = all.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
  const keys = chosen.slice(0, mostBatches).map(({ batchId }) => batchKey(orgId, batchId));
  const parametersFor = (treatment: Treatment) =>
    set.kind === 'built-in' ? tahuParametersFor(treatment) : parametersBySet(set.numbers, treatment);
  for (const treatment of treatments) await prepareParameters(parametersFor(treatment));
  const tried = await lives.tryParameters(keys, batch => parametersFor(batch.treatment));
  const changes = tried.map(({ batch, before, after }) => ({
    ...{ batchId: batch.batchId, name: batch.name, treatment: batch.treatment },
    ...{ beforeP05H: before.remainingH.p05, afterP05H: after.remainingH.p05 },
  }));
  const byH = changes.map(({ beforeP05H, afterP05H }) => afterP05H - beforeP05H);
  const shares = changes
    .filter(({ beforeP05H }) => beforeP05H > 0)
    .map(({ beforeP05H, afterP05H }) => afterP05H / beforeP05H - 1);
  const { min, max } = set.numbers.testedRangeC;
  const nowC = tried.map(({ after }) => after.lastTemperatureC ?? after.futureTemperatureC);
  return {
    liveBatches: all.length,
    worked: tried.length,
    changeH: spreadOf(byH),
    changeShare: spreadOf(shares)?.median ?? null,
    longer: byH.filter(change => change > 0.05).length,
    shorter: byH.filter(change => change < -0.05).length,
    batches: changes
      .toSorted((a, b) => Math.abs(b.afterP05H - b.beforeP05H) - Math.abs(a.afterP05H - a.beforeP05H))
      .slice(0, mostShown),
    outsideTestedRange: nowC.filter(temperatureC => temperatureC < min || temperatureC > max).length,
  };
}

/** Null of nothing. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const at = (p: number) => quantileInPlace(Float64Array.from(values), p);
  return { median: at(0.5), p05: at(0.05), p95: at(0.95) };
}
