import type { BatchView } from '../../models/contracts/batch.ts';
import type { Cooling } from '../../models/contracts/newShipment.ts';
import type { PlaceView } from '../../models/contracts/place.ts';
import type { ShipmentSummary } from '../../models/contracts/shipment.ts';
import type { ShipmentBoard } from '../../models/contracts/shipmentBoard.ts';
import { orderByUrgency } from '../orderByUrgency.ts';
import { shownLife } from '../shownLife.ts';
import type { NewLeg, NewShipment } from './shipmentsApi.ts';

export interface LegForm {
  readonly toName: string;
  readonly vehicle: string;
  readonly cooling: Cooling;
  readonly minutes: number;
  /** As typed, °C; empty: as is usual there. */
  readonly temperature: string;
}

/** What the page of a new shipment has filled in so far. */
export interface ShipmentForm {
  readonly fromName: string;
  /** In the order they are travelled; at least one. */
  readonly legs: readonly LegForm[];
  /** Epoch ms; null: now, whenever it is saved. */
  readonly departsAt: number | null;
  /** Hours asked for on arrival; null: what each product's buyers ask for. */
  readonly needH: number | null;
  readonly batchIds: readonly string[];
}

const minuteMs = 60_000;
const usualMinutes = 150;
/** Between two legs: unloading, a cup of coffee, loading. */
export const stopMinutes = 30;

export const emptyLeg: LegForm = {
  toName: '',
  vehicle: '',
  cooling: 'none',
  minutes: usualMinutes,
  temperature: '',
};

/** What is known of earlier shipments, the latest first, and of places. */
export interface Known {
  readonly past: readonly ShipmentSummary[];
  readonly places: readonly PlaceView[];
  readonly firm: string;
}

/** The form as the last shipment was; without one, from where things are made. */
export function presetShipment({ past, places, firm }: Known): ShipmentForm {
  const last = past[0];
  const kitchen =
    places.find(({ kind }) => kind === 'kitchen') ?? places.find(({ kind }) => kind === 'store');
  return {
    fromName: last?.fromName ?? kitchen?.name ?? firm,
    legs: [last === undefined ? emptyLeg : legLike(last)],
    departsAt: null,
    needH: null,
    batchIds: [],
  };
}

/** As the last shipment to the same place went. */
export function legTo(toName: string, leg: LegForm, past: readonly ShipmentSummary[]): LegForm {
  const like = past.find(shipment => shipment.toName === toName);
  return like === undefined ? { ...leg, toName } : { ...leg, ...legLike(like), cooling: leg.cooling };
}

function legLike({ toName, vehicle, departsAt, arrivesAt }: ShipmentSummary): LegForm {
  const minutes = Math.round((Date.parse(arrivesAt) - Date.parse(departsAt)) / minuteMs / 15) * 15;
  return { ...emptyLeg, toName, vehicle: vehicle ?? '', minutes: Math.max(15, Math.min(24 * 60, minutes)) };
}

const unlike = (names: readonly string[]): string[] => [...new Set(names.filter(name => name !== ''))];

/** Where it may go: where it went before, then shops, markets and stores. */
export function knownDestinations({ past, places }: Known, fromName: string): string[] {
  const sites = places
    .filter(({ kind }) => ['shop', 'market', 'store'].includes(kind))
    .map(({ name }) => name);
  return unlike([...past.map(({ toName }) => toName), ...sites])
    .filter(name => name !== fromName)
    .slice(0, 8);
}

export function knownVehicles({ past, places }: Known): string[] {
  const vehicles = places.filter(({ kind }) => kind === 'vehicle').map(({ name }) => name);
  return unlike([...vehicles, ...past.map(({ vehicle }) => vehicle ?? '')]).slice(0, 6);
}

/** Batches that are here and in no shipment, the first to spoil first. */
export function batchesAtHome(
  batches: Iterable<BatchView>,
  board: ShipmentBoard | null,
  now: number,
): BatchView[] {
  const away = new Set(
    board?.shipments.flatMap(({ asReceiver, lines }) =>
      asReceiver ? [] : lines.map(({ batch }) => batch.batchId),
    ),
  );
  const here = [...batches].filter(
    ({ batchId, discardedAt, dividedAt }) => discardedAt === null && dividedAt === null && !away.has(batchId),
  );
  return orderByUrgency(here, now).sort(
    (a, b) => shownLife(a.estimate, now).loH - shownLife(b.estimate, now).loH,
  );
}

export interface LegTimes {
  readonly departsAt: number;
  readonly arrivesAt: number;
}

export function legTimes({ legs, departsAt }: ShipmentForm, now: number): LegTimes[] {
  let from = departsAt ?? now;
  return legs.map(({ minutes }) => {
    const times = { departsAt: from, arrivesAt: from + minutes * minuteMs };
    from = times.arrivesAt + stopMinutes * minuteMs;
    return times;
  });
}

/** Null while something that is needed is missing. */
export function toRequest(form: ShipmentForm, now: number): NewShipment | null {
  const { fromName, legs, batchIds, needH } = form;
  if (fromName.trim() === '' || batchIds.length === 0) return null;
  if (legs.some(({ toName }) => toName.trim() === '')) return null;
  const times = legTimes(form, now);
  return {
    batches: batchIds.map(batchId => ({ batchId })),
    legs: legs.map((leg, index): NewLeg => {
      const { departsAt, arrivesAt } = times[index]!;
      const celsius = Number(leg.temperature.trim().replace(',', '.'));
      const given = leg.temperature.trim() !== '' && Number.isFinite(celsius);
      return {
        fromName: (index === 0 ? fromName : (legs[index - 1]?.toName ?? fromName)).trim(),
        toName: leg.toName.trim(),
        ...(leg.vehicle.trim() === '' ? {} : { vehicle: leg.vehicle.trim() }),
        departsAt: new Date(departsAt).toISOString(),
        arrivesAt: new Date(arrivesAt).toISOString(),
        // Not said is not the same as uncooled: what the sensors of the vehicle measured then counts.
        ...(leg.cooling === 'none' ? {} : { cooling: leg.cooling }),
        ...(given ? { temperatureC: celsius } : {}),
      };
    }),
    ...(needH === null ? {} : { needH }),
  };
}

const letters = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** An id that is made on the phone, so that a save repeated after a lost answer is the same shipment. */
export const newShipmentId = (random: Uint8Array): string =>
  `S-${[...random].map(byte => letters[byte % letters.length]).join('')}`;
