import { setImmediate as nextTurn } from 'node:timers/promises';
import { mktActivationK } from '../../models/cold-chain/meanKineticTemperature.ts';
import type { ObservationView } from '../../models/contracts/observation.ts';
import type { BatchRecord, RecordShipment } from '../../models/contracts/record.ts';
import { msPerHour } from '../../models/units.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { tracksOf } from '../shelf-life/tracks.ts';
import { auditEndWithin } from '../store/metadata/audit.ts';
import { type Batch, endedAt, findBatch } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { listKin } from '../store/metadata/lineage.ts';
import { listObservations, type Observation } from '../store/metadata/observations.ts';
import { findOrganisation, type Organisation } from '../store/metadata/organisations.ts';
import { findProduct } from '../store/metadata/products.ts';
import { listCustody } from '../store/metadata/shipmentCustody.ts';
import { listShipmentsOfBatch, type Shipment, stateOf } from '../store/metadata/shipments.ts';
import { alertsOf } from './alertsOf.ts';
import { hoursOf, TemperatureSpan } from './hoursOf.ts';
import { type RecordedLife, recordLife } from './recordLife.ts';
import { sensorsOf, usedSensors } from './sensorsOf.ts';

/** Without `lives` the built-in parameters count. */
type Sources = Pick<Services, 'db' | 'store' | 'clock'> & Partial<Pick<Services, 'lives'>>;

/** A record with the pieces its chart is drawn from. */
export interface BuiltRecord {
  readonly record: BatchRecord;
  readonly life: RecordedLife;
}

const gasConstantKJ = 8.3144e-3;

/**
 * What a firm can show of a batch, from what was written down and measured before an instant.
 *
 * @param askedAt  epoch ms; default: now
 * @throws {ApiError} batch.not_found; request.invalid for an instant before production or ahead
 */
export async function buildRecord(
  sources: Sources,
  orgId: string,
  batchId: string,
  askedAt?: number,
): Promise<BuiltRecord> {
  const { db, store, clock } = sources;
  const now = clock.now();
  const asOf = askedAt ?? now;
  const firm = await findOrganisation(db, orgId);
  const found = await findBatch(db, orgId, batchId);
  if (firm === null || found === null) throw new ApiError('batch.not_found', `there is no batch ${batchId}`);
  refuseOtherTimes(asOf, found.producedAt, now);
  const batch = asKnown(found, asOf);
  const until = Math.max(batch.producedAt, Math.min(asOf, endedAt(batch) ?? asOf));
  const observations = (await listObservations(db, orgId, batchId)).filter(o => o.recordedAt < asOf);
  const tracks = await tracksOf(db, batch, sources.lives?.parametersOf(batch, asOf));
  const seenOf = async ({ origins }: (typeof tracks)[number]) => {
    const seen = [...observations];
    for (const origin of origins)
      seen.push(...(await listObservations(db, orgId, origin.batchId)).filter(o => o.at <= origin.until));
    return seen.sort((a, b) => a.at - b.at);
  };
  const life = await recordLife(store, batchId, tracks, seenOf, until);
  const used = await usedSensors(db, batch, until);
  const sensors = await sensorsOf(sources, batch, used, life);
  await nextTurn();
  const summary = summaryOf(life, until - life.track.producedAt);
  const hours = await hoursOf(life.measured, firm.timeZone);
  const shipments = await shipmentsOf(db, batch, asOf);
  const shipmentIds = shipments.map(({ shipmentId }) => shipmentId);
  const record: BatchRecord = {
    ...{ asOf: iso(asOf), until: iso(until) },
    firm: toFirm(firm),
    batch: await toBatch(db, batch, asOf),
    summary,
    ...{ estimate: life.estimate, position: life.track.position, sensors },
    ...{ excursions: [...life.excursions], gaps: [...life.gaps] },
    ...{ hours, shipments },
    ...(await alertsOf(db, batch, { sensors: used, shipmentIds }, asOf)),
    observations: observations.filter(({ at }) => at <= until).map(toObservation),
    audit: await auditBefore(db, orgId, asOf),
  };
  return { record, life };
}

function refuseOtherTimes(asOf: number, producedAt: number, now: number): void {
  if (asOf >= producedAt && asOf <= now) return;
  const allowed = `must be from its making, ${iso(producedAt)}, until now`;
  throw new ApiError('request.invalid', `asOf ${allowed}`, [{ field: 'asOf', value: iso(asOf), allowed }]);
}

/** What happened to it later is not known yet. */
function asKnown(batch: Batch, asOf: number): Batch {
  const unlessLater = (at: number | null) => (at === null || at > asOf ? null : at);
  return {
    ...batch,
    soldOutAt: unlessLater(batch.soldOutAt),
    dividedAt: unlessLater(batch.dividedAt),
    discarded: unlessLater(batch.discarded?.at ?? null) === null ? null : batch.discarded,
  };
}

function toFirm(firm: Organisation): BatchRecord['firm'] {
  const { orgId, name, address, halalNumber, pirtNumber, gln, timeZone } = firm;
  return { orgId, name, address, halalNumber, pirtNumber, gln, timeZone };
}

async function toBatch(db: MetadataDb, batch: Batch, asOf: number): Promise<BatchRecord['batch']> {
  const { orgId, batchId, name, productId, productName, quantity, treatment, storage, discarded } = batch;
  const { parents, children } = await listKin(db, orgId, batchId);
  const product = await findProduct(db, orgId, productId);
  const known = children.filter(({ at }) => at <= asOf);
  return {
    ...{ batchId, name, productId, productName, gtin: product?.gtin ?? null },
    ...{ producedAt: iso(batch.producedAt), quantity, treatment, storage },
    soldOutAt: isoOrNull(batch.soldOutAt),
    discardedAt: isoOrNull(discarded?.at ?? null),
    discardReason: discarded?.reason ?? null,
    discardNote: discarded?.note ?? null,
    dividedAt: isoOrNull(batch.dividedAt),
    parents: parents.map(({ parentId, at }) => ({ batchId: parentId, at: iso(at) })),
    children: known.map(({ childId, at }) => ({ batchId: childId, at: iso(at) })),
  };
}

function summaryOf({ estimate, measured }: RecordedLife, ageMs: number): BatchRecord['summary'] {
  const span = new TemperatureSpan();
  for (const segment of measured) span.add(segment);
  return {
    ...(span.figures() ?? { minC: null, meanC: null, maxC: null }),
    meanKineticTemperatureC: estimate.meanKineticTemperatureC,
    activationEnergyKJPerMol: Math.round(mktActivationK * gasConstantKJ * 1_000) / 1_000,
    outOfRangeAboveC: estimate.outOfRangeAboveC,
    timeOutOfRangeH: estimate.timeOutOfRangeH,
    measuredH: Math.max(0, ageMs / msPerHour - estimate.gapH),
    gapH: estimate.gapH,
    measuredShare: estimate.measuredShare,
    leftOutReadings: estimate.leftOutReadings,
  };
}

/** The earliest first; those that were cancelled or have not left tell nothing of how warm it was. */
async function shipmentsOf(db: MetadataDb, batch: Batch, asOf: number): Promise<RecordShipment[]> {
  const { orgId, batchId } = batch;
  const shipments: RecordShipment[] = [];
  for (const shipment of (await listShipmentsOfBatch(db, orgId, batchId)).toReversed()) {
    const { shipmentId, departedAt } = shipment;
    if (departedAt === null || departedAt > asOf || shipment.cancelledAt !== null) continue;
    const custody = (await listCustody(db, orgId, shipmentId)).filter(line => line.recordedAt < asOf);
    shipments.push({
      ...toShipment(shipment, asOf),
      custody: custody.map(({ kind, leg, at, by, receivedBy, note }) => ({
        ...{ kind, leg, at: iso(at), by, receivedBy, note },
      })),
    });
  }
  return shipments;
}

function toShipment(shipment: Shipment, asOf: number): Omit<RecordShipment, 'custody'> {
  const { shipmentId, name, legs, departedAt } = shipment;
  const arrivedAt = shipment.arrivedAt !== null && shipment.arrivedAt <= asOf ? shipment.arrivedAt : null;
  const { receivedBy, accepted, arrivalTemperatureC, arrivalNote } = shipment;
  const arrival = { receivedBy, accepted, arrivalTemperatureC, arrivalNote };
  const nothing = { receivedBy: null, accepted: null, arrivalTemperatureC: null, arrivalNote: null };
  return {
    ...{ shipmentId, name, state: stateOf({ ...shipment, arrivedAt }) },
    ...{ fromName: legs[0]!.fromName, toName: legs.at(-1)!.toName },
    vehicles: legs.flatMap(({ vehicle }) => (vehicle === null ? [] : [vehicle])),
    ...{ departedAt: isoOrNull(departedAt), arrivedAt: isoOrNull(arrivedAt) },
    ...(arrivedAt === null ? nothing : arrival),
  };
}

function toObservation({ orgId: _, ...observation }: Observation): ObservationView {
  const { at, recordedAt } = observation;
  return { ...observation, at: iso(at), recordedAt: iso(recordedAt) };
}

async function auditBefore(db: MetadataDb, orgId: string, asOf: number): Promise<BatchRecord['audit']> {
  const last = await auditEndWithin(db, orgId, { from: 0, to: asOf });
  return last && { line: last.line, at: iso(last.at), hash: last.hash };
}

const iso = (at: number) => new Date(at).toISOString();
const isoOrNull = (at: number | null) => (at === null ? null : iso(at));
