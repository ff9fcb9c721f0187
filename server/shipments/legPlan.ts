import {
  boxC,
  type HourlyMean,
  meanBand,
  refrigeratedC,
  siteHistoryC,
  type TemperatureBand,
  vehicleAirC,
} from '../../models/cold-chain/plannedTemperature.ts';
import type { Cooling } from '../../models/contracts/newShipment.ts';
import type { LegTemperature, LegTemperatureKind } from '../../models/contracts/shipment.ts';
import { hoursBetween, msPerHour } from '../../models/units.ts';
import type { PlannedLeg } from '../shelf-life/arrival.ts';
import type { LegTimes } from './expectedTimes.ts';
import { type LocalHour, localHour } from './localHour.ts';

/** What is known of a leg that says how warm it will be. */
export interface LegConditions {
  readonly cooling: Cooling | null;
  readonly temperatureC: number | null;
  /** Hourly means of the sensors that hang in its vehicle (or where goods only wait); empty without any. */
  readonly history: readonly HourlyMean[];
}

export interface LegPlan {
  readonly pieces: readonly PlannedLeg[];
  readonly kind: LegTemperatureKind;
}

/** Long legs are cut into at most so many pieces. */
const mostPieces = 24;

/**
 * How warm each leg is expected to be, piece by piece of at least an hour: what a person said; what its cooling does;
 * what was measured in its vehicle at these hours; else the climate. Sensors in a refrigerated vehicle are believed
 * before its name. Ice is as old as the first of the legs in a row that have it.
 *
 * @param times  when the legs are travelled, one each; a leg without duration has no pieces
 */
export function planLegs(
  legs: readonly LegConditions[],
  times: readonly LegTimes[],
  timeZone: string,
): LegPlan[] {
  let packedAt = 0;
  return legs.map((leg, i) => {
    const { departureAt, arrivalAt } = times[i]!;
    if (i === 0 || legs[i - 1]!.cooling !== leg.cooling) packedAt = departureAt;
    const kinds = new Set<LegTemperatureKind>();
    const pieces = spansOf(departureAt, arrivalAt).map(({ from, to }) => {
      const middle = (from + to) / 2;
      const { kind, ...band } = bandAt(leg, localHour(middle, timeZone), hoursBetween(packedAt, middle));
      kinds.add(kind);
      return { from, to, ...band };
    });
    return { pieces, kind: weakest(kinds) };
  });
}

function spansOf(from: number, to: number): { from: number; to: number }[] {
  if (!(to > from)) return [];
  const count = Math.min(mostPieces, Math.ceil((to - from) / msPerHour));
  const edge = (i: number) => from + Math.round(((to - from) * i) / count);
  return Array.from({ length: count }, (_, i) => ({ from: edge(i), to: edge(i + 1) }));
}

type KnownBand = TemperatureBand & { readonly kind: LegTemperatureKind };

function bandAt(leg: LegConditions, { month, hour }: LocalHour, packedForH: number): KnownBand {
  const { cooling, temperatureC } = leg;
  if (temperatureC !== null) return { kind: 'given', temperatureC, lowC: temperatureC, highC: temperatureC };
  const measured = siteHistoryC(leg.history, hour);
  if (cooling === 'refrigerated' && measured === null) return { kind: 'cooling', ...refrigeratedC };
  const air = measured ?? vehicleAirC(month, hour);
  if (cooling === 'ice' || cooling === 'gel-ice')
    return { kind: 'cooling', ...boxC(cooling, Math.max(0, packedForH), air) };
  return { kind: measured === null ? 'climate' : 'site-history', ...air };
}

/** Of a leg that is known in parts, what its weakest part rests on. */
const weakestFirst = ['climate', 'cooling', 'site-history', 'given'] as const;

function weakest(kinds: ReadonlySet<LegTemperatureKind>): LegTemperatureKind {
  return weakestFirst.find(kind => kinds.has(kind)) ?? 'given';
}

/** A plan as people are shown it, from `since` on; null where nothing of it lies ahead. */
export function toLegTemperature(
  { pieces, kind }: LegPlan,
  leg: LegConditions,
  since = 0,
): LegTemperature | null {
  const ahead = pieces
    .filter(piece => piece.to > since)
    .map(piece => ({ hours: hoursBetween(Math.max(piece.from, since), piece.to), band: piece }));
  if (ahead.length === 0) return null;
  const { temperatureC, lowC, highC } = meanBand(ahead);
  const figures = { temperatureC: tenth(temperatureC), lowC: tenth(lowC), highC: tenth(highC) };
  return { kind, ...figures, sentence: sentenceOf(kind, leg.cooling, figures) };
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

const coolingName: Record<Cooling, string> = {
  none: 'no cooling',
  ice: 'ice in a styrofoam box',
  'gel-ice': 'gel ice in a styrofoam box',
  refrigerated: 'a refrigerated vehicle',
};

function sentenceOf(kind: LegTemperatureKind, cooling: Cooling | null, band: TemperatureBand): string {
  const figures = `${band.temperatureC} °C (${band.lowC} to ${band.highC} °C)`;
  switch (kind) {
    case 'given':
      return `${band.temperatureC} °C, as planned`;
    case 'cooling':
      return `${figures}, assumed of ${coolingName[cooling ?? 'none']}`;
    case 'site-history':
      return `${figures}, as measured there at these hours in the last 30 days`;
    case 'climate':
      return `${figures}, assumed of a vehicle in the lowland of East Java in this month at these hours`;
    case 'measured':
      return `${figures}, measured`;
  }
}

/** What sensors that travelled along measured. */
export function measuredLeg(band: TemperatureBand): LegTemperature {
  const figures = {
    temperatureC: tenth(band.temperatureC),
    lowC: tenth(band.lowC),
    highC: tenth(band.highC),
  };
  return { kind: 'measured', ...figures, sentence: sentenceOf('measured', null, figures) };
}
