import type { BatchView } from '../models/contracts/batch.ts';
import type { Format } from './format.ts';
import { type ShownStatus, shownLife } from './shownLife.ts';

/** A run of the sentence; `mark` highlights a batch name in its status colour. */
export interface SentencePart {
  readonly text: string;
  readonly mark?: ShownStatus;
}

/**
 * What to do first, in one or two short sentences: check what is at risk, sell what is soonest.
 * @param ordered  batches by urgency, sold-out ones left out; at least one
 */
export function leadSentence(ordered: readonly BatchView[], now: number, format: Format): SentencePart[] {
  const { lead } = format.words;
  const lives = ordered.map(batch => ({ batch, life: shownLife(batch.estimate, now) }));
  const of = (status: ShownStatus) => lives.filter(x => x.life.status === status);
  const parts: SentencePart[] = [];
  const say = (template: string, name: string, mark: ShownStatus): void => {
    const [before = '', after = ''] = template.split('{name}');
    parts.push({ text: `${parts.length > 0 ? ' ' : ''}${before}` }, { text: name, mark }, { text: after });
  };

  const [risk, ...moreRisks] = of('risk');
  const soon = of('soon')[0];
  const silent = of('none')[0];
  const fresh = of('fresh')[0];

  if (risk)
    say(moreRisks.length > 0 ? lead.checkMore(moreRisks.length) : lead.checkOne, risk.batch.name, 'risk');
  if (soon) {
    const until = format.until(soon.life.untilAt, now);
    const when = until.day === format.words.today ? until.clock : `${until.day} ${until.clock}`;
    say(until.passed ? lead.sellNow : lead.sell(when), soon.batch.name, 'soon');
  }
  if (parts.length === 0 && silent) say(lead.noData, silent.batch.name, 'none');
  if (parts.length === 0 && fresh) {
    const until = format.until(fresh.life.untilAt, now);
    say(lead.allFresh(`${until.day} ${until.clock}`), fresh.batch.name, 'fresh');
  }
  return parts;
}
