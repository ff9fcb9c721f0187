import type { ExperimentSeries, NewExperimentVersion } from '../../models/contracts/experiment.ts';
import { checkExperiment } from '../../models/laboratory/checkExperiment.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { ExperimentData, ExperimentVersionHead } from '../store/metadata/experiments.ts';
import { findNode } from '../store/metadata/nodes.ts';
import { copyNodeTemperature } from './copyNodeTemperature.ts';

type Asked = Pick<NewExperimentVersion, 'kind' | 'rows' | 'series' | 'source'>;

/**
 * The data of a version as it is kept: checked by the rules the browser knows too, with the temperatures of live sensors
 * copied in.
 *
 * @throws {ApiError} request.invalid naming row, column, value and what is allowed
 */
export async function dataToKeep(
  { db, store }: Pick<Services, 'db' | 'store'>,
  orgId: string,
  asked: Asked,
  now: number,
): Promise<ExperimentData> {
  const faults = checkExperiment(asked);
  if (faults.length > 0) {
    const detail = faults.map(({ field, allowed }) => `${field} ${allowed}`).join('; ');
    throw new ApiError(
      'request.invalid',
      detail.slice(0, 4_000),
      faults.map(({ row: _, ...fault }) => fault),
    );
  }
  const series: ExperimentSeries[] = [];
  for (const [i, one] of asked.series.entries()) {
    const { temperature } = one;
    if (temperature.kind !== 'node') {
      series.push({ ...one, temperature });
      continue;
    }
    const path = `series.${i}.temperature`;
    if ((await findNode(db, orgId, temperature.nodeId)) === null)
      throw new ApiError('node.not_found', `there is no node ${temperature.nodeId}`);
    series.push({ ...one, temperature: await copyNodeTemperature(store, temperature, now, path) });
  }
  return { rows: asked.rows, series, source: asked.source };
}

/** What a list says of a version without reading its data. */
export function headOf(
  { kind, rows }: Asked,
  series: readonly ExperimentSeries[],
  made: Pick<ExperimentVersionHead, 'version' | 'madeAt' | 'madeBy' | 'note'>,
): ExperimentVersionHead {
  const temperatures = series.flatMap(({ temperature }) =>
    temperature.kind === 'constant'
      ? [temperature.temperatureC]
      : temperature.points.map(point => point.temperatureC),
  );
  return {
    ...made,
    kind,
    rowCount: rows.length,
    excludedCount: rows.filter(row => row.excluded !== null).length,
    seriesCount: series.length,
    temperatureRangeC: [
      temperatures.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
      temperatures.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    ],
  };
}
