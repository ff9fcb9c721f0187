import type { Estimate } from '../../models/contracts/estimate.ts';
import { type Batch, endedAt } from '../store/metadata/batches.ts';
import type { Placement } from '../store/metadata/placements.ts';
import type { Shipment } from '../store/metadata/shipments.ts';
import { type EpcisIds, eventIdOf, type NamedBatch } from './epcisIds.ts';
import { round, type SensorElement } from './intervalReports.ts';
import { zonedTime } from './zonedTime.ts';

export type EpcisEvent = Readonly<Record<string, unknown>>;

/** What a batch was measured by, and where that hung. */
export interface MeasuredPlacement {
  readonly placement: Placement;
  readonly placeId: string | null;
  readonly elements: readonly SensorElement[];
  /** Of the last interval. */
  readonly endsAt: number;
}

export interface BatchRecord {
  readonly batch: Batch;
  readonly gtin: string | null;
  readonly timeZone: string;
  readonly measured: readonly MeasuredPlacement[];
  readonly shipments: readonly Shipment[];
  readonly parents: readonly { readonly batch: NamedBatch; readonly at: number }[];
  readonly estimate: Estimate;
}

/** The life of a batch in the words of EPCIS 2.0, the earliest event first. */
export function batchEvents(record: BatchRecord, ids: EpcisIds): EpcisEvent[] {
  const events = [
    made(record, ids),
    ...record.measured.flatMap(measured => measuredEvents(record, measured, ids)),
    ...record.shipments.flatMap(shipment => shipmentEvents(record, shipment, ids)),
    ...endEvents(record, ids),
    estimated(record, ids),
  ];
  return events.sort((a, b) => a.at - b.at).map(({ event }) => event);
}

interface Timed {
  readonly at: number;
  readonly event: EpcisEvent;
}

interface Parts {
  readonly kind: string;
  readonly key?: string | number;
  readonly at: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

function objectEvent({ batch, timeZone }: BatchRecord, { kind, key = '', at, fields }: Parts): Timed {
  const eventID = eventIdOf(batch.orgId, batch.batchId, kind, key, at);
  return { at, event: { type: 'ObjectEvent', eventID, ...zonedTime(at, timeZone), ...fields } };
}

const lotOf = ({ batch, gtin }: BatchRecord) => ({ batchId: batch.batchId, gtin });

/** Kilograms have a unit code; pieces, besek and buckets are counts, which have none. */
function quantityOf(record: BatchRecord, ids: EpcisIds, amount = record.batch.quantity?.amount) {
  const unit = record.batch.quantity?.unit.toLowerCase();
  return {
    epcClass: ids.lot(lotOf(record)),
    ...(amount === undefined ? {} : { quantity: amount }),
    ...(amount !== undefined && unit === 'kg' ? { uom: 'KGM' } : {}),
  };
}

/** The making of a batch; of one that was split off or joined, that. */
function made(record: BatchRecord, ids: EpcisIds): Timed {
  const { batch, parents, timeZone } = record;
  const { orgId, batchId, producedAt, productName, treatment } = batch;
  const [first] = parents;
  if (first !== undefined) {
    const eventID = eventIdOf(orgId, batchId, 'transformed', '', first.at);
    const event = {
      type: 'TransformationEvent',
      ...{ eventID, ...zonedTime(first.at, timeZone), bizStep: 'repackaging', disposition: 'active' },
      readPoint: { id: ids.site },
      inputQuantityList: parents.map(parent => ({ epcClass: ids.lot(parent.batch) })),
      outputQuantityList: [quantityOf(record, ids)],
    };
    return { at: first.at, event };
  }
  return objectEvent(record, {
    kind: 'commissioning',
    at: producedAt,
    fields: {
      ...{ action: 'ADD', bizStep: 'commissioning', disposition: 'active' },
      ...{ readPoint: { id: ids.site }, bizLocation: { id: ids.site } },
      quantityList: [quantityOf(record, ids)],
      ilmd: {
        'tahan:productionDate': zonedTime(producedAt, timeZone).eventTime.slice(0, 10),
        'tahan:productName': productName,
        'tahan:treatment': treatment,
      },
    },
  });
}

/** That it was put somewhere, and what was measured of it there. */
function measuredEvents(record: BatchRecord, measured: MeasuredPlacement, ids: EpcisIds): Timed[] {
  const { placement, placeId, elements, endsAt } = measured;
  const place = placeId === null ? null : { id: ids.place(placeId) };
  const from = Math.max(placement.from, record.batch.producedAt);
  const key = placement.placementId;
  const events: Timed[] = [];
  if (place !== null)
    events.push(
      objectEvent(record, {
        ...{ kind: 'storing', key, at: from },
        fields: {
          ...{ action: 'OBSERVE', bizStep: 'storing', disposition: 'in_progress' },
          ...{ readPoint: place, bizLocation: place, quantityList: [quantityOf(record, ids)] },
        },
      }),
    );
  if (elements.length > 0)
    events.push(
      objectEvent(record, {
        ...{ kind: 'measured', key, at: endsAt },
        fields: {
          ...{ action: 'OBSERVE', bizStep: 'sensor_reporting', quantityList: [quantityOf(record, ids)] },
          ...(place === null ? {} : { readPoint: place }),
          sensorElementList: elements,
        },
      }),
    );
  return events;
}

function shipmentEvents(record: BatchRecord, shipment: Shipment, ids: EpcisIds): Timed[] {
  const { shipmentId, legs, lines, departedAt, arrivedAt, cancelledAt } = shipment;
  if (departedAt === null || cancelledAt !== null) return [];
  const line = lines.find(({ batchId }) => batchId === record.batch.batchId);
  const placeOf = (placeId: string | null, name: string) =>
    placeId === null ? ids.namedPlace(name) : ids.place(placeId);
  const [first, last] = [legs[0]!, legs.at(-1)!];
  const common = {
    action: 'OBSERVE',
    quantityList: [quantityOf(record, ids, line?.quantity ?? undefined)],
    bizTransactionList: [{ type: 'desadv', bizTransaction: ids.shipment(shipmentId) }],
    sourceList: [{ type: 'location', source: placeOf(first.fromPlaceId, first.fromName) }],
    destinationList: [{ type: 'location', destination: placeOf(last.toPlaceId, last.toName) }],
  };
  const events: Timed[] = [];
  const add = (bizStep: string, disposition: string, leg: number, at: number, place: string) =>
    events.push(
      objectEvent(record, {
        ...{ kind: bizStep, key: `${shipmentId} ${leg}`, at },
        fields: { ...common, bizStep, disposition, readPoint: { id: place } },
      }),
    );
  legs.forEach((leg, i) => {
    const from = placeOf(leg.fromPlaceId, leg.fromName);
    const to = placeOf(leg.toPlaceId, leg.toName);
    if (leg.departedAt !== null)
      add(i === 0 ? 'shipping' : 'departing', 'in_transit', i + 1, leg.departedAt, from);
    if (leg.arrivedAt !== null && leg !== last) add('arriving', 'in_transit', i + 1, leg.arrivedAt, to);
  });
  const accepted = shipment.accepted !== 'none';
  if (arrivedAt !== null)
    add(
      ...([accepted ? 'receiving' : 'arriving', accepted ? 'in_progress' : 'non_conformant'] as const),
      ...([legs.length, arrivedAt, placeOf(last.toPlaceId, last.toName)] as const),
    );
  return events;
}

function endEvents(record: BatchRecord, ids: EpcisIds): Timed[] {
  const { soldOutAt, discarded } = record.batch;
  const events: Timed[] = [];
  const fields = { action: 'OBSERVE', quantityList: [{ epcClass: ids.lot(lotOf(record)) }] };
  if (soldOutAt !== null)
    events.push(
      objectEvent(record, {
        ...{ kind: 'sold-out', at: soldOutAt },
        fields: { ...fields, bizStep: 'retail_selling', disposition: 'retail_sold' },
      }),
    );
  if (discarded !== null)
    events.push(
      objectEvent(record, {
        ...{ kind: 'discarded', at: discarded.at },
        fields: {
          ...fields,
          ...{ action: 'DELETE', bizStep: 'destroying', disposition: 'destroyed' },
          'tahan:discardReason': discarded.reason,
        },
      }),
    );
  return events;
}

/** What the history adds up to: stress and what is left, with the method and parameters that say so. */
function estimated(record: BatchRecord, ids: EpcisIds): Timed {
  const { estimate, batch, timeZone } = record;
  const asOf = Date.parse(estimate.asOf);
  const { remainingH, meanKineticTemperatureC: mktC, futureTemperatureC } = estimate;
  const { parameterSetId, parameterSetVersion, modelId } = estimate;
  const model = `shelf-life/${modelId}/${parameterSetId}/${parameterSetVersion}`;
  const life = {
    type: 'tahan:RemainingShelfLife',
    ...{ value: round(remainingH.median), minValue: round(remainingH.p05), maxValue: round(remainingH.p95) },
    ...{ uom: 'HUR', dataProcessingMethod: ids.method(model) },
    ...{ 'tahan:status': estimate.status, 'tahan:futureTemperatureC': futureTemperatureC },
  };
  const mkt = {
    type: 'tahan:MeanKineticTemperature',
    ...{ value: mktC === null ? 0 : round(mktC), uom: 'CEL' },
    dataProcessingMethod: ids.method('mean-kinetic-temperature/83.144-kJ-per-mol'),
  };
  const ageH = (asOf - batch.producedAt) / 3_600_000;
  const measuredH = estimate.measuredShare * ageH;
  const above = {
    type: 'tahan:ShareOfTimeAboveLimit',
    ...{ value: measuredH > 0 ? round((100 * estimate.timeOutOfRangeH) / measuredH) : 0, uom: 'P1' },
    ...{ dataProcessingMethod: ids.method('time-above/1'), 'tahan:limitC': estimate.outOfRangeAboveC },
  };
  return objectEvent(record, {
    ...{ kind: 'estimated', at: endedAt(batch) ?? asOf },
    fields: {
      ...{ action: 'OBSERVE', bizStep: 'sensor_reporting', quantityList: [quantityOf(record, ids)] },
      sensorElementList: [
        {
          sensorMetadata: {
            startTime: zonedTime(batch.producedAt, timeZone).eventTime,
            endTime: zonedTime(asOf, timeZone).eventTime,
          },
          sensorReport: mktC === null ? [life] : [mkt, above, life],
        },
      ],
    },
  });
}
