import { z } from 'zod';
import { calculate } from '../../models/calculations/calculationRegistry.ts';
import {
  type CalculationAnswer,
  calculationRequestSchema,
  calculationSchema,
  type Prediction,
  predictionRequestSchema,
  predictionSchema,
} from '../../models/contracts/prediction.ts';
import { ModelDomainError } from '../../models/errors.ts';
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
      summary:
        'The tahu model on any temperature history, or any model of the library on its inputs; nothing is stored. Bodies hold at most 64 kB, some 900 points of history',
      body: z.union([predictionRequestSchema, calculationRequestSchema]),
      success: { status: 200, schema: z.union([predictionSchema, calculationSchema]) },
      handle: async ({ body }) => ('kind' in body ? answer(body) : predict(body)),
    }),
  ];
}

/** A model of the library. What it refuses comes back as a field, its value and what is allowed. */
function answer({ kind, model, inputs }: z.output<typeof calculationRequestSchema>): CalculationAnswer {
  if (/^fits?$/i.test(kind))
    throw refused({ field: 'kind', value: kind, allowed: 'must be a prediction: fits run by `tahan fit`' });
  try {
    return { kind, model, outputs: calculate(kind, model, inputs) };
  } catch (error) {
    if (!(error instanceof ModelDomainError)) throw error;
    throw refused({
      field: error.parameter,
      value: JSON.stringify(error.got)?.slice(0, longestValue) ?? 'nothing',
      allowed: `must be ${error.allowed}`,
    });
  }
}

const longestValue = 200;
const refused = (fault: FieldFault): ApiError =>
  new ApiError('request.invalid', `${fault.field} ${fault.allowed}`, [fault]);

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
