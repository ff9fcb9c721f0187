import type { HourlyMean } from '../../models/cold-chain/plannedTemperature.ts';
import type { Cooling } from '../../models/contracts/newShipment.ts';
import { msPerHour } from '../../models/units.ts';
import type { PlannedLeg } from '../shelf-life/arrival.ts';
import type { Leg, Shipment } from '../store/metadata/shipments.ts';
import { expectedTimes, type LegTimes, shiftLegs } from './expectedTimes.ts';
import { type LegConditions, type LegPlan, planLegs } from './legPlan.ts';

/** The way of a shipment as it is expected by now. */
export interface Journey {
  readonly times: readonly LegTimes[];
  readonly conditions: readonly LegConditions[];
  readonly plans: readonly LegPlan[];
  readonly departureAt: number;
  readonly arrivesAt: number;
}

export interface JourneyContext {
  readonly now: number;
  readonly timeZone: string;
  /** Keyed by place id. */
  readonly histories: ReadonlyMap<string, readonly HourlyMean[]>;
}

/** @param cooling  instead of what is planned, on every leg */
export function journeyOf(
  shipment: Pick<Shipment, 'legs' | 'arrivedAt'>,
  { now, timeZone, histories }: JourneyContext,
  cooling?: Cooling,
): Journey {
  const { legs, arrivedAt } = shipment;
  const times = expectedTimes(legs, { now, arrivedAt });
  const conditions = legs.map(leg => conditionsOf(leg, histories, cooling));
  return {
    times,
    conditions,
    plans: planLegs(conditions, times, timeZone),
    departureAt: times[0]!.departureAt,
    arrivesAt: times.at(-1)!.arrivalAt,
  };
}

function conditionsOf(leg: Leg, histories: JourneyContext['histories'], cooling?: Cooling): LegConditions {
  const placeId = historyPlaceOf(leg);
  const history = (placeId === null ? undefined : histories.get(placeId)) ?? [];
  if (cooling !== undefined) return { cooling, temperatureC: null, history };
  return { cooling: leg.cooling, temperatureC: leg.temperatureC, history };
}

/** Whose sensors tell how warm a leg is: the vehicle's; of goods that wait, the place's. */
export function historyPlaceOf(
  leg: Pick<Leg, 'vehiclePlaceId' | 'fromPlaceId' | 'toPlaceId'>,
): string | null {
  if (leg.vehiclePlaceId !== null) return leg.vehiclePlaceId;
  return leg.fromPlaceId === leg.toPlaceId ? leg.fromPlaceId : null;
}

/** The same way begun at another time. */
export function journeyFrom(
  shipment: Pick<Shipment, 'legs' | 'arrivedAt'>,
  context: JourneyContext,
  departureAt: number,
): Journey {
  const legs = shiftLegs(shipment.legs, departureAt - shipment.legs[0]!.departsAt);
  return journeyOf({ ...shipment, legs }, context);
}

/**
 * The same way begun at `departureAt`, each piece of it as warm as at the warmest of all hours of departure from
 * `earliestAt` until then: who leaves later never has it cooler, whatever the sun does.
 */
export function warmestJourney(
  shipment: Pick<Shipment, 'legs' | 'arrivedAt'>,
  context: JourneyContext,
  span: { readonly earliestAt: number; readonly departureAt: number },
): { readonly pieces: readonly PlannedLeg[]; readonly arrivesAt: number } {
  const { earliestAt, departureAt } = span;
  const there = journeyFrom(shipment, context, departureAt);
  let warmest = piecesOf(journeyFrom(shipment, context, earliestAt));
  // Whole hours, the last one rounded up, so that a later departure is held against all that an earlier one is; after a
  // day all hours have been.
  const hours = Math.min(24, Math.ceil((departureAt - earliestAt) / msPerHour));
  for (let hour = 1; hour <= hours; hour += 1) {
    const other = piecesOf(journeyFrom(shipment, context, earliestAt + hour * msPerHour));
    warmest = warmest.map((piece, i) => warmer(piece, other[i]!));
  }
  const pieces = piecesOf(there).map(({ from, to }, i) => ({ ...warmest[i]!, from, to }));
  return { pieces, arrivesAt: there.arrivesAt };
}

function warmer(piece: PlannedLeg, other: PlannedLeg): PlannedLeg {
  return {
    ...piece,
    temperatureC: Math.max(piece.temperatureC, other.temperatureC),
    lowC: Math.max(piece.lowC, other.lowC),
    highC: Math.max(piece.highC, other.highC),
  };
}

export function piecesOf({ plans }: Pick<Journey, 'plans'>): PlannedLeg[] {
  return plans.flatMap(plan => plan.pieces);
}
