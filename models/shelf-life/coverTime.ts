import { hoursAbove } from '../cold-chain/hoursAbove.ts';
import { finite, ModelDomainError } from '../errors.ts';
import { hoursBetween, msPerHour } from '../units.ts';
import { type AssumedSpan, assumeGap, heldSpan, plannedSpan, type Uncovered } from './gap.ts';
import type { EstimateInput } from './lifeEstimate.ts';
import { checkTemperature, type LifeSums } from './lifeSums.ts';

/** What fills the time of a batch that no segment covers. */
export interface CoveredTime {
  /** The last reading, held while the next is not yet due: counts as measured. */
  readonly held: readonly AssumedSpan[];
  readonly planned: readonly AssumedSpan[];
  readonly gaps: readonly AssumedSpan[];
  /** All of them, in order. */
  readonly spans: readonly AssumedSpan[];
  readonly heldH: number;
  readonly gapH: number;
}

/** Time that neither segments nor spans speak for counts as unknown from this on; below it is rounding of edges. */
const unspokenFromH = 1000 / msPerHour;

/**
 * Sorts the uncovered time of a batch into held, planned and gaps. Segments too long to be measured are gaps too, and so
 * is time that the caller forgot.
 *
 * @throws {ModelDomainError} if a span is out of order, outside making to asOf, or has no temperature
 */
export function coverTime(
  sums: LifeSums,
  { asOf, uncovered, futureTemperatureC }: EstimateInput,
): CoveredTime {
  const held: AssumedSpan[] = [];
  const planned: AssumedSpan[] = [];
  const gaps: AssumedSpan[] = [];
  const assume = (gap: Uncovered): void => {
    gaps.push(assumeGap(gap, sums.warmestBefore(gap.from), futureTemperatureC));
  };
  for (const { from, fromC, to, toC } of sums.gaps()) assume({ from, to, beforeC: fromC, afterC: toC });
  // The last reading is held up to now; a plan goes on from there.
  const nowAt = uncovered.reduce(
    (at, span) => (span.plannedC === undefined ? at : Math.min(at, span.from)),
    asOf,
  );
  for (const span of uncovered.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    checkSpan(span, sums.producedAt, asOf);
    const { from, to, beforeC, afterC, plannedC } = span;
    if (to === from) continue;
    const isTail = to === nowAt && afterC === null && beforeC !== null && to - from <= sums.maxGapMs;
    if (plannedC !== undefined) {
      const { plannedLowC = plannedC, plannedHighC = plannedC } = span;
      planned.push(plannedSpan(from, to, plannedC, plannedLowC, plannedHighC));
    } else if (isTail) held.push(heldSpan(from, to, beforeC));
    else assume(span);
  }
  const spokenForH = sums.measuredH() + hoursOf(held) + hoursOf(planned) + hoursOf(gaps);
  const unspokenH = hoursBetween(sums.producedAt, asOf) - spokenForH;
  if (unspokenH > unspokenFromH) {
    const to = sums.producedAt + unspokenH * msPerHour;
    assume({ from: sums.producedAt, to, beforeC: null, afterC: null });
  }
  const spans = [...held, ...planned, ...gaps];
  return { held, planned, gaps, spans, heldH: hoursOf(held), gapH: hoursOf(gaps) };
}

/** Hours of a list of spans. */
export function hoursOf(spans: readonly AssumedSpan[]): number {
  return spans.reduce((sum, { central }) => sum + hoursBetween(central.from, central.to), 0);
}

/** Hours that spans spend above a threshold, on their central lines. */
export function hoursWarmer(spans: readonly AssumedSpan[], thresholdC: number): number {
  return spans.reduce((sum, { central }) => sum + hoursAbove(central, thresholdC), 0);
}

function checkSpan(span: Uncovered, producedAt: number, asOf: number): void {
  if (!(finite('uncovered.from', span.from) >= producedAt))
    throw new ModelDomainError('uncovered.from', span.from, `at or after producedAt (${producedAt})`);
  if (!(finite('uncovered.to', span.to) >= span.from && span.to <= asOf))
    throw new ModelDomainError('uncovered.to', span.to, `from ${span.from} to asOf (${asOf})`);
  for (const [name, temperatureC] of Object.entries({
    beforeC: span.beforeC,
    afterC: span.afterC,
    warmestC: span.warmestC ?? null,
    plannedC: span.plannedC ?? null,
    plannedLowC: span.plannedLowC ?? null,
    plannedHighC: span.plannedHighC ?? null,
  }))
    if (temperatureC !== null) checkTemperature(`uncovered.${name}`, temperatureC);
  const { plannedC, plannedLowC, plannedHighC } = span;
  if (plannedC === undefined) return;
  if (plannedLowC !== undefined && plannedLowC > plannedC)
    throw new ModelDomainError('uncovered.plannedLowC', plannedLowC, `at most plannedC (${plannedC})`);
  if (plannedHighC !== undefined && plannedHighC < plannedC)
    throw new ModelDomainError('uncovered.plannedHighC', plannedHighC, `at least plannedC (${plannedC})`);
}
