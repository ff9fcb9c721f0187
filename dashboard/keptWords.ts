import type { BatchView } from '../models/contracts/batch.ts';
import type { Format } from './format.ts';

/** The storage assumption of a batch as a list row says it: "Suhu ruang, 28 °C". */
export function keptAt(batch: Pick<BatchView, 'storage' | 'estimate'>, format: Format): string {
  const { t } = format;
  const temperature = format.plainTemperature(batch.estimate.futureTemperatureC);
  if (batch.estimate.assumptionKind === 'recent-mean') return t('keptAt.recentMean', { temperature });
  if (batch.estimate.assumptionKind !== 'given' && batch.storage !== null)
    return t('keptAt.storage', { place: t(`storage.${batch.storage}`), temperature });
  return t('keptAt.given', { temperature });
}

/** The same in the middle of a sentence: "di suhu ruang, 28 °C". */
export function keptIn(batch: Pick<BatchView, 'storage' | 'estimate'>, format: Format): string {
  const { t } = format;
  const temperature = format.plainTemperature(batch.estimate.futureTemperatureC);
  if (batch.estimate.assumptionKind === 'recent-mean') return t('keptIn.recentMean', { temperature });
  if (batch.estimate.assumptionKind !== 'given' && batch.storage !== null)
    return t(`keptIn.${batch.storage}`, { temperature });
  return t('keptIn.given', { temperature });
}
