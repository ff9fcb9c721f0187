import type { BatchView } from '../models/contracts/batch.ts';
import type { Format } from './format.ts';
import { place, splitAtPlaces } from './i18n/places.ts';
import { letterWidths } from './letterWidths.ts';
import { type ShownStatus, shownLife } from './shownLife.ts';

/** A run of the sentence; `mark` highlights a batch name in its status colour. */
export interface SentencePart {
  readonly text: string;
  readonly mark?: ShownStatus;
}

/** More than four lines of a small phone at full size: it is then set smaller. */
export const isLongLead = (parts: readonly SentencePart[]): boolean =>
  letterWidths(parts.map(({ text }) => text).join('')) > 64;

/**
 * What to do first, in one or two short sentences: check what is at risk, sell what is soonest.
 * @param ordered  batches by urgency, sold-out ones left out; at least one
 */
export function leadSentence(ordered: readonly BatchView[], now: number, format: Format): SentencePart[] {
  const { t } = format;
  const lives = ordered.map(batch => ({ batch, life: shownLife(batch.estimate, now) }));
  const of = (status: ShownStatus) => lives.filter(x => x.life.status === status);
  const parts: SentencePart[] = [];
  const say = (sentence: string, name: string, mark: ShownStatus): void => {
    const whole = parts.length > 0 ? format.sentences(['', sentence]) : sentence;
    for (const part of splitAtPlaces(whole))
      parts.push(typeof part === 'string' ? { text: part } : { text: name, mark });
  };
  const name = place(0);

  const [risk, ...moreRisks] = of('risk');
  const soon = of('soon')[0];
  const silent = of('none')[0];
  const fresh = of('fresh')[0];

  if (risk) {
    const others = moreRisks.length;
    say(
      others > 0 ? t('lead.checkMore', { name, others }) : t('lead.checkOne', { name }),
      risk.batch.name,
      'risk',
    );
  }
  if (soon) {
    const until = format.until(soon.life.untilAt, now);
    const clock = format.zone.daysBetween(now, until.at) === 0 ? until.clock : `${until.day} ${until.clock}`;
    say(
      until.passed ? t('lead.sellNow', { name }) : t('lead.sell', { name, clock }),
      soon.batch.name,
      'soon',
    );
  }
  if (parts.length === 0 && silent) say(t('lead.noData', { name }), silent.batch.name, 'none');
  if (parts.length === 0 && fresh) {
    const until = format.until(fresh.life.untilAt, now);
    say(t('lead.allFresh', { name, until: `${until.day} ${until.clock}` }), fresh.batch.name, 'fresh');
  }
  return parts;
}
