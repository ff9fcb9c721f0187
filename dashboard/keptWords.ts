import type { BatchView } from '../models/contracts/batch.ts';
import type { Format } from './format.ts';

/** The storage assumption of a batch as a list row says it: "Suhu ruang, 28 °C". */
export function keptAt(batch: Pick<BatchView, 'storage' | 'estimate'>, format: Format): string {
  const { words } = format;
  const temperature = format.plainTemperature(batch.estimate.futureTemperatureC);
  if (batch.estimate.assumptionKind === 'recent-mean') return words.keptAt.recentMean(temperature);
  if (batch.estimate.assumptionKind !== 'given' && batch.storage !== null)
    return words.keptAt.storage(words.storage[batch.storage], temperature);
  return words.keptAt.given(temperature);
}

/** The same in the middle of a sentence: "di suhu ruang, 28 °C". */
export function keptIn(batch: Pick<BatchView, 'storage' | 'estimate'>, format: Format): string {
  const { words } = format;
  const temperature = format.plainTemperature(batch.estimate.futureTemperatureC);
  if (batch.estimate.assumptionKind === 'recent-mean') return words.keptIn.recentMean(temperature);
  if (batch.estimate.assumptionKind !== 'given' && batch.storage !== null)
    return words.keptIn[batch.storage](temperature);
  return words.keptIn.given(temperature);
}
