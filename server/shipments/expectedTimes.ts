import type { Leg } from '../store/metadata/shipments.ts';

/** When a leg is expected to begin and end, or when it did. */
export interface LegTimes {
  readonly departureAt: number;
  readonly arrivalAt: number;
}

type TimedLeg = Pick<Leg, 'departsAt' | 'arrivesAt' | 'departedAt' | 'arrivedAt'>;

/**
 * The plan moved by the delays so far: what has not begun cannot begin in the past, a leg takes as long as planned, and
 * a late end moves all later legs by the same time. An early end moves none: the next vehicle comes when it comes.
 * Of a shipment that has arrived nothing more is expected.
 */
export function expectedTimes(
  legs: readonly TimedLeg[],
  shipment: { readonly now: number; readonly arrivedAt: number | null },
): LegTimes[] {
  const { now, arrivedAt } = shipment;
  const isOver = arrivedAt !== null;
  let delay = 0;
  let before = Number.NEGATIVE_INFINITY;
  return legs.map((leg, i) => {
    const notBefore = i === 0 && !isOver ? now : before;
    const departureAt = leg.departedAt ?? Math.max(leg.departsAt + delay, notBefore);
    const byPlan = departureAt + leg.arrivesAt - leg.departsAt;
    const arrivalAt = leg.arrivedAt ?? (isOver ? byPlan : Math.max(byPlan, now));
    delay = Math.max(0, arrivalAt - leg.arrivesAt);
    before = arrivalAt;
    if (!isOver) return { departureAt, arrivalAt };
    // Legs that nobody recorded lie where they can have been at the latest.
    return { departureAt: Math.min(departureAt, arrivedAt), arrivalAt: Math.min(arrivalAt, arrivedAt) };
  });
}

/** The same legs with everything planned so much later (or earlier). What was recorded stays. */
export function shiftLegs<T extends TimedLeg>(legs: readonly T[], byMs: number): T[] {
  return legs.map(leg => ({ ...leg, departsAt: leg.departsAt + byMs, arrivesAt: leg.arrivesAt + byMs }));
}
