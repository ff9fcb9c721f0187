import type { z } from 'zod';
import {
  type Prediction,
  predictionRequestSchema,
  predictionSchema,
} from '../../models/contracts/prediction.ts';
import { tahuParametersFor } from '../../models/parameters/tahu.ts';
import { createBatchLife } from '../../models/shelf-life/batchLife.ts';
import { segmentsBetween, type TemperaturePoint } from '../../models/temperatureHistory.ts';
import { ApiError, type FieldFault } from '../errors.ts';
import { toLifeView } from '../shelf-life/lifeView.ts';
import { defineRoute } from './route.ts';

type PredictionRequest = z.output<typeof predictionRequestSchema>;

const treatmentOf = { 'tahu-fresh': 'none', 'tahu-packed-heated': 'packed-heated' } as const;

export function predictRoutes() {
  return [
    defineRoute({
      method: 'post',
      path: '/predict',
      summary: 'The model on any temperature history; nothing is stored',
      body: predictionRequestSchema,
      success: { status: 200, schema: predictionSchema },
      handle: async ({ body }) => predict(body),
    }),
  ];
}

/** Straight lines between all points: whoever asks has said what the temperature was, so there are no gaps. */
function predict(request: PredictionRequest): Prediction {
  const points = request.history
    .map(({ measuredAt, temperatureC }) => ({ at: measuredAt, temperatureC }))
    .sort((a, b) => a.at - b.at);
  const first = points[0]!;
  const last = points.at(-1)!;
  const { producedAt = first.at, asOf = last.at, futureTemperatureC = last.temperatureC } = request;
  refuseImpossible(points, producedAt, asOf);
  const life = createBatchLife({
    producedAt,
    parameters: tahuParametersFor(treatmentOf[request.model]),
    maxGapMs: Number.MAX_SAFE_INTEGER,
  });
  for (const segment of segmentsBetween(points, producedAt, asOf)) life.addSegment(segment);
  const estimate = life.estimate({
    asOf,
    futureTemperatureC,
    uncovered: uncoveredBy(first, last, producedAt, asOf),
  });
  return {
    model: request.model,
    asOf: new Date(asOf).toISOString(),
    ...toLifeView(estimate),
    flags: [...estimate.flags].sort(),
  };
}

function uncoveredBy(first: TemperaturePoint, last: TemperaturePoint, producedAt: number, asOf: number) {
  const head = { from: producedAt, to: first.at, beforeC: null, afterC: first.temperatureC };
  const tail = { from: Math.max(producedAt, last.at), to: asOf, beforeC: last.temperatureC, afterC: null };
  return [head, tail].filter(span => span.to > span.from);
}

function refuseImpossible(points: readonly TemperaturePoint[], producedAt: number, asOf: number): void {
  const faults: FieldFault[] = [];
  const iso = (at: number) => new Date(at).toISOString();
  const twice = points.find((p, i) => p.at === points[i - 1]?.at);
  if (twice !== undefined)
    faults.push({ field: 'history', value: iso(twice.at), allowed: 'must not hold one instant twice' });
  if (asOf < producedAt)
    faults.push({
      field: 'asOf',
      value: iso(asOf),
      allowed: `must not be before production, ${iso(producedAt)}`,
    });
  if (points[0]!.at > asOf)
    faults.push({
      field: 'asOf',
      value: iso(asOf),
      allowed: 'must not be before the first point of history',
    });
  if (faults.length === 0) return;
  throw new ApiError('request.invalid', faults.map(f => `${f.field} ${f.allowed}`).join('; '), faults);
}
