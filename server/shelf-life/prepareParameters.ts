import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TahuParameters } from '../../models/parameters/tahu.ts';
import { createBatchLife } from '../../models/shelf-life/batchLife.ts';
import { drawTableFor } from '../../models/shelf-life/drawTable.ts';
import { usualDraws, usualSeed } from '../../models/shelf-life/estimateLife.ts';
import { msPerHour } from '../../models/units.ts';

/** Draws and sorts what the first estimate by new parameters would have to: in two steps, with others in between. */
export async function prepareParameters(parameters: TahuParameters): Promise<void> {
  drawTableFor(parameters.spoilage, usualDraws, usualSeed);
  await nextTurn();
  const life = createBatchLife({ producedAt: 0, parameters, maxGapMs: msPerHour });
  life.outlook({ asOf: 0, futureTemperatureC: parameters.testedRangeC.min, uncovered: [] });
  await nextTurn();
}
