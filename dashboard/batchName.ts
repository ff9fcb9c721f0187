import type { Translate } from './i18n/catalogues.ts';
import type { Zone } from './zone.ts';

const partStarts = [
  ['dawn', 3],
  ['morning', 5],
  ['noon', 11],
  ['afternoon', 15],
  ['night', 18],
] as const;

/** What people call a batch: "Takwa pagi", by the local hour it was made. */
export function batchName(product: string, madeAt: number, zone: Zone, t: Translate): string {
  const { hour } = zone.local(madeAt);
  const part = partStarts.findLast(([, from]) => hour >= from)?.[0] ?? 'night';
  return t('newBatch.nameAt', { product, partOfDay: t(`newBatch.partOfDay.${part}`) });
}
