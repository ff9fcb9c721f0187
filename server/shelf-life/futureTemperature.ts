import type { Storage } from '../../models/contracts/batch.ts';
import type { Estimate } from '../../models/contracts/estimate.ts';
import type { Batch } from '../store/metadata/batches.ts';

/** What a place of storage is taken to be: a kitchen or market stall of Java, a household fridge. */
const storageC: Record<Storage, number> = { room: 28, fridge: 5 };

export interface FutureTemperature {
  readonly temperatureC: number;
  readonly kind: Estimate['assumptionKind'];
  /** An English sentence. */
  readonly assumption: string;
}

/**
 * How warm a batch is taken to be from now on: what the caller asks for; else its storage, unless it was warmer than
 * that in the last day; else the mean of the last day; else the usual storage of its product.
 *
 * @param recentMeanC  time-weighted mean of the last 24 h, null with less than an hour of readings
 */
export function futureTemperature(
  batch: Pick<Batch, 'storage' | 'productStorage'>,
  recentMeanC: number | null,
  givenC?: number,
): FutureTemperature {
  if (givenC !== undefined) {
    return { temperatureC: givenC, kind: 'given', assumption: `kept at ${givenC} °C, as asked` };
  }
  const recentC = recentMeanC === null ? null : roundUpToTenth(recentMeanC);
  if (batch.storage !== null && (recentC === null || recentC <= storageC[batch.storage])) {
    const temperatureC = storageC[batch.storage];
    return {
      temperatureC,
      kind: 'storage',
      assumption: `kept at ${placeName[batch.storage]}, ${temperatureC} °C`,
    };
  }
  if (recentC !== null) {
    return {
      temperatureC: recentC,
      kind: 'recent-mean',
      assumption: `kept at ${recentC} °C, the mean of its last 24 hours`,
    };
  }
  const temperatureC = storageC[batch.productStorage];
  return {
    temperatureC,
    kind: 'product-default',
    assumption: `kept at ${placeName[batch.productStorage]}, ${temperatureC} °C, as usual for this product`,
  };
}

const placeName: Record<Storage, string> = { room: 'room temperature', fridge: 'fridge temperature' };

/** Up, so that the promise gets shorter and not longer; a mean of exactly 4.1 stays 4.1. */
function roundUpToTenth(temperatureC: number): number {
  return Math.ceil(temperatureC * 10 - 1e-9) / 10;
}
