import type { Treatment } from '../contracts/batch.ts';
import type { ParameterName } from '../contracts/parameterSets.ts';
import { ratkowskyOptimumC } from '../growth/ratkowsky.ts';
import type { Parameter } from './parameterSet.ts';
import { parameterNames, parameterUnits, type SetNumbers } from './setParameters.ts';
import { type SpoilageFlora, tahuParametersFor } from './tahu.ts';

export interface ParameterFault {
  /** `parameters.b.value`. */
  readonly field: string;
  readonly value: string;
  readonly allowed: string;
}

type Span = readonly [min: number, max: number];

/** Outside of these a value is a slip of the pen, or would make the model say nonsense. */
export const parameterSpans: Readonly<Record<ParameterName, Span>> = {
  initialLog10Cfu: [-1, 7],
  h0: [0, 15],
  maxLog10Cfu: [6, 11],
  b: [0.002, 0.1],
  tMinC: [-15, 12],
  bTMinCorrelation: [-0.999, 0.999],
  c: [0.02, 2],
  tMaxC: [30, 60],
  heldBelowC: [-5, 12],
  // From 5e5 to where tahu is plainly spoiled.
  limitLog10Cfu: [5.7, 8],
  // A set may not say that all lots are alike: it would make promises longer than any lot keeps.
  lotRateLnSd: [0.1, 1],
};

/** Standard deviations; those not listed have none. */
export const sdSpans: Readonly<Partial<Record<ParameterName, Span>>> = {
  initialLog10Cfu: [0.1, 3],
  h0: [0, 5],
  b: [1e-7, 0.05],
  tMinC: [0.001, 10],
};

const testedSpan: Span = [-2, 45];

/**
 * Everything that makes a set unusable, all at once; empty when it may drive promises. Checked: each number within its
 * span and with its unit, standard deviations, a covariance of b and Tmin that is positive definite, a start below the limit
 * below the largest count, growth within what was tested, and that the temperature below which rates are held is not
 * loosened beyond what was tested.
 */
export function parameterFaults(set: SetNumbers, treatment: Treatment): ParameterFault[] {
  const { spoilage, testedRangeC } = set;
  const faults: ParameterFault[] = [
    ...parameterNames.flatMap(name => faultsOf(name, spoilage[name])),
    ...testedFaults(testedRangeC),
  ];
  if (faults.length > 0) return faults;
  return [...covarianceFaults(spoilage), ...togetherFaults(spoilage), ...extrapolationFaults(set, treatment)];
}

function faultsOf(name: ParameterName, parameter: Parameter | null): ParameterFault[] {
  if (parameter === null) return [];
  const faults: ParameterFault[] = [];
  const unit = parameterUnits[name];
  if (parameter.unit !== unit) faults.push(fault(`${name}.unit`, parameter.unit, `must be ${unit}`));
  if (!within(parameter.value, parameterSpans[name]))
    faults.push(fault(`${name}.value`, parameter.value, spanText(parameterSpans[name], unit)));
  const span = sdSpans[name];
  if (span === undefined && parameter.sd !== undefined)
    faults.push(fault(`${name}.sd`, parameter.sd, 'must be left out: this number has none'));
  if (span !== undefined && !(parameter.sd !== undefined && within(parameter.sd, span)))
    faults.push(fault(`${name}.sd`, parameter.sd ?? 'nothing', spanText(span, unit)));
  return faults;
}

function testedFaults({ min, max }: SetNumbers['testedRangeC']): ParameterFault[] {
  const rule = `${spanText(testedSpan, 'C')}, min not above max`;
  return [
    ...(within(min, testedSpan) && min <= max
      ? []
      : [{ field: 'testedRangeC.min', value: `${min}`, allowed: rule }]),
    ...(within(max, testedSpan) ? [] : [{ field: 'testedRangeC.max', value: `${max}`, allowed: rule }]),
  ];
}

/** Positive definite: both variances above 0 and the determinant far enough above it to be drawn from. */
function covarianceFaults({ b, tMinC, bTMinCorrelation }: SpoilageFlora): ParameterFault[] {
  const variances = b.sd ** 2 * tMinC.sd ** 2;
  const determinant = variances * (1 - bTMinCorrelation.value ** 2);
  const faults: ParameterFault[] = [];
  if (!(variances > 0 && determinant > 1e-9 * variances))
    faults.push(
      fault(
        'bTMinCorrelation.value',
        bTMinCorrelation.value,
        'must give a positive definite covariance of b and Tmin',
      ),
    );
  if (b.sd > b.value / 2)
    faults.push(fault('b.sd', b.sd, 'must be at most half of b: more says that nothing is known of it'));
  return faults;
}

function togetherFaults({
  initialLog10Cfu,
  limitLog10Cfu,
  maxLog10Cfu,
  tMinC,
  tMaxC,
}: SpoilageFlora): ParameterFault[] {
  const faults: ParameterFault[] = [];
  const [low, high] = limitLog10Cfu.range;
  const [min, max] = parameterSpans.limitLog10Cfu;
  if (!(low >= min && high <= max && low <= limitLog10Cfu.value && high >= limitLog10Cfu.value))
    faults.push(
      fault('limitLog10Cfu.range', `${low} to ${high}`, `must hold the limit and lie from ${min} to ${max}`),
    );
  if (!(initialLog10Cfu.value <= low - 0.3))
    faults.push(
      fault('initialLog10Cfu.value', initialLog10Cfu.value, `must be at least 0.3 below the limit, ${low}`),
    );
  if (!(maxLog10Cfu.value >= high + 0.2))
    faults.push(
      fault(
        'maxLog10Cfu.value',
        maxLog10Cfu.value,
        `must be at least 0.2 above the limit, ${high}: else it never spoils`,
      ),
    );
  if (!(tMaxC.value > tMinC.value + 15))
    faults.push(fault('tMaxC.value', tMaxC.value, 'must be more than 15 above Tmin'));
  return faults;
}

function extrapolationFaults({ spoilage, testedRangeC }: SetNumbers, treatment: Treatment): ParameterFault[] {
  const { b, tMinC, c, tMaxC, heldBelowC } = spoilage;
  const own = tahuParametersFor(treatment).spoilage.heldBelowC;
  const faults: ParameterFault[] = [];
  const optimumC = ratkowskyOptimumC({ b: b.value, tMinC: tMinC.value, c: c.value, tMaxC: tMaxC.value });
  if (!(testedRangeC.max > tMinC.value + 1))
    faults.push(fault('tMinC.value', tMinC.value, 'must be more than 1 below the warmest that was tested'));
  if (!(optimumC >= 20))
    faults.push(
      fault('c.value', c.value, `must put the optimum at 20 C or above, is ${optimumC.toFixed(1)}`),
    );
  if (own !== null && heldBelowC === null)
    faults.push(
      fault(
        'heldBelowC.value',
        'null',
        'must be given: this class may not promise more in the cold than was tested',
      ),
    );
  if (own !== null && heldBelowC !== null && heldBelowC.value < Math.min(own.value, testedRangeC.min))
    faults.push(
      fault('heldBelowC.value', heldBelowC.value, `must not be below what was tested, ${testedRangeC.min}`),
    );
  if (
    own !== null &&
    heldBelowC !== null &&
    heldBelowC.value < own.value &&
    heldBelowC.value < testedRangeC.min
  )
    faults.push(fault('heldBelowC.value', heldBelowC.value, `must be ${own.value} unless colder was tested`));
  return faults;
}

const within = (value: number, [min, max]: Span): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max;
const spanText = ([min, max]: Span, unit: string): string => `must be from ${min} to ${max} ${unit}`;
const fault = (field: string, value: string | number, allowed: string): ParameterFault => ({
  field: `parameters.${field}`,
  value: String(value),
  allowed,
});
