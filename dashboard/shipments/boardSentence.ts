import type { Format } from '../format.ts';
import { place, splitAtPlaces } from '../i18n/places.ts';
import type { SentencePart } from '../leadSentence.ts';
import { type BoardRow, countVerdicts, crateName, type VerdictCounts } from './boardRows.ts';

/** What to do first about what is planned or on its way; at least one row. */
export function boardSentence(rows: readonly BoardRow[], format: Format): SentencePart[] {
  const { t } = format;
  const of = (verdict: BoardRow['arrival']['verdict']) => rows.filter(row => row.arrival.verdict === verdict);
  const say = (text: string, row: BoardRow): SentencePart[] =>
    splitAtPlaces(text).map(part =>
      typeof part === 'string' ? { text: part } : { text: crateName(row.line), mark: row.arrival.status },
    );
  const crate = place(0);
  const short = of('short');
  const worst = short.find(row => row.shipment.state === 'under-way') ?? short[0];
  if (worst !== undefined) {
    const alike = short.filter(
      ({ shipment }) => shipment.toName === worst.shipment.toName && shipment.state === worst.shipment.state,
    );
    const values = { crate, place: worst.shipment.toName, others: alike.length - 1 };
    return say(
      worst.shipment.state === 'under-way'
        ? t('shipments.lead.unload', values)
        : t('shipments.lead.doNotSend', values),
      worst,
    );
  }
  const tight = of('tight')[0];
  if (tight !== undefined)
    return say(t('shipments.lead.keepCold', { crate, place: tight.shipment.toName }), tight);
  const unsure = of('unsure')[0];
  if (unsure !== undefined)
    return say(t('shipments.lead.check', { crate, place: unsure.shipment.toName }), unsure);
  return [{ text: t('shipments.lead.allEnough', { n: rows.length }) }];
}

/** "1 tidak cukup, 2 mepet", or that all arrive with enough. */
export function countsText(counts: VerdictCounts, format: Format): string {
  const { t } = format;
  const bad = (['short', 'tight', 'unsure'] as const)
    .filter(verdict => counts[verdict] > 0)
    .map(verdict => t(`shipments.count.${verdict}`, { n: counts[verdict] }));
  return bad.length === 0 ? t('shipments.count.all') : format.list(bad);
}

export const countsOf = (rows: readonly BoardRow[], format: Format): string =>
  countsText(countVerdicts(rows), format);
