import type { Storage } from '../../models/contracts/batch.ts';
import type { Estimate } from '../../models/contracts/estimate.ts';
import { batchStatus } from '../../models/shelf-life/batchStatus.ts';
import { msPerHour } from '../../models/units.ts';
import type { BatchLives } from '../shelf-life/batchLives.ts';
import { type Batch, endedAt } from '../store/metadata/batches.ts';
import type { Placement } from '../store/metadata/placements.ts';

export type ShownStatus = 'fresh' | 'soon' | 'risk' | 'none';

/** Household fridges of the region run warm; a kitchen or market stall. */
export const storageTemperatureC: Readonly<Record<Storage, number>> = { fridge: 8, room: 28 };

/** Hours since the buyer took the pack that the page offers. */
export const boughtHours = [0, 6, 24, 48] as const;
export type BoughtHours = (typeof boughtHours)[number];

/**
 * What may be said of one pack.
 *   left        a life above 0
 *   maybe-past  the lower end is past, the median is not
 *   past        the median is past
 *   unknown     nobody knows: silent for too long; loH is the worst case
 */
export interface PackLife {
  readonly status: ShownStatus;
  readonly say: 'left' | 'maybe-past' | 'past' | 'unknown';
  readonly loH: number;
  readonly medianH: number;
  readonly hiH: number;
  readonly untilAt: number;
  /** From then on it is taken to lie where the buyer says: no sensor is with it. */
  readonly sinceAt: number;
  readonly storageC: number;
  readonly estimate: Estimate;
}

export interface PackQuestion {
  readonly batch: Batch;
  readonly placements: readonly Placement[];
  readonly storage: Storage;
  readonly boughtH: BoughtHours;
}

/**
 * How long one pack of a batch keeps, once it has left. Up to the moment it left the readings of its batch speak for it;
 * after that, whatever sensors with the rest of the batch say, it lies at the temperature of the storage that its buyer
 * chose. It left when it was bought, at the latest when the batch was sold out, or (no sensor is with the batch any more)
 * at the last reading.
 */
export async function packLife(
  lives: Pick<BatchLives, 'estimate'>,
  { batch, placements, storage, boughtH }: PackQuestion,
  now: number,
): Promise<PackLife> {
  const storageC = storageTemperatureC[storage];
  const sinceAt = await leftAt(lives, batch, placements, now - boughtH * msPerHour, now);
  const at = sinceAt === now && endedAt(batch) === null ? {} : { at: sinceAt };
  const estimate = await lives.estimate(batch.orgId, batch.batchId, { ...at, futureTemperatureC: storageC });
  const left = (instant: string) => Math.max(0, (Date.parse(instant) - now) / msPerHour);
  const loH = left(estimate.keepsUntil.p05);
  const medianH = left(estimate.keepsUntil.median);
  const hiH = left(estimate.keepsUntil.p95);
  const noSensor = estimate.flags.includes('no-sensor');
  const unknown = estimate.flags.includes('silent-too-long') && medianH > 0;
  const life = { ...{ loH, medianH, hiH, sinceAt, storageC, estimate } };
  const untilAt = Date.parse(estimate.keepsUntil.p05);
  if (unknown) return { ...life, untilAt, status: 'none', say: 'unknown' };
  const say = loH > 0 ? 'left' : medianH > 0 ? 'maybe-past' : 'past';
  return { ...life, untilAt, say, status: noSensor && say !== 'past' ? 'none' : statusOf(life, estimate) };
}

function statusOf({ loH, medianH }: { loH: number; medianH: number }, estimate: Estimate): ShownStatus {
  const { lifeAtMakingH } = estimate;
  const status = batchStatus({ remainingH: { median: medianH, p05: loH }, lifeAtMakingH, silentForH: 0 });
  return status === 'fresh' ? 'fresh' : status === 'use-soon' ? 'soon' : 'risk';
}

async function leftAt(
  lives: Pick<BatchLives, 'estimate'>,
  batch: Batch,
  placements: readonly Placement[],
  boughtAt: number,
  now: number,
): Promise<number> {
  const latest = Math.min(boughtAt, endedAt(batch) ?? now);
  const isAlone = placements.length > 0 && placements.every(({ to }) => to !== null && to <= latest);
  const { lastReadingAt } = isAlone
    ? await lives.estimate(batch.orgId, batch.batchId)
    : { lastReadingAt: null };
  const lastAt = lastReadingAt === null ? latest : Math.min(latest, Date.parse(lastReadingAt));
  return Math.max(batch.producedAt, lastAt);
}
